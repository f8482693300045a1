package org.flowanchor.testbed.mobilenode;

import static org.assertj.core.api.Assertions.assertThat;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.Awaiting;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.lab.LabShape;
import org.flowanchor.testbed.lab.PlainRouters;
import org.flowanchor.testbed.traffic.EndCommand;
import org.flowanchor.testbed.traffic.TrafficEndProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A terminal without a logical interface: the weak end system of RFC 1122 section 3.3.4.2, as Linux is one, and its limit. */
class WeakHostKernelIT {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:7::/64");
    private static final Ipv6Address ADDRESS = Ipv6Address.parse("2001:db8:100:7::2");
    private static final int PORT = 7;

    private Lab lab;
    private int sourcePort = 4100;

    @BeforeEach
    void start() {
        lab = Lab.create(LabShape.DEFAULT, command -> {});
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void t76_anAddressIsReachedThroughAnotherInterfaceUntilItGoesWithItsOwn() throws Exception {
        PlainRouters routers = PlainRouters.start(lab, PREFIX, ScriptedRouter.ROUTER.toString());
        for (Access access : Access.values()) {
            lab.linkUp(access);
        }
        lab.ip(
                LabNode.MOBILE_NODE,
                "address add " + ADDRESS + "/128 dev wlan nodad",
                "route replace default via " + ScriptedRouter.ROUTER + " dev lte");
        routers.route(Access.LTE);
        try (TrafficEndProcess correspondent = TrafficEndProcess.start(lab, LabNode.CORRESPONDENT_NODE, 0);
                TrafficEndProcess node = TrafficEndProcess.start(lab, LabNode.MOBILE_NODE, 0)) {
            node.tell(new EndCommand.Echo("echo", PORT));
            Awaiting.until("a probe for the address on wlan is answered over lte", () -> answers(correspondent, 500));

            lab.linkDown(Access.WLAN);
            assertThat(lab.run(LabNode.MOBILE_NODE, "ip", "-6", "-o", "address", "show"))
                    .as("the address goes with its interface")
                    .doesNotContain(ADDRESS.toString());
            assertThat(answers(correspondent, 1000))
                    .as("which is why a terminal needs a logical interface")
                    .isFalse();
        }
    }

    private boolean answers(TrafficEndProcess correspondent, int millis) {
        return correspondent
                .probe(new EndCommand.Probe(
                        "probe", Lab.CORRESPONDENT_NODE.toString(), ++sourcePort, ADDRESS.toString(), PORT, 0, millis))
                .answered();
    }
}
