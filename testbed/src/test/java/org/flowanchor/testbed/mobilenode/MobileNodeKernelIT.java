package org.flowanchor.testbed.mobilenode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.Awaiting;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic;
import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.lab.LabShape;
import org.flowanchor.testbed.lab.PlainRouters;
import org.flowanchor.testbed.traffic.EndCommand;
import org.flowanchor.testbed.traffic.FlowAccount;
import org.flowanchor.testbed.traffic.TrafficEndProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MobileNodeKernelIT {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:7::/64");
    private static final Ipv6Address ADDRESS = Ipv6Address.parse("2001:db8:100:7::2");

    private Lab lab;
    private MobileNode mobileNode;

    @BeforeEach
    void start() {
        lab = Lab.create(LabShape.DEFAULT, command -> {});
        mobileNode = MobileNode.start(lab);
    }

    @AfterEach
    void stop() {
        mobileNode.close();
        lab.close();
    }

    @Test
    void i01_i05_prefixAnnouncedOnAnyLinkConfiguresTheLogicalInterfaceOnly() throws IOException {
        PlainRouters.start(lab, PREFIX, ScriptedRouter.ROUTER.toString());
        for (Access access : Access.values()) {
            lab.linkUp(access);
            try (Router router = new Router(access)) {
                router.advertiseUntilAttached(access);
            }
        }
        assertThat(mobileNode.logicalInterface().addresses()).containsExactly(ADDRESS);
        assertThat(subInterface(Access.WLAN).prefixes()).containsExactly(PREFIX);
        assertThat(subInterface(Access.LTE).prefixes()).containsExactly(PREFIX);
        assertThat(globalAddresses(MobileNode.LOGICAL_INTERFACE)).contains(ADDRESS + "/128");
        assertThat(globalAddresses("wlan")).isBlank();
        assertThat(globalAddresses("lte")).isBlank();
        assertThat(lab.run(LabNode.MOBILE_NODE, "ip", "-6", "route", "show", "default"))
                .containsPattern("via " + ScriptedRouter.ROUTER + " dev wlan proto ra metric 100 ")
                .containsPattern("via " + ScriptedRouter.ROUTER + " dev lte proto ra metric 200 ");
    }

    @Test
    void t71_carrierLossFlipsTheStatusOfTheSubInterface() throws IOException {
        lab.linkUp(Access.LTE);
        PlainRouters.start(lab, PREFIX, ScriptedRouter.ROUTER.toString());
        try (Router router = new Router(Access.LTE)) {
            router.advertiseUntilAttached(Access.LTE);
        }
        lab.ip(LabNode.LTE_GATEWAY, "link set " + Access.ACCESS_LINK + " down");
        Awaiting.until("down", () -> !subInterface(Access.LTE).up());
        assertThat(subInterface(Access.LTE).attached()).isFalse();
        assertThat(mobileNode.logicalInterface().addresses()).containsExactly(ADDRESS);
    }

    @Test
    void kernelSolicitsRoutersAsSoonAsALinkIsUp() {
        String rules = """
                table inet solicited {
                  chain in {
                    type filter hook prerouting priority 0
                    icmpv6 type nd-router-solicit counter
                  }
                }
                """;
        for (Access access : Access.values()) {
            lab.runWithInput(access.gateway(), rules, "nft", "-f", "-");
            lab.linkUp(access);
            Awaiting.until(
                    "router solicitation on " + access,
                    () -> !lab.run(access.gateway(), "nft", "list", "table", "inet", "solicited")
                            .contains("packets 0"));
        }
    }

    @Test
    void t70_t73_t74_replyToTheFirstPacketOnAnotherLinkLeavesByThatLinkAndUnknownFlowsByTheMainTable()
            throws IOException {
        PlainRouters routers = PlainRouters.start(lab, PREFIX, ScriptedRouter.ROUTER.toString());
        attachToBoth();
        CarriedTraffic carried = CarriedTraffic.install(lab);
        try (TrafficEndProcess correspondent = TrafficEndProcess.start(lab, LabNode.CORRESPONDENT_NODE, 0);
                TrafficEndProcess node = TrafficEndProcess.start(lab, LabNode.MOBILE_NODE, 0)) {
            node.tell(new EndCommand.Echo("echo", 7));
            for (Access access : List.of(Access.WLAN, Access.LTE, Access.WLAN, Access.LTE)) {
                routers.route(access);
                Reading before = carried.sent();
                assertThat(correspondent
                                .probe(probe(Lab.CORRESPONDENT_NODE, 4001, ADDRESS, 7))
                                .answered())
                        .isTrue();
                Reading replies = carried.sent().since(before);
                assertThat(replies.of(access, Protocol.UDP, 4001).packets()).isEqualTo(1);
                assertThat(replies.of(access.other(), Protocol.UDP, 4001).packets())
                        .isZero();
            }
            // Downlink is still on LTE; a flow that never had a downlink packet is not.
            correspondent.tell(new EndCommand.Echo("echo", 9));
            Reading before = carried.sent();
            assertThat(node.probe(probe(ADDRESS, 4002, Lab.CORRESPONDENT_NODE, 9))
                            .answered())
                    .isTrue();
            assertThat(carried.sent()
                            .since(before)
                            .of(Access.WLAN, Protocol.UDP, 9)
                            .packets())
                    .isEqualTo(1);
        }
    }

    private static EndCommand.Probe probe(Ipv6Address from, int sourcePort, Ipv6Address to, int port) {
        return new EndCommand.Probe("probe", from.toString(), sourcePort, to.toString(), port, 0, 30_000);
    }

    private void attachToBoth() throws IOException {
        for (Access access : Access.values()) {
            lab.linkUp(access);
            try (Router router = new Router(access)) {
                router.advertiseUntilAttached(access);
            }
        }
    }

    @Test
    void i08_i10_t16_uplinkFollowsDownlinkAndGoesTheOtherWayWhenALinkIsLost() throws IOException {
        PlainRouters routers = PlainRouters.start(lab, PREFIX, ScriptedRouter.ROUTER.toString());
        for (Access access : Access.values()) {
            lab.linkUp(access);
            try (Router router = new Router(access)) {
                router.advertiseUntilAttached(access);
            }
        }
        CarriedTraffic carried = CarriedTraffic.install(lab);
        long epoch = System.nanoTime();
        try (TrafficEndProcess correspondent = TrafficEndProcess.start(lab, LabNode.CORRESPONDENT_NODE, epoch);
                TrafficEndProcess node = TrafficEndProcess.start(lab, LabNode.MOBILE_NODE, epoch)) {
            correspondent.tell(new EndCommand.ServeDownloads("elephant", 5201));
            node.tell(new EndCommand.Download(
                    "elephant", ADDRESS.toString(), 40001, Lab.CORRESPONDENT_NODE.toString(), 5201, 65_536, 0));
            awaitBothWays(carried, Access.WLAN);

            routers.route(Access.LTE);
            awaitBothWays(carried, Access.LTE);
            Reading before = carried.sent();
            Reading after = awaitMore(carried, Access.LTE, before);
            assertThat(after.of(Access.WLAN, Protocol.TCP, 5201).packets()).isZero();

            lab.linkDown(Access.LTE);
            routers.route(Access.WLAN);
            awaitBothWays(carried, Access.WLAN);
            FlowAccount account = node.stop("elephant");
            assertThat(account.problem()).isEmpty();
            assertThat(account.phase(0).reordered()).isZero();
            assertThat(account.phase(0).octets()).isGreaterThan(100_000);
        }
        assertThat(mobileNode.overtaken()).isEmpty();
    }

    private static void awaitBothWays(CarriedTraffic carried, Access access) {
        Reading received = carried.received();
        Reading sent = carried.sent();
        Awaiting.until(
                "download over " + access,
                () -> carried.received()
                                        .since(received)
                                        .of(access, Protocol.TCP, 5201)
                                        .packets()
                                > 50
                        && carried.sent()
                                        .since(sent)
                                        .of(access, Protocol.TCP, 5201)
                                        .packets()
                                > 20);
    }

    private static Reading awaitMore(CarriedTraffic carried, Access access, Reading before) {
        Awaiting.until(
                "more uplink over " + access,
                () -> carried.sent()
                                .since(before)
                                .of(access, Protocol.TCP, 5201)
                                .packets()
                        > 50);
        return carried.sent().since(before);
    }

    private LogicalInterface.SubInterface subInterface(Access access) {
        return mobileNode.logicalInterface().subInterface(access);
    }

    private String globalAddresses(String device) {
        return lab.run(LabNode.MOBILE_NODE, "ip", "-6", "-o", "address", "show", "dev", device, "scope", "global");
    }

    /** The scripted router as a process in the gateway. */
    private final class Router implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter orders;

        Router(Access access) throws IOException {
            process = new ProcessBuilder(lab.inside(
                            access.gateway(),
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ScriptedRouter.class.getName())))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader();
            orders = process.outputWriter();
            assertThat(answers.readLine()).isEqualTo("ready");
        }

        /** As routers do, again and again: the mobile node's kernel hears nothing until it has taken notice of the carrier. */
        void advertiseUntilAttached(Access access) {
            int[] looks = {0};
            Awaiting.until("attached to " + access, () -> {
                if (looks[0]++ % 25 == 0) {
                    advertise();
                }
                return subInterface(access).attached();
            });
        }

        private void advertise() {
            try {
                orders.write(Access.ACCESS_LINK + " " + PREFIX + " 1800\n");
                orders.flush();
                assertThat(answers.readLine()).isEqualTo("sent");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            orders.close();
            process.destroy();
        }
    }
}
