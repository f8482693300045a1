package org.flowanchor.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

class TrafficSelectorTest {
    private static final FiveTuple HTTPS = new FiveTuple(
            Ipv6Address.parse("2001:db8:c::2"), Ipv6Address.parse("2001:db8:100:1::2"), FiveTuple.TCP, 443, 50000);

    /** STANDARDS trap 24: HTTPS of a client at the mobile node is source port 443 of the downlink packet. */
    @Test
    void remotePortIsTheSourcePortOfDownlinkPackets() {
        TrafficSelector https = new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, new Range(6, 6), new Range(443, 443), TrafficSelector.ALL_DSCP);
        assertThat(https.matches(HTTPS, 0, 0)).isTrue();
        FiveTuple reversedPorts =
                new FiveTuple(HTTPS.sourceAddress(), HTTPS.destinationAddress(), FiveTuple.TCP, 50000, 443);
        assertThat(https.matches(reversedPorts, 0, 0)).isFalse();
    }

    @Test
    void everyFieldMustMatch() {
        TrafficSelector selector = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8:c::/64"),
                new Range(6, 17),
                new Range(400, 500),
                new Range(46, 46),
                new Range(0x12345, 0x12345));
        assertThat(selector.matches(HTTPS, 46, 0x12345)).isTrue();
        assertThat(selector.matches(HTTPS, 0, 0x12345)).isFalse();
        assertThat(selector.matches(HTTPS, 46, 0x12344)).isFalse();
        assertThat(selector.matchesFiveTuple(HTTPS)).isTrue();
        assertThat(selector.isOfFiveTuple()).isFalse();
        assertThat(TrafficSelector.ALL.matches(HTTPS, 63, 0xfffff)).isTrue();
    }

    /** Thirty-two bits without a sign; the ports of an ESP flow are the halves. */
    @Test
    void theSecurityParametersIndexIsOfTheFiveTuple() {
        TrafficSelector selector = bySecurityParametersIndex(FiveTuple.ESP, new Range(0x7fffffffL, 0xfffffffeL));
        assertThat(selector.isOfFiveTuple()).isTrue();
        assertThat(selector.matches(esp(0x7fff, 0xffff), 0, 0)).isTrue();
        assertThat(selector.matches(esp(0x8000, 0), 0, 0)).isTrue();
        assertThat(selector.matches(esp(0xffff, 0xfffe), 0, 0)).isTrue();
        assertThat(selector.matches(esp(0xffff, 0xffff), 0, 0)).isFalse();
        assertThat(selector.matches(esp(0x7fff, 0xfffe), 0, 0)).isFalse();
        assertThat(selector.matches(HTTPS, 0, 0)).isFalse();
        assertThat(esp(0xffff, 0xfffe).securityParametersIndex()).isEqualTo(0xfffffffeL);
        assertThat(esp(0xffff, 0xfffe)).hasToString("esp [2001:db8:c::2] -> [2001:db8:100:1::2] spi 0xfffffffe");
    }

    private static FiveTuple esp(int first, int other) {
        return new FiveTuple(HTTPS.sourceAddress(), HTTPS.destinationAddress(), FiveTuple.ESP, first, other);
    }

    private static TrafficSelector bySecurityParametersIndex(int protocol, Range indexes) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                new Range(protocol, protocol),
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                TrafficSelector.ALL_FLOW_LABELS,
                indexes);
    }

    @Test
    void onlyEspHasSecurityParametersIndexesToSelectBy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bySecurityParametersIndex(FiveTuple.UDP, new Range(1, 2)))
                .withMessageContaining("protocol 50, not of 17");
    }

    @Test
    void rangesStayInTheirDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bySecurityParametersIndex(FiveTuple.ESP, new Range(0, 0x100000000L)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Range(5, 4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        new Range(0, 256),
                        TrafficSelector.ALL_PORTS,
                        TrafficSelector.ALL_DSCP));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        TrafficSelector.ALL_PROTOCOLS,
                        TrafficSelector.ALL_PORTS,
                        new Range(0, 64)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        TrafficSelector.ALL_PROTOCOLS,
                        TrafficSelector.ALL_PORTS,
                        TrafficSelector.ALL_DSCP,
                        new Range(0, 0x100000)));
    }
}
