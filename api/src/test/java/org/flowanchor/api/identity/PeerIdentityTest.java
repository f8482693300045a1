package org.flowanchor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {
    @Test
    void eachKindSurvivesItsUri() {
        for (PeerIdentity identity : new PeerIdentity[] {
            new PeerIdentity.AccessAgent(ProxyCareOfAddress.parse("2001:db8:b::11")),
            new PeerIdentity.AnchorAgent(LmaAddress.parse("2001:db8:b::1")),
            PeerIdentity.BINDING_SERVICE
        }) {
            assertThat(PeerIdentity.parse(identity.toString())).isEqualTo(identity);
        }
        assertThat(PeerIdentity.BINDING_SERVICE).hasToString("flowanchor://service/binding-service");
        assertThat(new PeerIdentity.AccessAgent(ProxyCareOfAddress.parse("2001:db8:b::11")))
                .hasToString("flowanchor://agent/2001:db8:b::11");
        assertThat(new PeerIdentity.AnchorAgent(LmaAddress.parse("2001:db8:b::1")))
                .hasToString("flowanchor://anchor/2001:db8:b::1");
    }

    @Test
    void addressesAreComparedAsAddresses() {
        assertThat(PeerIdentity.parse("flowanchor://agent/2001:DB8:b:0::0011"))
                .isEqualTo(PeerIdentity.parse("flowanchor://agent/2001:db8:b::11"))
                .isNotEqualTo(PeerIdentity.parse("flowanchor://anchor/2001:db8:b::11"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "flowanchor://",
                "flowanchor://agent",
                "flowanchor://agent/",
                "flowanchor://agent/fe80::1",
                "flowanchor://agent/2001:db8::1/x",
                "flowanchor://agent/2001:db8::1%eth0",
                "flowanchor://agent/gateway.example",
                "flowanchor://service/",
                "flowanchor://service/Binding",
                "flowanchor://service/a/b",
                "flowanchor://operator/x",
                "https://agent/2001:db8::1"
            })
    void whatIsNoIdentityIsRefused(String text) {
        assertThatThrownBy(() -> PeerIdentity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
