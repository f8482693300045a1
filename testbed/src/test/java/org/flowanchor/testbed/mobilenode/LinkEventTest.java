package org.flowanchor.testbed.mobilenode;

import static org.assertj.core.api.Assertions.assertThat;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.mobilenode.LinkEvent.LinkChanged;
import org.flowanchor.testbed.mobilenode.LinkEvent.MonitorListens;
import org.flowanchor.testbed.mobilenode.LinkEvent.PrefixAnnounced;
import org.flowanchor.testbed.mobilenode.LinkEvent.RouterLearned;
import org.flowanchor.testbed.mobilenode.LinkEvent.RouterLost;
import org.junit.jupiter.api.Test;

class LinkEventTest {
    private static final Ipv6Address ROUTER = Ipv6Address.parse("fe80::200:5eff:fe00:5213");

    @Test
    void readsAnAnnouncedPrefix() {
        assertThat(LinkEvent.parse("prefix 2001:db8:100:7::/64dev wlan onlink valid 1800 preferred 1800 "))
                .contains(new PrefixAnnounced(Access.WLAN, HomeNetworkPrefix.parse("2001:db8:100:7::/64"), false));
        assertThat(LinkEvent.parse("prefix 2001:db8:100:7::/64 dev lte onlink valid 0sec preferred 0sec"))
                .contains(new PrefixAnnounced(Access.LTE, HomeNetworkPrefix.parse("2001:db8:100:7::/64"), true));
    }

    @Test
    void readsOnlyRoutersThatAnAdvertisementBrought() {
        assertThat(LinkEvent.parse(
                        "default via fe80::200:5eff:fe00:5213 dev lte proto ra metric 200 expires 1800sec pref medium"))
                .contains(new RouterLearned(Access.LTE, ROUTER));
        assertThat(LinkEvent.parse(
                        "Deleted default via fe80::200:5eff:fe00:5213 dev lte proto ra metric 200 pref medium"))
                .contains(new RouterLost(Access.LTE));
        assertThat(LinkEvent.parse("default via fe80::200:5eff:fe00:5213 dev lte table 202 metric 1024 pref medium"))
                .isEmpty();
    }

    @Test
    void readsWhetherALinkCanCarryPackets() {
        assertThat(LinkEvent.parse(
                        "2: wlan@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc tbf state UP group default"))
                .contains(new LinkChanged(Access.WLAN, true));
        assertThat(LinkEvent.parse(
                        "2: wlan@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc tbf state LOWERLAYERDOWN"))
                .contains(new LinkChanged(Access.WLAN, false));
        assertThat(LinkEvent.parse("Deleted 2: wlan@NONE: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500"))
                .contains(new LinkChanged(Access.WLAN, false));
        assertThat(LinkEvent.parse("3: lif0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UNKNOWN"))
                .isEmpty();
    }

    @Test
    void knowsItsMarkerAndIgnoresTheRest() {
        assertThat(LinkEvent.parse("100::1 dev lo table 200 metric 1024 pref medium"))
                .contains(new MonitorListens());
        assertThat(LinkEvent.parse("    link/ether 02:00:00:00:01:02 brd ff:ff:ff:ff:ff:ff"))
                .isEmpty();
        assertThat(LinkEvent.parse("")).isEmpty();
    }
}
