package org.flowanchor.agent.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

/**
 * Recorded octets are what the ip program 6.1 sent for the command in the comment (on interface 1). The order of attributes is free,
 * and a table number below 256 may be in the header.
 */
class EncodingTest {
    private static final int PROTOCOL = 213;
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");

    @SuppressWarnings("NullAway") // Encodes only: no socket.
    private final Routes routes = new Routes(null, PROTOCOL);

    private void expectRoute(Route route, String recorded) {
        MessageBuilder ours = routes.encode(
                Rtnetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL | Netlink.NLM_F_ACK, route);
        assertThat(parsed(ours.toOctets())).isEqualTo(parsed(HexFormat.of().parseHex(recorded)));
        ByteBuffer message = ByteBuffer.wrap(HexFormat.of().parseHex(recorded)).order(ByteOrder.nativeOrder());
        assertThat(Routes.decode(new NetlinkMessage(
                        Rtnetlink.RTM_NEWROUTE,
                        0,
                        0,
                        0,
                        message.slice(16, message.limit() - 16).order(ByteOrder.nativeOrder()))))
                .isEqualTo(route);
    }

    private static void expectRule(Rule rule, String recorded) {
        MessageBuilder ours = Rules.encode(
                Rtnetlink.RTM_NEWRULE,
                Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL | Netlink.NLM_F_ACK,
                new Rules.Owned(rule, PROTOCOL));
        assertThat(parsed(ours.toOctets())).isEqualTo(parsed(HexFormat.of().parseHex(recorded)));
    }

    /** Header fields and attributes by number; the sequence number and attributes of only zeros are left out. */
    private static Map<String, String> parsed(byte[] octets) {
        ByteBuffer message = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        int type = message.getShort(4);
        Map<String, String> fields = new TreeMap<>();
        fields.put("type", Integer.toString(type));
        fields.put("flags", Integer.toHexString(message.getShort(6)));
        int header = type == Rtnetlink.RTM_NEWADDR ? 8 : 12;
        byte[] fixed = new byte[header];
        message.get(16, fixed);
        if (header == 12) {
            if (fixed[4] != 0) {
                fields.put("table", Integer.toString(Byte.toUnsignedInt(fixed[4])));
            }
            fixed[4] = 0;
        }
        fields.put("header", HexFormat.of().formatHex(fixed));
        Attributes a = new Attributes(message.position(16 + header));
        while (a.next()) {
            if (header == 12 && a.type() == Rtnetlink.RTA_TABLE) {
                fields.put("table", Integer.toString(a.int32()));
            } else if (type == Rtnetlink.RTM_NEWROUTE && a.type() == Rtnetlink.RTA_ENCAP) {
                Attributes nested = a.nested();
                while (nested.next()) {
                    fields.put("encap " + nested.type(), HexFormat.of().formatHex(nested.octets()));
                }
            } else if (a.octets().length != 16 || !a.address().isUnspecified()) {
                fields.put("attribute " + a.type(), HexFormat.of().formatHex(a.octets()));
            }
        }
        return fields;
    }

    @Test
    void aRouteOnLink() {
        // ip -6 route add 2001:db8:100:1::/64 dev lo table 100 metric 128 proto 213
        expectRoute(
                Route.onLink(100, PREFIX, 128, 1),
                "4000000018000506d965016b000000000a40000064d50001000000001400010020010db801000001000000000000000008"
                        + "000600800000000800040001000000");
    }

    @Test
    void aRouteVia() {
        // ip -6 route add 2001:db8:100:1::/64 via fe80::a:1 dev lo table 100 metric 128 proto 213
        expectRoute(
                Route.via(100, PREFIX, 128, 1, Ipv6Address.parse("fe80::a:1")),
                "5400000018000506d965016b000000000a40000064d50001000000001400010020010db801000001000000000000000014"
                        + "000500fe8000000000000000000000000a000108000600800000000800040001000000");
    }

    @Test
    void aSourceSpecificRoute() {
        // ip -6 route add default from 2001:db8:100:1::/64 dev lo table 300 metric 128 proto 213
        expectRoute(
                Route.onLink(300, HomeNetworkPrefix.ALL_ZERO, 128, 1).from(PREFIX),
                "5c00000018000506d965016b000000000a00400000d5000100000000140001000000000000000000000000000000000014"
                        + "00020020010db801000001000000000000000008000f002c01000008000600800000000800040001000000");
    }

    @Test
    void anUnreachableRoute() {
        // ip -6 route add unreachable 2001:db8:100::/40 table 100 metric 2147483647 proto 213
        expectRoute(
                Route.ending(100, HomeNetworkPrefix.parse("2001:db8:100::/40"), 0x7fffffff, RouteType.UNREACHABLE),
                "3800000018000506d965016b000000000a28000064d50007000000001400010020010db801000000000000000000000008"
                        + "000600ffffff7f");
    }

    @Test
    void anEncapsulatingRoute() {
        // ip -6 route add default encap seg6 mode encap.red segs 2001:db8:b::11 dev lo table 1000001 metric 128 proto
        // 213
        expectRoute(
                Route.onLink(1_000_001, HomeNetworkPrefix.ALL_ZERO, 128, 1)
                        .with(new Encapsulation.Outer(Ipv6Address.parse("2001:db8:b::11"))),
                "7400000018000506d965016b000000000a00000000d5000100000000140001000000000000000000000000000000000024"
                        + "0016802000010003000000000204000000000020010db8000b00000000000000000011060015000500000008000f"
                        + "0041420f0008000600800000000800040001000000");
    }

    @Test
    void aDecapsulatingRouteThatNamesItsPeer() {
        // ip -6 route add 2001:db8:b::1/128 from 2001:db8:b::11/128 encap seg6local action End.DT6 table 2000001 dev lo
        // table 41
        //   metric 128 proto 213
        expectRoute(
                Route.onLink(41, HomeNetworkPrefix.parse("2001:db8:b::1/128"), 128, 1)
                        .from(HomeNetworkPrefix.parse("2001:db8:b::11/128"))
                        .with(new Encapsulation.Decapsulate(2_000_001)),
                "7000000018000506d965016b000000000a80800029d50001000000001400010020010db8000b0000000000000000000114"
                        + "00020020010db8000b000000000000000000111400168008000100070000000800030081841e0006001500070000"
                        + "0008000600800000000800040001000000");
    }

    @Test
    void aRuleByMark() {
        // ip -6 rule add pref 1000 fwmark 0x10012/0x1ffff lookup 3000018 protocol 213
        expectRule(
                Rule.lookup(1000, 3_000_018).marked(0x10012, 0x1ffff),
                "4400000020000506d965016b000000000a000000000000010000000008000600e803000008000a00120001000800100"
                        + "0ffff010008000f00d2c62d0005001500d5000000");
    }

    @Test
    void aRuleByDestinationAndNextHeader() {
        // ip -6 rule add pref 5 to 2001:db8:b::1 ipproto 41 lookup 41 protocol 213
        expectRule(
                Rule.lookup(5, 41)
                        .to(HomeNetworkPrefix.parse("2001:db8:b::1/128"))
                        .of(41),
                "4800000020000506d965016b000000000a800000290000010000000008000600050000001400010020010db8000b0000"
                        + "000000000000000105001600290000000500"
                        + "1500d5000000");
    }

    @Test
    void aRuleByIncomingDevice() {
        // ip -6 rule add pref 900 iif fa1x lookup 1000001 protocol 213
        expectRule(
                Rule.lookup(900, 1_000_001).from("fa1x"),
                "4000000020000506d965016b000000000a000000000000010000000008000600840300000900030066613178000000000"
                        + "8000f0041420f0005001500d5000000");
    }

    @Test
    void anAddressWithoutDuplicateAddressDetection() {
        // ip -6 addr add fe80::200:5eff:fe00:5213/64 dev lo nodad
        MessageBuilder ours = Addresses.encode(
                Rtnetlink.RTM_NEWADDR,
                Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL | Netlink.NLM_F_ACK,
                new InterfaceAddress(1, Ipv6Address.parse("fe80::200:5eff:fe00:5213"), 64),
                Rtnetlink.IFA_F_NODAD);
        assertThat(parsed(ours.toOctets()))
                .isEqualTo(parsed(HexFormat.of()
                        .parseHex(
                                "4000000014000506d965016b000000000a4002000100000014000200fe8000000000000002005efffe005213"
                                        + "14000100fe8000000000000002005efffe005213")));
    }
}
