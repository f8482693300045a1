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

    @Test
    void rangesStayInTheirDomain() {
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
