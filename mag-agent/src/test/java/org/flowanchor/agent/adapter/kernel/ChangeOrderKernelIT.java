package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Encapsulation;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tunnels by segment routing: in which order their routes and rules come and go. */
class ChangeOrderKernelIT {
    private static final KernelNumbering NUMBERS = KernelNumbering.DEFAULT;
    private static final KernelConfiguration SEG6 = new KernelConfiguration("b0", NUMBERS, TunnelKind.SEG6);

    private Namespace gateway;
    private NetlinkSocket events;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("order");
        gateway.ip(
                "link add b0 type veth peer name b0p",
                "link set b0p up",
                "link set b0 up",
                "addr add " + LMA + "/64 dev b0 nodad");
        events = gateway.call(() -> {
            NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            socket.subscribe(Rtnetlink.RTNLGRP_IPV6_ROUTE);
            socket.subscribe(Rtnetlink.RTNLGRP_IPV6_RULE);
            return socket;
        });
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            events.close();
            gateway.close();
        }
    }

    /** What became of tunnels and of what leads into them since the last call, in its order: a word and the tunnel's number. */
    private List<String> told() throws Exception {
        List<String> told = new ArrayList<>();
        Routes ours = new Routes(events, NUMBERS.protocol());
        boolean whole = events.events(event -> {
            boolean came = event.type() == Rtnetlink.RTM_NEWROUTE || event.type() == Rtnetlink.RTM_NEWRULE;
            String word = came ? "" : "no ";
            if (event.type() == Rtnetlink.RTM_NEWRULE || event.type() == Rtnetlink.RTM_DELRULE) {
                Rules.Owned owned = Rules.decode(event);
                if (owned.rule().priority() == NUMBERS.encapsulationPriority()) {
                    told.add(word + "rule " + owned.rule().incoming());
                }
            } else if (ours.isOurs(event)) {
                Route route = Routes.decode(event);
                int number = route.key().table() - NUMBERS.encapsulationTables();
                if (number > 0 && number <= KernelNumbering.MOST_GATEWAYS) {
                    boolean thrown = route.type() == RouteType.THROW;
                    told.add(word + (thrown ? "throw " + route.key().destination() : "outer " + segment(route)));
                } else if (route.key().table() == NUMBERS.bindingTable() && route.device() != 0) {
                    told.add(word + "binding " + route.device());
                }
            }
        });
        assertThat(whole).isTrue();
        return told;
    }

    private static String segment(Route route) {
        return route.encapsulation() instanceof Encapsulation.Outer(Ipv6Address segment) ? segment + "/128" : "";
    }

    private static ProxyCareOfAddress gatewayAddress(int number) {
        return ProxyCareOfAddress.parse("2001:db8:b::" + Integer.toHexString(0x100 + number));
    }

    private static AnchorState state(Map<HomeNetworkPrefix, ProxyCareOfAddress> routes) {
        return new AnchorState(
                LMA, Set.of(POOL), Set.copyOf(routes.values()), routes, Map.of(), List.of(), Map.of(), Map.of());
    }

    private static HomeNetworkPrefix prefix(int number) {
        return new HomeNetworkPrefix(new Ipv6Address(POOL.address().high() + number, 0), 64);
    }

    @Test
    void aPrefixIsMovedIntoATunnelOnlyWhenAllIsThereThatIsBehindIt() throws Exception {
        int many = 12;
        Map<HomeNetworkPrefix, ProxyCareOfAddress> before = new HashMap<>();
        Map<HomeNetworkPrefix, ProxyCareOfAddress> after = new HashMap<>();
        for (int number = 1; number <= many; number++) {
            before.put(prefix(number), FIRST);
            after.put(prefix(number), gatewayAddress(number));
        }
        try (LinuxAnchorKernel anchor = gateway.call(() -> new LinuxAnchorKernel(SEG6))) {
            gateway.run(() -> anchor.apply(state(before)));
            told();
            gateway.run(() -> anchor.apply(state(after)));
            assertMovedIn(told(), many);
            gateway.run(() -> anchor.apply(state(Map.of())));
            List<String> told = told();
            assertThat(positions(told, "no binding ")).hasSize(many);
            assertThat(positions(told, "no binding ").getLast())
                    .isLessThan(positions(told, "no rule ").getFirst());
            assertThat(positions(told, "no rule ").getLast())
                    .isLessThan(positions(told, "no outer ").getFirst());
        }
    }

    private void assertMovedIn(List<String> told, int many) {
        for (int number = 1; number <= many; number++) {
            assertThrownFirst(told, gatewayAddress(number) + "/128");
        }
        List<Integer> rules = positions(told, "rule ");
        List<Integer> bindings = positions(told, "binding ");
        assertThat(rules).hasSize(many);
        assertThat(bindings).hasSize(many);
        assertThat(positions(told, "outer ").getLast()).isLessThan(rules.getFirst());
        assertThat(rules.getLast()).isLessThan(bindings.getFirst());
    }

    private static void assertThrownFirst(List<String> told, String remote) {
        assertThat(told).contains("throw " + remote, "outer " + remote);
        assertThat(told.indexOf("throw " + remote)).as("of %s", told).isLessThan(told.indexOf("outer " + remote));
    }

    private static List<Integer> positions(List<String> told, String word) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            if (told.get(i).startsWith(word)) {
                positions.add(i);
            }
        }
        return positions;
    }

    /** The other way round outer packets would be encapsulated again and again, as the rule is there. */
    @Test
    void anotherAnchorIsThrownOutOfTheTableBeforeAnythingIsSentToIt() throws Exception {
        try (LinuxAccessKernel access = gateway.call(() -> new LinuxAccessKernel(SEG6))) {
            for (int number = 1; number <= 12; number++) {
                LmaAddress lma = new LmaAddress(gatewayAddress(number).address());
                AccessState state = new AccessState(new ProxyCareOfAddress(LMA.address()), lma, Set.of(), Set.of());
                gateway.run(() -> access.apply(state));
                assertThrownFirst(told(), lma + "/128");
                gateway.exec("ip", "-6", "route", "flush", "table", "all", "proto", "213");
                told();
                gateway.run(() -> access.apply(state));
                assertThrownFirst(told(), lma + "/128");
            }
        }
    }
}
