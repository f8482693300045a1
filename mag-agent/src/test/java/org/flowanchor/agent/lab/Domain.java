package org.flowanchor.agent.lab;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Correspondent node, anchor, two access gateways on a bridged backhaul of MTU 1500, and a mobile node with an access link to each
 * gateway. The mobile node's address is on its loopback; what it sends leaves by the access on which the flow's last packet came.
 */
public final class Domain implements AutoCloseable {
    public static final String LMA_ADDRESS = "2001:db8:b::1";
    public static final String FIRST_COA = "2001:db8:b::11";
    public static final String SECOND_COA = "2001:db8:b::12";
    public static final String CORRESPONDENT = "2001:db8:c::2";
    public static final String MOBILE_NODE = "2001:db8:100:1::2";
    public static final String GATEWAY_LINK_LOCAL = "fe80::200:5eff:fe00:5213";
    public static final String FIRST_LINK_LOCAL = "fe80::a:1";
    public static final String SECOND_LINK_LOCAL = "fe80::a:2";

    public final Namespace correspondent = new Namespace("cn");
    public final Namespace anchor = new Namespace("lma");
    public final Namespace first = new Namespace("mag1");
    public final Namespace second = new Namespace("mag2");
    public final Namespace mobileNode = new Namespace("mn");
    public final Namespace backhaul = new Namespace("bh");

    public Domain() {
        // A bridge that snoops tells all of it once in a while, in IGMP: a packet nobody in a test sent.
        backhaul.ip("link add br0 type bridge mcast_snooping 0", "link set br0 addrgenmode none up");
        attach(anchor, "lma", LMA_ADDRESS);
        attach(first, "mag1", FIRST_COA);
        attach(second, "mag2", SECOND_COA);
        correspondent.connect("c0", anchor, "c0");
        correspondent.ip(
                "addr add " + CORRESPONDENT + "/64 dev c0 nodad",
                "addr add fe80::c:2/64 dev c0 nodad",
                "route add default via 2001:db8:c::1 dev c0");
        // A router without a link-local address cannot ask for neighbours on behalf of what it forwards.
        anchor.ip("addr add 2001:db8:c::1/64 dev c0 nodad", "addr add fe80::c:1/64 dev c0 nodad");
        mobileNode.connect("wlan", first, "a0");
        mobileNode.connect("lte", second, "a0");
        mobileNode.ip(
                "addr add " + FIRST_LINK_LOCAL + "/64 dev wlan nodad",
                "addr add " + SECOND_LINK_LOCAL + "/64 dev lte nodad",
                "addr add " + MOBILE_NODE + "/128 dev lo nodad",
                "route add default via " + GATEWAY_LINK_LOCAL + " dev wlan src " + MOBILE_NODE + " metric 100",
                "route add default via " + GATEWAY_LINK_LOCAL + " dev wlan table 201",
                "route add default via " + GATEWAY_LINK_LOCAL + " dev lte table 202",
                "rule add pref 1001 fwmark 1 lookup 201",
                "rule add pref 1002 fwmark 2 lookup 202");
        mobileNode.nft("""
                table inet refl {
                  counter wlan { }
                  counter lte { }
                  chain pre {
                    type filter hook prerouting priority mangle
                    iifname "wlan" meta l4proto udp counter name wlan
                    iifname "lte" meta l4proto udp counter name lte
                    iifname "wlan" ct mark != 1 ct mark set 1
                    iifname "lte" ct mark != 2 ct mark set 2
                  }
                  chain out {
                    type route hook output priority mangle
                    ct mark != 0 meta mark set ct mark
                  }
                }
                """);
    }

    private void attach(Namespace node, String port, String address) {
        backhaul.connect(port, node, "b0");
        backhaul.ip("link set " + port + " master br0");
        node.ip("addr add " + address + "/64 dev b0 nodad");
    }

    /** UDP packets that the mobile node received over {@code wlan} or {@code lte}. */
    public int received(String access) {
        String listing = mobileNode.exec("nft", "list", "counter", "inet", "refl", access);
        Matcher matcher = Pattern.compile("packets (\\d+)").matcher(listing);
        if (!matcher.find()) {
            throw new AssertionError(listing);
        }
        return Integer.parseInt(matcher.group(1));
    }

    @Override
    public void close() {
        List.of(correspondent, anchor, first, second, mobileNode, backhaul).forEach(Namespace::close);
    }
}
