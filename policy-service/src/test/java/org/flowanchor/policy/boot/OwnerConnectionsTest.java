package org.flowanchor.policy.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.policy.adapter.rest.Owners;
import org.flowanchor.service.TlsMeters;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.TransportSecurity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerConnectionsTest {
    private static final TlsProperties NONE = new TlsProperties("mutual", null, null, null);

    @TempDir
    private Path directory = Path.of("unset");

    private static OwnersProperties owners(String binding, String flow) {
        return new OwnersProperties(
                URI.create(binding), URI.create(flow), Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private static TransportSecurity security(OwnersProperties owners, TlsProperties tls) {
        return security(owners, tls, RestProtection.LOOPBACK);
    }

    private static TransportSecurity security(OwnersProperties owners, TlsProperties tls, RestProtection rest) {
        return OwnerConnections.security(
                tls, owners, rest, new TlsMeters("policy", new SimpleMeterRegistry()), InstantSource.system());
    }

    private static TlsFiles files(IssuedFiles issued) {
        return new TlsFiles(issued.certificate(), issued.privateKey(), issued.authorities());
    }

    @Test
    void ownersOnThisHostNeedNoCertificate() {
        OwnersProperties local = owners("http://127.0.0.1:8081", "http://[::1]:8082");
        try (TransportSecurity security = security(local, NONE)) {
            assertThat(OwnerConnections.to(local, security.credentials())
                            .bindingService()
                            .tls())
                    .isEmpty();
            assertThat(security.health().getDetails())
                    .containsEntry("tls", "not needed: owners are on this host")
                    .containsEntry("rest", "this host only");
        }
    }

    @Test
    void nothingLeavesThisHostInTheClearUnlessItIsSaid() {
        OwnersProperties away = owners("http://127.0.0.1:8081", "http://flow-manager:8082");
        assertThatThrownBy(() -> security(away, NONE))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("flowanchor.owners.flow-manager: http://flow-manager:8082 leaves this host in the clear");
        try (TransportSecurity security = security(away, new TlsProperties("plaintext", null, null, null))) {
            assertThat(security.health().getDetails()).containsEntry("tls", "off");
        }
    }

    @Test
    void restBeyondThisHostNeedsACertificateOrAWordThatItIsOpen() {
        OwnersProperties local = owners("http://127.0.0.1:8081", "http://[::1]:8082");
        assertThatThrownBy(() -> security(local, NONE, RestProtection.MUTUAL_TLS))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("flowanchor.tls.certificate is missing");
        try (TransportSecurity security = security(local, NONE, RestProtection.NONE)) {
            assertThat(security.health().getDetails())
                    .containsEntry("rest", "unauthenticated: whoever reaches it is believed");
        }
    }

    @Test
    void anHttpsOwnerNeedsCertificates() {
        OwnersProperties away = owners("https://binding-service:8081", "http://127.0.0.1:8082");
        assertThatThrownBy(() -> security(away, NONE))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("flowanchor.tls.certificate is missing");
        assertThatThrownBy(() -> security(away, new TlsProperties("plaintext", null, null, null)))
                .hasMessage("flowanchor.owners.*: https with flowanchor.tls.mode=plaintext");
    }

    @Test
    void eachOwnerIsKnownByItsCertificateAndKnowsTheCaller() throws Exception {
        DevelopmentAuthority authority = DevelopmentAuthority.open(directory.resolve("authority"));
        HttpsServer bindingService = server(authority, PeerIdentity.BINDING_SERVICE);
        IssuedFiles own = authority.issue(PeerIdentity.POLICY_SERVICE.toString());
        TlsProperties tls = new TlsProperties(
                "mutual",
                own.certificate().toString(),
                own.privateKey().toString(),
                own.authorities().toString());
        String address = "https://localhost:" + bindingService.getAddress().getPort();
        // Both addresses lead to the same server: only one of them is the owner's.
        OwnersProperties both = owners(address, address);
        try (TransportSecurity security = security(both, tls)) {
            Owners connections = OwnerConnections.to(both, security.credentials());
            assertThat(ask(connections.bindingService())).isEqualTo(200);
            assertThatThrownBy(() -> ask(connections.flowManager())).isInstanceOf(SSLException.class);
            assertThat(security.health().getDetails()).containsEntry("identity", "flowanchor://service/policy-service");
        } finally {
            bindingService.stop(0);
        }
    }

    private static HttpsServer server(DevelopmentAuthority authority, PeerIdentity.Service identity)
            throws IOException {
        SSLContext tls = PeerCredentials.open(
                        files(authority.issue(identity.toString())), identity, TlsEvents.NONE, InstantSource.system())
                .httpClient(PeerIdentity.POLICY_SERVICE);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static int ask(Owners.Owner owner) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(owner.tls().orElseThrow()).build()) {
            return client.send(HttpRequest.newBuilder(owner.address()).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
