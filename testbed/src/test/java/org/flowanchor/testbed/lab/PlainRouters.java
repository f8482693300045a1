package org.flowanchor.testbed.lab;

import org.flowanchor.mobility.HomeNetworkPrefix;

/** Anchor and gateways as ordinary routers without tunnels, for tests of the lab's own parts. */
public final class PlainRouters {
    private final Lab lab;
    private final HomeNetworkPrefix prefix;

    private PlainRouters(Lab lab, HomeNetworkPrefix prefix) {
        this.lab = lab;
        this.prefix = prefix;
    }

    /** Routes {@code prefix} through WLAN and gives each gateway the address {@code router} on its access link. */
    public static PlainRouters start(Lab lab, HomeNetworkPrefix prefix, String router) {
        for (LabNode node : Lab.MANAGED) {
            lab.sysctl(node, "ipv6/conf/all/forwarding=1");
        }
        for (Access access : Access.values()) {
            lab.ip(
                    access.gateway(),
                    "address add " + router + "/64 dev " + Access.ACCESS_LINK + " nodad",
                    "route add default via " + Lab.LMA_ADDRESS + " dev b0",
                    "route add " + prefix + " via " + access.mobileNodeLinkLocalAddress() + " dev "
                            + Access.ACCESS_LINK);
        }
        PlainRouters routers = new PlainRouters(lab, prefix);
        routers.route(Access.WLAN);
        return routers;
    }

    /** Downlink goes through this access from now on. */
    public void route(Access access) {
        lab.ip(LabNode.ANCHOR, "route replace " + prefix + " via " + access.proxyCareOfAddress() + " dev b0");
    }
}
