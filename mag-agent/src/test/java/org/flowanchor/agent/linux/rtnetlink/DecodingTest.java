package org.flowanchor.agent.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.flowanchor.agent.lab.RecordedAnswers;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class DecodingTest {
    private static final int DEVICE = 3;

    private static NetlinkMessage only(String kind) {
        return RecordedAnswers.of(kind).getFirst();
    }

    @Test
    void routesMadeByTheIpProgram() {
        HomeNetworkPrefix plain = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
        HomeNetworkPrefix encapsulated = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
        assertThat(RecordedAnswers.of("route"))
                .extracting(Routes::decode)
                .containsExactlyInAnyOrder(
                        Route.onLink(100, plain, 128, DEVICE),
                        Route.onLink(1_000_001, encapsulated, 1024, DEVICE)
                                .with(new Encapsulation.Outer(Ipv6Address.parse("2001:db8:b::11"))));
    }

    @Test
    void aRuleMadeByTheIpProgram() {
        Rules.Owned owned = Rules.decode(only("rule"));
        assertThat(owned.protocol()).isEqualTo(213);
        assertThat(owned.rule()).isEqualTo(Rule.lookup(1000, 3_000_018).marked(0x10012, 0x1ffff));
    }

    @Test
    void aNeighbourAnAddressAndALinkMadeByTheIpProgram() {
        Neighbour neighbour = Neighbours.decode(only("neighbour"));
        assertThat(neighbour.address()).isEqualTo(Ipv6Address.parse("fe80::a:1"));
        assertThat(HexFormat.of().formatHex(neighbour.linkLayerAddress())).isEqualTo("020000000001");
        assertThat(Addresses.decode(only("address")))
                .isEqualTo(new InterfaceAddress(DEVICE, Ipv6Address.parse("2001:db8:b::1"), 64));
        Link link = Links.decode(only("link"));
        assertThat(link.name()).isEqualTo("v0");
        assertThat(link.mtu()).isEqualTo(1460);
        assertThat(link.group()).isEqualTo(5213);
        assertThat(link.kind()).isEqualTo("veth");
    }

    @Test
    void noMessageBreaksTheDecodersAndUnknownAttributesChangeNothing() {
        RecordedAnswers.survive("route", 12, Routes::decode);
        RecordedAnswers.survive("rule", 12, Rules::decode);
        RecordedAnswers.survive("neighbour", 12, Neighbours::decode);
        RecordedAnswers.survive("address", 8, Addresses::decode);
        RecordedAnswers.survive("link", 16, Links::decode);
    }
}
