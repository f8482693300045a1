package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.IMS;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.UNKNOWN;
import static org.flowanchor.binding.Scene.rules;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

/** Link-local Address option (RFC 5213 sections 5.3.6 and 8.7). */
class LinkLocalAddressTest {
    private static final Ipv6Address ASK = Ipv6Address.UNSPECIFIED;
    private static final Ipv6Address OWN = Ipv6Address.parse("fe80::77");
    private static final Ipv6Address RFC_6543 = Ipv6Address.parse("fe80::200:5eff:fe00:5213");
    private final Anchorage anchorage = new Anchorage();

    @Test
    void l13_withoutTheOptionTheAcknowledgementHasNone() {
        assertThat(anchorage.accepted(wlan()).linkLocalAddress()).isEmpty();
        assertThat(anchorage.entry(1).linkLocalAddress()).isEmpty();
    }

    @Test
    void l13_aGatewayThatAsksIsToldAGeneratedAddress() {
        assertThat(anchorage.accepted(wlan().linkLocalAddress(ASK)).linkLocalAddress())
                .contains(RFC_6543);
        assertThat(anchorage.entry(1).linkLocalAddress()).contains(RFC_6543);
    }

    @Test
    void l13_theDomainsFixedAddressIsTheGeneratedOne() {
        Anchorage fixed =
                new Anchorage(rules(Duration.ofMillis(1500), new DomainVariables(true, false, Optional.of(OWN))));
        assertThat(fixed.accepted(wlan().linkLocalAddress(ASK)).linkLocalAddress())
                .contains(OWN);
    }

    @Test
    void l13_aGatewaysOwnAddressIsCopiedAndKept() {
        assertThat(anchorage.accepted(wlan().linkLocalAddress(OWN)).linkLocalAddress())
                .contains(OWN);
        assertThat(anchorage.entry(1).linkLocalAddress()).contains(OWN);
    }

    @Test
    void l13_theNextGatewayThatAsksIsToldTheAddressOfTheEntry() {
        anchorage.accepted(wlan().linkLocalAddress(OWN));
        assertThat(anchorage
                        .accepted(wlan().through(MAG3)
                                .handoff(BETWEEN_MAGS)
                                .prefixes(anchorage.prefixes())
                                .linkLocalAddress(ASK)
                                .at(START.plusSeconds(5)))
                        .linkLocalAddress())
                .contains(OWN);
    }

    @Test
    void l13_anUpdateWithoutTheOptionForgetsNothing() {
        anchorage.accepted(wlan().linkLocalAddress(OWN));
        anchorage.accepted(
                wlan().handoff(NOT_CHANGED).prefixes(anchorage.prefixes()).at(START.plusSeconds(5)));
        assertThat(anchorage.entry(1).linkLocalAddress()).contains(OWN);
    }

    @Test
    void l13_aDeregistrationIsAnsweredWithItsOwnAddressOrThatOfTheEntry() {
        Ipv6Address other = Ipv6Address.parse("fe80::2");
        anchorage.accepted(wlan().linkLocalAddress(OWN));
        Update leave = wlan().prefixes(anchorage.prefixes()).deregistration();
        assertThat(anchorage
                        .accepted(leave.linkLocalAddress(ASK).at(START.plusSeconds(5)))
                        .linkLocalAddress())
                .contains(OWN);
        assertThat(anchorage
                        .accepted(leave.linkLocalAddress(other).at(START.plusSeconds(6)))
                        .linkLocalAddress())
                .contains(other);
        assertThat(anchorage.entry(1).linkLocalAddress()).contains(other);
        assertThat(anchorage.accepted(leave.at(START.plusSeconds(7))).linkLocalAddress())
                .isEmpty();
        assertThat(anchorage.entry(1).linkLocalAddress()).contains(other);
    }

    @Test
    void l13_aRejectionCopiesTheAddressOfTheRequest() {
        assertThat(anchorage.rejected(wlan().of(UNKNOWN).linkLocalAddress(OWN)).linkLocalAddress())
                .contains(OWN);
        assertThat(anchorage.rejected(wlan().of(UNKNOWN).linkLocalAddress(ASK)).linkLocalAddress())
                .contains(ASK);
    }

    @Test
    void l13_theServiceSelectionIsCopiedAndKept() {
        assertThat(anchorage.accepted(wlan().service(IMS)).serviceSelection()).contains(IMS);
        assertThat(anchorage.entry(1).serviceSelection()).contains(IMS);
        assertThat(anchorage.rejected(wlan().of(UNKNOWN).service(IMS)).serviceSelection())
                .contains(IMS);
    }

    @Test
    void anAddressThatIsNotLinkLocalIsNoAddress() {
        assertThatThrownBy(() -> wlan().linkLocalAddress(Ipv6Address.parse("2001:db8::1"))
                        .received())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2001:db8::1");
    }
}
