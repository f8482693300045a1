package org.flowanchor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class RestProtectionTest {
    private static final InetAddress EVERYWHERE = InetAddress.ofLiteral("::");

    @Test
    void onLoopbackNothingIsNeeded() {
        for (String loopback : new String[] {"127.0.0.1", "127.1.2.3", "::1"}) {
            InetAddress address = InetAddress.ofLiteral(loopback);
            assertThat(RestProtection.of(address, "mutual", false)).isEqualTo(RestProtection.LOOPBACK);
            assertThat(RestProtection.of(address, "plaintext", false)).isEqualTo(RestProtection.LOOPBACK);
            assertThat(RestProtection.of(address, "plaintext", true)).isEqualTo(RestProtection.LOOPBACK);
        }
    }

    @Test
    void beyondThisHostACertificateIsAskedFor() {
        assertThat(RestProtection.of(EVERYWHERE, "mutual", false)).isEqualTo(RestProtection.MUTUAL_TLS);
        assertThat(RestProtection.of(null, "mutual", false)).isEqualTo(RestProtection.MUTUAL_TLS);
    }

    @Test
    void itNeverLeavesThisHostUnprotectedUnlessItIsSaid() {
        assertThatThrownBy(() -> RestProtection.of(InetAddress.ofLiteral("192.0.2.1"), "plaintext", false))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("server.address: 192.0.2.1 offers REST beyond this host without authentication");
        assertThatThrownBy(() -> RestProtection.of(null, "plaintext", false))
                .hasMessage("server.address: every address offers REST beyond this host without authentication");
        assertThat(RestProtection.of(EVERYWHERE, "plaintext", true)).isEqualTo(RestProtection.NONE);
        assertThat(RestProtection.of(EVERYWHERE, "mutual", true)).isEqualTo(RestProtection.NONE);
    }
}
