package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Marks, priorities and tables that an operator chose, beside others who have the usual ones. */
class OtherNumbersKernelIT extends SteeringScene {
    /** The bits that Calico (the upper half) and kube-proxy (0xc000) leave. */
    private static final KernelNumbering OTHERS = new KernelNumbering(0x1fff, 0x2000, 4300, 500);

    private static final KernelConfiguration CHOSEN = new KernelConfiguration("b0", OTHERS, null);

    /** Somebody else has protocol number 213, a table flowanchor and devices fa. */
    private static final KernelConfiguration NAMED =
            new KernelConfiguration("b0", OTHERS.named(77, "carrier", "pmip-"), null);

    private LinuxAnchorKernel chosen() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(CHOSEN));
    }

    private LinuxAnchorKernel named() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(NAMED));
    }

    private AnchorState steered(int sourcePort) {
        return state(
                Map.of(PREFIX, "gold"),
                CLASSES,
                Map.of(new ClassAccess(VOICE, PREFIX), SECOND),
                Map.of(flow(sourcePort), SECOND));
    }

    private static String ours(Namespace namespace) {
        return ours(namespace, "213");
    }

    private static String ours(Namespace namespace, String protocol) {
        return rules(namespace, protocol)
                + namespace.exec("ip", "-6", "route", "show", "table", "all", "proto", protocol);
    }

    /** Whatever is asked for, the program shows the main table's, too. */
    private static String rules(Namespace namespace, String protocol) {
        return namespace
                .exec("ip", "-6", "rule")
                .lines()
                .filter(line -> line.endsWith(" proto " + protocol))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** Names and indexes, of both groups. */
    private static List<String> tunnels(Namespace namespace) {
        String links = namespace.exec("ip", "-o", "link", "show", "group", "5213")
                + namespace.exec("ip", "-o", "link", "show", "group", "5214");
        return links.lines()
                .map(line -> line.replaceAll("^(\\d+: [^@:]+).*", "$1"))
                .sorted()
                .toList();
    }

    private static List<String> tables(Namespace namespace) {
        return namespace.exec("nft", "list", "tables").lines().sorted().toList();
    }

    private static void assertRefused(Namespace namespace, Action verify, String... words) {
        assertThatThrownBy(() -> namespace.run(verify::make))
                .rootCause()
                .isInstanceOf(KernelException.class)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
    }

    @AfterEach
    void usualAgain() {
        try (LinuxAnchorKernel back = newAnchor()) {
            domain.anchor.run(() -> back.apply(state(Map.of(), List.of(), Map.of(), Map.of())));
        }
    }

    private interface Action {
        void make() throws Exception;
    }

    /** Tailscale's priorities and marks, kube-proxy's and Calico's marks, and somebody's table 100. */
    @Test
    void anAgentOfOtherNumbersWorksBesideThoseWhoHaveTheUsualOnes() throws Exception {
        try (LinuxAnchorKernel usual = newAnchor();
                LinuxAnchorKernel chosen = chosen()) {
            domain.anchor.ip("rule add pref 5210 fwmark 0x80000/0xff0000 lookup 52");
            assertRefused(
                    domain.anchor,
                    usual::verify,
                    "pref 5210",
                    "bits 0x50000",
                    "kernel.markMask and kernel.congestionMark give");
            domain.anchor.ip("rule delete pref 5210", "rule add pref 5270 lookup 52");
            assertRefused(domain.anchor, usual::verify, "pref 5270", "kernel.rulePriorityOffset gives it others");
            domain.anchor.ip("rule delete pref 5270", "rule add pref 700 from 2001:db8:f::/64 lookup 100");
            assertRefused(domain.anchor, usual::verify, "pref 700", "table 100", "kernel.routingTableOffset");
            domain.anchor.ip("rule delete pref 700");
            domain.anchor.nft("table ip6 services { chain c { meta mark set meta mark | 0x4000; }; }");
            assertRefused(
                    domain.anchor, usual::verify, "chain ip6 services c", "kernel.markMask gives the agent others");
            domain.anchor.ip(
                    "rule add pref 5210 fwmark 0x80000/0xff0000 lookup 52",
                    "rule add pref 5270 lookup 52",
                    "rule add pref 700 from 2001:db8:f::/64 lookup 100",
                    "rule add pref 15000 fwmark 0xca4000 lookup 51820");
            domain.anchor.nft("table ip6 network { chain c { meta mark set meta mark & 0xffff ^ 0x3f0000; }; }");
            domain.anchor.run(chosen::verify);
            AnchorState state = steered(5600);
            assertThat(domain.anchor.<AnchorNotTaken>call(() -> chosen.apply(state)))
                    .isEqualTo(AnchorNotTaken.NOTHING);
            assertThat(path(5600, 0)).isEqualTo("lte");
            assertThat(path(5601, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5602, 0)).isEqualTo("wlan");
            assertThat(domain.anchor.<List<KernelObject>>call(chosen::objects))
                    .extracting(KernelObject::condition)
                    .containsOnly(Condition.PRESENT);
        } finally {
            domain.anchor.ip(
                    "rule delete pref 5210", "rule delete pref 5270", "rule delete pref 700", "rule delete pref 15000");
            domain.anchor.nft("delete table ip6 services\ndelete table ip6 network");
            steerNothing();
        }
    }

    /** Whatever the predecessor called them, they are ours by protocol number, device and table. */
    @Test
    void aProcessOfOtherNumbersTakesOverWhatItsPredecessorLeftAndLeavesNothingOfIt() throws Exception {
        AnchorState state = steered(5610);
        apply(state);
        String before = ours(domain.anchor);
        String tunnels = domain.anchor.exec("ip", "-o", "link", "show", "group", "5213");
        try (LinuxAnchorKernel chosen = chosen()) {
            domain.anchor.run(chosen::verify);
            assertThat(domain.anchor.<Map<FiveTuple, ProxyCareOfAddress>>call(chosen::flows))
                    .as("told by the marks of its predecessor")
                    .isEqualTo(Map.of(flow(5610), SECOND));
            domain.anchor.run(() -> chosen.apply(state));
            assertThat(path(5610, 0)).isEqualTo("lte");
            assertThat(path(5611, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5612, 0)).isEqualTo("wlan");
            assertThat(domain.anchor.exec("ip", "-o", "link", "show", "group", "5213"))
                    .as("each tunnel keeps its device")
                    .isEqualTo(tunnels);
            assertThat(domain.anchor.exec("ip", "-6", "rule"))
                    .doesNotContain("lookup 41 ", "fwmark 0x10001/", "lookup 100 ")
                    .contains("4400:\tfrom all lookup local", "4305:", "fwmark 0x1/0x1fff");
            assertThat(domain.anchor.exec("ip", "-6", "route", "show", "table", "100"))
                    .isEmpty();
            String after = ours(domain.anchor);
            assertThat(after.lines().count()).isEqualTo(before.lines().count());

            changesNothing(chosen(), state);
        }
        try (LinuxAnchorKernel back = newAnchor()) {
            domain.anchor.run(() -> back.apply(state));
            assertThat(ours(domain.anchor)).isEqualToIgnoringWhitespace(before);
            assertThat(path(5610, 0)).isEqualTo("lte");
        }
    }

    private void changesNothing(LinuxAnchorKernel started, AnchorState state) throws Exception {
        try (LinuxAnchorKernel successor = started;
                Changes changes = new Changes(domain.anchor)) {
            domain.anchor.run(() -> successor.apply(state));
            assertThat(changes.made()).isEmpty();
        }
    }

    @Test
    void classesOfAPredecessorOfOtherMarksStayInForceUntilSteeringIsKnown() throws Exception {
        apply(steered(5620));
        AnchorState bindingsOnly = state(Map.of(PREFIX, "gold"), List.of(), Map.of(), Map.of(flow(5620), SECOND));
        try (LinuxAnchorKernel chosen = chosen()) {
            domain.anchor.run(
                    () -> chosen.applyBindings(bindingsOnly, SteeringRestartKernelIT.bindings(FIRST, SECOND)));
            assertThat(path(5621, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5620, 0)).isEqualTo("lte");
            assertThat(path(5622, 0)).isEqualTo("wlan");
        }
    }

    @Test
    void anAccessGatewayOfOtherNumbersTakesOverItsTerminals() throws Exception {
        assertThat(path(5630, 0)).isEqualTo("wlan");
        String before = ours(domain.first);
        try (LinuxAccessKernel chosen = domain.first.call(() -> new LinuxAccessKernel(CHOSEN))) {
            domain.first.run(chosen::verify);
            assertThat(domain.first.call(chosen::installed)).hasSize(1);
            domain.first.run(() -> chosen.apply(access(FIRST, Set.of(PREFIX))));
            assertThat(path(5630, 0)).isEqualTo("wlan");
            assertThat(domain.first.exec("ip", "-6", "route", "show", "table", "100"))
                    .isEmpty();
            assertThat(domain.first.exec("ip", "-6", "route", "show", "table", "600"))
                    .contains(PREFIX.toString());
            assertThat(ours(domain.first).lines().count())
                    .isEqualTo(before.lines().count());
        } finally {
            domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        }
    }

    /** By the groups of its devices and the form of its table's comment, which nobody chooses. Packets go on while names change. */
    @Test
    void aProcessOfOtherNamesTakesOverWhatItsPredecessorLeftAndLeavesNothingOfIt() throws Exception {
        AnchorState state = steered(5640);
        apply(state);
        String before = ours(domain.anchor);
        List<String> devices = tunnels(domain.anchor);
        List<String> tables = tables(domain.anchor);
        try (LinuxAnchorKernel named = named()) {
            try (Changes changes = new Changes(domain.anchor)) {
                domain.anchor.run(named::verify);
                assertThat(changes.made()).as("a look changes nothing").isEmpty();
            }
            assertThat(domain.anchor.<Map<FiveTuple, ProxyCareOfAddress>>call(named::flows))
                    .as("of the table of its predecessor, by the tunnels' new names")
                    .isEqualTo(Map.of(flow(5640), SECOND));
            assertThat(path(5640, 0)).as("before any state is applied").isEqualTo("lte");
            assertThat(path(5641, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5642, 0)).isEqualTo("wlan");
            domain.anchor.run(() -> named.apply(state));
            assertThat(path(5640, 0)).isEqualTo("lte");
            assertThat(path(5641, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5642, 0)).isEqualTo("wlan");
            assertThat(tunnels(domain.anchor))
                    .as("each tunnel keeps its device")
                    .isEqualTo(devices.stream()
                            .map(device -> device.replace(" fa", " pmip-"))
                            .toList());
            assertThat(ours(domain.anchor)).isEmpty();
            assertThat(ours(domain.anchor, "77").lines().count())
                    .isEqualTo(before.lines().count());
            assertThat(tables(domain.anchor))
                    .isEqualTo(tables.stream()
                            .map(table -> table.replace("flowanchor", "carrier"))
                            .sorted()
                            .toList());
            assertThat(domain.anchor.<Boolean>call(named::drifted)).isFalse();
            assertThat(domain.anchor.<List<KernelObject>>call(named::objects))
                    .extracting(KernelObject::condition)
                    .containsOnly(Condition.PRESENT);

            changesNothing(named(), state);
        }
        try (LinuxAnchorKernel back = newAnchor()) {
            domain.anchor.run(() -> back.apply(state));
            assertThat(ours(domain.anchor)).isEqualToIgnoringWhitespace(before);
            assertThat(tunnels(domain.anchor)).isEqualTo(devices);
            assertThat(tables(domain.anchor)).isEqualTo(tables);
            assertThat(path(5640, 0)).isEqualTo("lte");
        }
    }

    /** Whoever has the usual names, beside an agent of others. */
    @Test
    void namesOfOthersAreTheirs() throws Exception {
        try (LinuxAnchorKernel named = named()) {
            AnchorState state = steered(5650);
            domain.anchor.run(() -> named.apply(state));
            domain.anchor.ip(
                    "link add fa1 type bridge",
                    "route add 2001:db8:fff::/64 dev b0 table 100 proto 213",
                    "rule add pref 20000 to 2001:db8:fff::/64 lookup 100 protocol 213");
            domain.anchor.nft("table inet flowanchor { chain c { meta mark set meta mark | 0x4000; }; }");
            domain.anchor.run(named::verify);
            domain.anchor.run(() -> named.apply(state));
            assertThat(ours(domain.anchor).lines().count()).isEqualTo(2);
            assertThat(domain.anchor.exec("ip", "link", "show", "fa1")).contains("fa1");
            assertThat(domain.anchor.exec("nft", "list", "table", "inet", "flowanchor"))
                    .contains("chain c");
            assertThat(path(5650, 0)).isEqualTo("lte");
        } finally {
            domain.anchor.ip("link delete fa1", "route delete 2001:db8:fff::/64 table 100", "rule delete pref 20000");
            domain.anchor.nft("delete table inet flowanchor");
        }
    }

    @Test
    void anAccessGatewayOfOtherNamesTakesOverItsTerminals() throws Exception {
        assertThat(path(5660, 0)).isEqualTo("wlan");
        String before = ours(domain.first);
        List<String> devices = tunnels(domain.first);
        try (LinuxAccessKernel named = domain.first.call(() -> new LinuxAccessKernel(NAMED))) {
            domain.first.run(named::verify);
            assertThat(domain.first.call(named::installed)).hasSize(1);
            assertThat(path(5660, 0)).isEqualTo("wlan");
            domain.first.run(() -> named.apply(access(FIRST, Set.of(PREFIX))));
            assertThat(path(5660, 0)).isEqualTo("wlan");
            assertThat(ours(domain.first)).isEmpty();
            assertThat(ours(domain.first, "77").lines().count())
                    .isEqualTo(before.lines().count());
            assertThat(tunnels(domain.first))
                    .isEqualTo(devices.stream()
                            .map(device -> device.replace(" fa", " pmip-"))
                            .toList());
            assertThat(tables(domain.first)).containsExactly("table inet carrier");
        } finally {
            try (LinuxAccessKernel back =
                    domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
                domain.first.run(() -> back.apply(access(FIRST, Set.of(PREFIX))));
            }
            domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        }
        assertThat(ours(domain.first)).isEqualToIgnoringWhitespace(before);
        assertThat(tables(domain.first)).containsExactly("table inet flowanchor");
    }

    private static void assertEach(String listing, String part, String allowed) {
        List<String> found = Pattern.compile(part)
                .matcher(listing)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(found).as(listing).isNotEmpty().allMatch(value -> value.matches(allowed));
    }

    /** Nothing has a usual number, and nobody's object a number that was not chosen. */
    @Test
    void everyObjectOfAnAnchorHasTheChosenNumbersAndNames() throws Exception {
        try (LinuxAnchorKernel named = named()) {
            domain.anchor.run(() -> named.apply(steered(5670)));
            assertThat(ours(domain.anchor)).isEmpty();
            String rules = rules(domain.anchor, "77");
            // Decapsulation, local table, encapsulation by device, tree of marks, pools.
            assertEach(rules, "(?m)^(\\d+):", "4305|4400|5200|5[3-9]\\d\\d|[6-9]\\d{3}|1[0-3]\\d{3}|14300");
            assertThat(rules).contains("4305:", "4400:", "5200:", "14300:");
            assertEach(rules, "fwmark (\\S+)", "(0|0x1?[0-9a-f]{0,3})/0x1?[0-9a-f]{1,3}");
            assertEach(rules, "lookup (\\S+)", "541|local|100050[12]|300050[12]|600");
            assertEach(rules, "iif (\\S+)", "pmip-[12]x");
            String routes = domain.anchor.exec("ip", "-6", "route", "show", "table", "all", "proto", "77");
            assertEach(routes, " table (\\d+) ", "541|600|[123]00050[12]");
            assertEach(routes, " dev (\\S+)", "b0|lo|pmip-[12]x?");
            assertThat(routes).contains("table 541", "table 600", "table 1000501", "table 2000502", "table 3000501");
            assertThat(domain.anchor.exec("ip", "-o", "link", "show"))
                    .doesNotContain(": fa")
                    .contains(": pmip-1@", ": pmip-2x@");
            assertThat(tables(domain.anchor)).containsExactly("table inet carrier");
            String table = domain.anchor.exec("nft", "list", "table", "inet", "carrier");
            assertThat(table)
                    .as("congestion mark, and the second gateway's")
                    .contains("0x00002000", "0x00000002")
                    .doesNotContain("0x00040000", "0xfffbffff", "0x0001000");
        }
    }

    @Test
    void everyObjectOfAnAccessGatewayHasTheChosenNumbersAndNames() throws Exception {
        try (LinuxAccessKernel named = domain.first.call(() -> new LinuxAccessKernel(NAMED))) {
            domain.first.run(() -> named.apply(access(FIRST, Set.of(PREFIX))));
            assertThat(ours(domain.first)).isEmpty();
            String rules = rules(domain.first, "77");
            assertEach(rules, "(?m)^(\\d+):", "4305|4400|5200|14300|14301");
            assertThat(rules).contains("4305:", "4400:", "5200:", "14300:", "14301:");
            assertEach(rules, "lookup (\\S+)", "541|local|1000501|600|40005\\d\\d");
            assertEach(rules, "iif (\\S+)", "pmip-1x?|a0|lo");
            String routes = domain.first.exec("ip", "-6", "route", "show", "table", "all", "proto", "77");
            assertEach(routes, " table (\\d+) ", "541|600|[12]000501|40005\\d\\d");
            assertThat(routes).contains("table 541", "table 600", "table 1000501", "table 2000501", "table 40005");
            assertEach(routes, " dev (\\S+)", "b0|lo|a0|pmip-1x?");
            assertThat(domain.first.exec("nft", "list", "table", "inet", "carrier"))
                    .contains("0x00002000")
                    .doesNotContain("0x00040000", "0xfffbffff");
        } finally {
            try (LinuxAccessKernel back =
                    domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
                domain.first.run(() -> back.apply(access(FIRST, Set.of(PREFIX))));
            }
            domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        }
    }
}
