package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flowanchor.agent.application.AnchorKernel.FlowMove;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.InstalledTerminal;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.ReadFlows;
import org.flowanchor.agent.lab.Traffic;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A mobile node attached to both gateways; its binding's route goes to the first, over wlan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeringKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int EXPEDITED_FORWARDING = 46;
    private static final int PORT = 6000;
    private static final int RECEIVED = 2;
    private static final int SENT = 10;
    private static final ClassName VOICE = new ClassName("gold", "voice on lte", "voice");
    private static final ClassName WEB = new ClassName("gold", "web on lte", "web");
    private static final ClassName REST = new ClassName("gold", "voice on lte", "rest");
    private static final List<ClassRule> CLASSES = List.of(
            new ClassRule(VOICE, List.of(selector(17, 0, 65535, EXPEDITED_FORWARDING), selector(6, 5060, 5061, 0))),
            new ClassRule(WEB, List.of(selector(17, 7000, 7999, 0))),
            new ClassRule(REST, List.of(TrafficSelector.ALL)));

    private Domain domain;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;
    private LinuxAccessKernel second;
    private Datagrams receiver;
    private int stamp = 1000;

    private static TrafficSelector selector(int protocol, int firstPort, int lastPort, int dscp) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                new Range(protocol, protocol),
                new Range(firstPort, lastPort),
                new Range(dscp, dscp));
    }

    @BeforeAll
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = newAnchor();
        first = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        second = domain.second.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        domain.second.run(() -> second.apply(access(SECOND, Set.of(PREFIX))));
        receiver = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, PORT);
    }

    private LinuxAnchorKernel newAnchor() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    @BeforeEach
    void steerNothing() {
        apply(state(Map.of(), List.of(), Map.of(), Map.of()));
    }

    @AfterAll
    void tearDown() {
        if (domain != null) {
            receiver.close();
            first.close();
            second.close();
            anchor.close();
            domain.close();
        }
    }

    private static AnchorState state(
            Map<HomeNetworkPrefix, String> groups,
            List<ClassRule> classes,
            Map<ClassAccess, ProxyCareOfAddress> accesses,
            Map<FiveTuple, ProxyCareOfAddress> flows) {
        return new AnchorState(
                LMA, Set.of(POOL), Set.of(FIRST, SECOND), Map.of(PREFIX, FIRST), groups, classes, accesses, flows);
    }

    private static AnchorState steered(Map<ClassAccess, ProxyCareOfAddress> accesses) {
        return state(Map.of(PREFIX, "gold"), CLASSES, accesses, Map.of());
    }

    private void apply(AnchorState state) {
        domain.anchor.run(() -> anchor.apply(state));
    }

    private static FiveTuple flow(int sourcePort) {
        return new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                FiveTuple.UDP,
                sourcePort,
                PORT);
    }

    /** Over which access five packets arrive; all by the same one. */
    private String path(int sourcePort, int dscp) throws Exception {
        int wlan = domain.received("wlan");
        int lte = domain.received("lte");
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, sourcePort).dscp(dscp)) {
            for (int i = 0; i < 5; i++) {
                int number = stamp++;
                sender.send(Domain.MOBILE_NODE, PORT, number, 64);
                assertThat(receiver.receives(number, SOON)).isTrue();
            }
        }
        int byWlan = domain.received("wlan") - wlan;
        int byLte = domain.received("lte") - lte;
        assertThat(byWlan + byLte).isEqualTo(5);
        return byWlan == 5 ? "wlan" : byLte == 5 ? "lte" : "both";
    }

    @Test
    void f11_aPacketWithoutSteeringFollowsItsBinding() throws Exception {
        assertThat(path(5000, 0)).isEqualTo("wlan");
        assertThat(path(5000, EXPEDITED_FORWARDING)).isEqualTo("wlan");
    }

    @Test
    void aClassIsCarriedByItsAccessAndNothingElseIs() throws Exception {
        apply(steered(Map.of(new ClassAccess(VOICE, PREFIX), SECOND, new ClassAccess(WEB, PREFIX), SECOND)));
        assertThat(path(5000, EXPEDITED_FORWARDING)).as("class by DSCP").isEqualTo("lte");
        assertThat(path(5000, 0)).as("no DSCP").isEqualTo("wlan");
        assertThat(path(5000, 34)).as("another DSCP").isEqualTo("wlan");
        assertThat(path(5000, 47)).as("the next DSCP").isEqualTo("wlan");
        assertThat(path(7999, 0)).as("class by port").isEqualTo("lte");
        assertThat(path(8000, 0)).as("port beyond the class").isEqualTo("wlan");
        assertThat(path(7999, EXPEDITED_FORWARDING))
                .as("both match, the first wins")
                .isEqualTo("lte");
    }

    @Test
    void f11_theFirstMatchingClassWinsWhereSelectorsOverlap() throws Exception {
        apply(steered(Map.of(
                new ClassAccess(VOICE, PREFIX), FIRST,
                new ClassAccess(REST, PREFIX), SECOND)));
        assertThat(path(7500, EXPEDITED_FORWARDING)).isEqualTo("wlan");
        assertThat(path(7500, 0)).as("class without access: the binding").isEqualTo("wlan");
        assertThat(path(9000, 0)).as("all the rest").isEqualTo("lte");
        assertThat(domain.anchor.exec("nft", "list", "map", "inet", "flowanchor", "classes"))
                .as("the catch-all class needs no element in the interval map")
                .doesNotContain("0.0.0.0", " :: ");
    }

    /** 52 to 64 by all their ways: a network of each width, and prefixes that take several. */
    @Test
    void aShorterPrefixHasClassesLikeAnyOther() throws Exception {
        for (int length : new int[] {60, 56, 52, 57, 62}) {
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(PREFIX.address(), length);
            apply(new AnchorState(
                    LMA,
                    Set.of(POOL),
                    Set.of(FIRST, SECOND),
                    Map.of(prefix, FIRST),
                    Map.of(prefix, "gold"),
                    CLASSES,
                    Map.of(new ClassAccess(VOICE, prefix), SECOND, new ClassAccess(REST, prefix), FIRST),
                    Map.of()));
            assertThat(path(5000, EXPEDITED_FORWARDING)).as("/%s", length).isEqualTo("lte");
            assertThat(path(5000, 0)).as("/%s, class that is the route", length).isEqualTo("wlan");
            assertThat(domain.anchor
                            .exec("nft", "list", "map", "inet", "flowanchor", "groups")
                            .split(" : 0x"))
                    .as("/%s takes %s entries", length, 1 << (64 - length) % 4)
                    .hasSize(1 + (1 << (64 - length) % 4));
        }
        HomeNetworkPrefix other = HomeNetworkPrefix.parse("2001:db8:100:ff00::/56");
        apply(state(Map.of(other, "gold"), CLASSES, Map.of(new ClassAccess(VOICE, other), SECOND), Map.of()));
        assertThat(path(5000, EXPEDITED_FORWARDING)).as("not in the /56").isEqualTo("wlan");
    }

    @Test
    void aClassOfAnotherGroupDoesNotMatch() throws Exception {
        apply(state(Map.of(PREFIX, "silver"), CLASSES, Map.of(new ClassAccess(VOICE, PREFIX), SECOND), Map.of()));
        assertThat(path(5000, EXPEDITED_FORWARDING)).isEqualTo("wlan");
    }

    @Test
    void f08_aFlowExceptionPrecedesTheClassAndEndsWithIt() throws Exception {
        Map<ClassAccess, ProxyCareOfAddress> accesses = Map.of(new ClassAccess(VOICE, PREFIX), SECOND);
        apply(state(Map.of(PREFIX, "gold"), CLASSES, accesses, Map.of(flow(5100), FIRST, flow(5101), SECOND)));
        assertThat(path(5100, EXPEDITED_FORWARDING)).isEqualTo("wlan");
        assertThat(path(5102, EXPEDITED_FORWARDING)).isEqualTo("lte");
        assertThat(path(5101, 0)).isEqualTo("lte");
        assertThat(anchorFlows()).containsOnlyKeys(flow(5100), flow(5101));
        domain.anchor.run(() -> anchor.replaceFlow(flow(5100), null));
        domain.anchor.run(() -> anchor.replaceFlow(flow(5100), null));
        domain.anchor.run(() -> anchor.replaceFlow(flow(5101), FIRST));
        assertThat(path(5100, EXPEDITED_FORWARDING)).isEqualTo("lte");
        assertThat(path(5101, 0)).isEqualTo("wlan");
        assertThat(anchorFlows()).isEqualTo(Map.of(flow(5101), FIRST));
    }

    @Test
    void ofTheExceptionsOnlyThoseThatChangedAreTouchedUnlessSomebodyElseWasThere() throws Exception {
        AnchorState routes = state(Map.of(PREFIX, "gold"), CLASSES, Map.of(), Map.of());
        apply(state(
                Map.of(PREFIX, "gold"),
                CLASSES,
                Map.of(),
                Map.of(flow(5600), SECOND, flow(5601), SECOND, flow(5602), SECOND)));
        path(5602, 0);
        Map<FiveTuple, Optional<ProxyCareOfAddress>> changed =
                Map.of(flow(5600), Optional.of(FIRST), flow(5601), Optional.empty(), flow(5603), Optional.of(SECOND));
        Map<FiveTuple, ProxyCareOfAddress> all = Map.of(flow(5600), FIRST, flow(5602), SECOND, flow(5603), SECOND);
        domain.anchor.run(() -> anchor.apply(routes, new FlowChanges(changed, () -> {
            throw new AssertionError("nobody needs all of them");
        })));
        assertThat(anchorFlows()).isEqualTo(all);
        assertThat(path(5600, 0)).isEqualTo("wlan");
        assertThat(path(5601, 0)).isEqualTo("wlan");
        assertThat(path(5603, 0)).isEqualTo("lte");
        assertThat(domain.anchor.exec("nft", "list", "map", "inet", "flowanchor", "flows"))
                .as("the one that was not touched")
                .contains(". 5602 . ");
        domain.anchor.nft("flush map inet flowanchor flows");
        domain.anchor.run(() -> anchor.apply(routes, new FlowChanges(Map.of(), () -> all)));
        assertThat(anchorFlows()).isEqualTo(all);
        assertThat(path(5602, 0)).isEqualTo("lte");
    }

    private Map<FiveTuple, ProxyCareOfAddress> anchorFlows() {
        return domain.anchor.call(() -> anchor.flows());
    }

    @Test
    void aMoveUnderLoadLosesAndDuplicatesNothing() throws Exception {
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5200)) {
            Traffic.Result result = Traffic.during(sender, receiver, Domain.MOBILE_NODE, PORT, 2000, () -> {
                for (int move = 0; move < 60; move++) {
                    ProxyCareOfAddress gateway = move % 2 == 0 ? SECOND : FIRST;
                    domain.anchor.run(() -> anchor.replaceFlow(flow(5200), gateway));
                    Thread.sleep(50);
                }
            });
            assertThat(result.sent()).isGreaterThan(2000);
            assertThat(result.lost()).as("lost of " + result.sent()).isZero();
            assertThat(result.duplicated()).isZero();
        }
    }

    @Test
    void aMoveToAGatewayWithoutATunnelIsRefusedByName() {
        assertThatThrownBy(() -> domain.anchor.run(
                        () -> anchor.replaceFlow(flow(5300), ProxyCareOfAddress.parse("2001:db8:b::99"))))
                .hasRootCauseInstanceOf(KernelException.class)
                .rootCause()
                .hasMessageContaining("2001:db8:b::99");
    }

    @Test
    void movesOfOneTransactionAreMadeTogetherOrNotAtAll() {
        domain.anchor.run(() -> {
            anchor.replaceFlows(List.of(new FlowMove(flow(5310), FIRST), new FlowMove(flow(5311), SECOND)));
            anchor.replaceFlows(List.of(
                    new FlowMove(flow(5310), SECOND),
                    new FlowMove(flow(5311), SECOND),
                    new FlowMove(flow(5312), FIRST),
                    new FlowMove(flow(5313), null)));
        });
        Map<FiveTuple, ProxyCareOfAddress> moved = Map.of(flow(5310), SECOND, flow(5311), SECOND, flow(5312), FIRST);
        assertThat(anchorFlows()).containsAllEntriesOf(moved);
        assertThatThrownBy(() -> domain.anchor.run(() -> anchor.replaceFlows(List.of(
                        new FlowMove(flow(5310), FIRST),
                        new FlowMove(flow(5311), null),
                        new FlowMove(flow(5312), ProxyCareOfAddress.parse("2001:db8:b::99"))))))
                .hasRootCauseInstanceOf(KernelException.class);
        assertThat(anchorFlows()).containsAllEntriesOf(moved);
        // Somebody else took one away: what is known of the map is wrong, and the moves are made all the same.
        domain.anchor.nft("flush map inet flowanchor flows");
        domain.anchor.run(
                () -> anchor.replaceFlows(List.of(new FlowMove(flow(5310), FIRST), new FlowMove(flow(5311), null))));
        assertThat(anchorFlows()).isEqualTo(Map.of(flow(5310), FIRST));
    }

    @Test
    void aFreshProcessChangesNothing() throws Exception {
        AnchorState state = state(
                Map.of(PREFIX, "gold"),
                CLASSES,
                Map.of(new ClassAccess(VOICE, PREFIX), SECOND, new ClassAccess(REST, PREFIX), SECOND),
                Map.of(flow(5400), SECOND));
        apply(state);
        path(5400, 0);
        String steering = domain.anchor.exec("nft", "-a", "list", "table", "inet", "flowanchor");
        LinuxAnchorKernel fresh = newAnchor();
        try (Changes changes = new Changes(domain.anchor)) {
            assertThat(domain.anchor.<Map<FiveTuple, ProxyCareOfAddress>>call(fresh::flows))
                    .isEqualTo(Map.of(flow(5400), SECOND));
            domain.anchor.run(() -> fresh.apply(state));
            domain.anchor.run(() -> fresh.apply(state));
            assertThat(changes.made()).isEmpty();
            assertThat(domain.anchor.exec("nft", "-a", "list", "table", "inet", "flowanchor"))
                    .isEqualTo(steering);
            assertThat(path(5400, 0)).isEqualTo("lte");
        } finally {
            fresh.close();
        }
    }

    @Test
    void aFreshProcessKeepsTheClassesItFindsUntilSteeringIsKnown() throws Exception {
        AnchorState before = state(
                Map.of(PREFIX, "gold"),
                CLASSES,
                Map.of(new ClassAccess(VOICE, PREFIX), SECOND, new ClassAccess(REST, PREFIX), FIRST),
                Map.of(flow(5430), SECOND));
        apply(before);
        AnchorState bindingsOnly = state(Map.of(PREFIX, "gold"), List.of(), Map.of(), Map.of(flow(5430), SECOND));
        LinuxAnchorKernel fresh = newAnchor();
        try (Changes changes = new Changes(domain.anchor)) {
            domain.anchor.run(() -> fresh.applyBindings(bindingsOnly, bindings(FIRST, SECOND)));
            assertThat(changes.made()).isEmpty();
            assertThat(path(5431, EXPEDITED_FORWARDING)).isEqualTo("lte");
            assertThat(path(5430, 0)).isEqualTo("lte");

            domain.anchor.run(() ->
                    fresh.applyBindings(state(Map.of(PREFIX, "gold"), List.of(), Map.of(), Map.of()), bindings(FIRST)));
            assertThat(path(5431, EXPEDITED_FORWARDING))
                    .as("no binding at the class's gateway")
                    .isEqualTo("wlan");

            domain.anchor.run(() -> fresh.apply(before));
            assertThat(path(5431, EXPEDITED_FORWARDING)).isEqualTo("lte");
        } finally {
            fresh.close();
        }
    }

    private static BindingTable bindings(ProxyCareOfAddress... gateways) {
        List<Binding> bindings = new ArrayList<>();
        for (ProxyCareOfAddress gateway : gateways) {
            bindings.add(new Binding(
                    new BindingName(
                            new MobileNodeIdentifier("mn1@example.org"), new BindingIdentifier(bindings.size() + 1)),
                    10,
                    Set.of(PREFIX),
                    gateway,
                    AccessTechnologyType.IEEE_802_11,
                    true,
                    "gold",
                    1));
        }
        return new BindingTable(Set.of(POOL), bindings);
    }

    private boolean intact() {
        return domain.anchor.<Boolean>call(anchor::intact);
    }

    @Test
    void whatWasAppliedIsIntactUntilSomebodyElseChangesIt() {
        AnchorState state =
                state(Map.of(PREFIX, "gold"), CLASSES, Map.of(new ClassAccess(VOICE, PREFIX), SECOND), Map.of());
        apply(state);
        assertThat(intact()).isTrue();
        domain.anchor.run(() -> anchor.replaceFlow(flow(5420), SECOND));
        assertThat(intact()).as("after a move of our own").isTrue();
        domain.anchor.nft("flush map inet flowanchor flows");
        assertThat(intact()).as("an exception is gone").isFalse();
        apply(state);
        assertThat(intact()).isTrue();
        domain.anchor.ip("route flush table 100");
        assertThat(intact()).as("routes are gone").isFalse();
        apply(state);
        assertThat(intact()).isTrue();
        domain.anchor.ip("route add unreachable 2001:db8:f::/64 table 77");
        assertThat(intact()).as("somebody else's route").isTrue();
        domain.anchor.ip("link set fa2 mtu 1300");
        assertThat(intact()).as("a tunnel was changed").isFalse();
    }

    /** A move reads what somebody else left behind, and puts nothing of it right. */
    @Test
    void aMoveHidesNothingThatSomebodyElseDidBeforeIt() {
        AnchorState state = state(Map.of(), List.of(), Map.of(), Map.of(flow(5430), SECOND, flow(5431), SECOND));
        apply(state);
        domain.anchor.ip("route flush table 100");
        domain.anchor.run(() -> anchor.replaceFlow(flow(5430), FIRST));
        assertThat(intact()).as("routes are gone").isFalse();
        assertThat(domain.anchor.<Boolean>call(anchor::drifted)).isTrue();
        assertThat(domain.anchor.<Boolean>call(anchor::drifted)).as("told once").isFalse();
        apply(state);
        assertThat(intact()).isTrue();
        assertThat(domain.anchor.exec("ip", "-6", "route", "show", "table", "100"))
                .contains(PREFIX + " dev");

        domain.anchor.nft("flush map inet flowanchor flows");
        domain.anchor.run(() -> anchor.replaceFlow(flow(5430), FIRST));
        assertThat(intact()).as("the other exception is gone").isFalse();
        FlowChanges onlyTheMove = new FlowChanges(Map.of(flow(5430), Optional.of(FIRST)), state::flows);
        domain.anchor.run(() -> anchor.apply(state, onlyTheMove));
        assertThat(intact()).isTrue();
        assertThat(anchorFlows()).isEqualTo(state.flows());
    }

    @Test
    void whatSomebodyElseRemovesIsThereAgainAfterTheNextApply() throws Exception {
        AnchorState state = state(
                Map.of(PREFIX, "gold"),
                CLASSES,
                Map.of(new ClassAccess(VOICE, PREFIX), SECOND),
                Map.of(flow(5410), SECOND));
        apply(state);
        domain.anchor.nft("flush ruleset");
        apply(state);
        assertThat(path(5410, 0)).isEqualTo("lte");
        assertThat(path(5411, EXPEDITED_FORWARDING)).isEqualTo("lte");
        domain.anchor.nft("flush table inet flowanchor");
        assertThat(tables(domain.anchor.call(anchor::objects))).containsExactly(Condition.MISSING);
        apply(state);
        assertThat(tables(domain.anchor.call(anchor::objects))).containsExactly(Condition.PRESENT);
        assertThat(path(5410, 0)).as("no rule was left").isEqualTo("lte");
        assertThat(path(5411, EXPEDITED_FORWARDING)).isEqualTo("lte");
        domain.first.nft("flush chain inet flowanchor raw");
        assertThat(tables(domain.first.call(first::objects))).containsExactly(Condition.MISSING);
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        assertThat(tables(domain.first.call(first::objects))).containsExactly(Condition.PRESENT);
        domain.anchor.ip("rule flush protocol 213", "route flush table 100", "link delete fa2");
        apply(state);
        assertThat(path(5410, 0)).isEqualTo("lte");
        assertThat(path(5412, 0)).isEqualTo("wlan");
        domain.first.ip("link set a0 down", "link set a0 up");
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        assertThat(path(5412, 0)).isEqualTo("wlan");
    }

    private static List<Condition> tables(List<KernelObject> objects) {
        return objects.stream()
                .filter(object -> object.kind().equals("table"))
                .map(KernelObject::condition)
                .toList();
    }

    @Test
    void aFreshAccessProcessFindsItsTerminalsAndWhoseTheyAre() throws Exception {
        assertThat(path(5420, 0)).as("the gateway learned the neighbour").isEqualTo("wlan");
        String address =
                domain.mobileNode.exec("cat", "/sys/class/net/wlan/address").strip();
        LinuxAccessKernel fresh = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        try {
            assertThat(domain.first.<List<InstalledTerminal>>call(fresh::installed))
                    .containsExactly(new InstalledTerminal(
                            "a0",
                            Ipv6Address.parse(Domain.FIRST_LINK_LOCAL),
                            PREFIX,
                            false,
                            LinkLayerIdentifier.parse(address)));
        } finally {
            fresh.close();
        }
    }

    @Test
    void aTrackedFlowIsToldInDownlinkDirectionWithItsClass() throws Exception {
        apply(steered(Map.of(new ClassAccess(VOICE, PREFIX), SECOND)));
        path(5500, EXPEDITED_FORWARDING);
        path(5501, 0);
        try (Datagrams uplink = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5502);
                Datagrams peer = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5503)) {
            uplink.send(Domain.CORRESPONDENT, 5503, 1, 64);
            assertThat(peer.receives(1, SOON)).isTrue();
        }
        Map<FiveTuple, TrackedFlow> flows = trackedFlows();
        assertThat(flows.get(flow(5500))).isEqualTo(new TrackedFlow(flow(5500), 5, 5 * (64 + 48), VOICE));
        assertThat(flows.get(flow(5501))).isEqualTo(new TrackedFlow(flow(5501), 5, 5 * (64 + 48), REST));
        FiveTuple reverse = new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                FiveTuple.UDP,
                5503,
                5502);
        assertThat(flows.get(reverse)).isEqualTo(new TrackedFlow(reverse, 0, 0, null));
        assertThat(trackedFlows().keySet())
                .as("outer packets and encapsulation ends are not tracked")
                .allSatisfy(flow ->
                        assertThat(POOL.contains(flow.destinationAddress())).isTrue());
    }

    @Test
    void countersOfAFlowSurviveItsMoves() throws Exception {
        path(5520, 0);
        domain.anchor.run(() -> anchor.replaceFlow(flow(5520), SECOND));
        assertThat(path(5520, 0)).isEqualTo("lte");
        domain.anchor.run(() -> anchor.replaceFlow(flow(5520), FIRST));
        domain.anchor.run(() -> anchor.replaceFlow(flow(5520), null));
        assertThat(path(5520, 0)).isEqualTo("wlan");
        assertThat(trackedFlows().get(flow(5520))).isEqualTo(new TrackedFlow(flow(5520), 15, 15 * (64 + 48), null));
    }

    private Map<FiveTuple, TrackedFlow> trackedFlows() throws KernelException {
        ReadFlows flows = new ReadFlows();
        anchor.trackedFlows(flows);
        return flows.flows();
    }

    @Test
    void countersOfATunnelGrowWithItsPackets() throws Exception {
        LinkCounters before = Objects.requireNonNull(anchor.tunnels().get(FIRST));
        path(5600, 0);
        LinkCounters after = Objects.requireNonNull(anchor.tunnels().get(FIRST));
        assertThat(after.up()).isTrue();
        assertThat(after.packets() - before.packets()).isGreaterThanOrEqualTo(5);
        assertThat(after.drops()).isEqualTo(before.drops());
        assertThat(anchor.tunnels()).containsOnlyKeys(FIRST, SECOND);
    }

    @Test
    void movesAmongManyFlowsMoveTheOneAndNoOther() {
        Map<FiveTuple, ProxyCareOfAddress> flows = new HashMap<>();
        for (int port = 0; port < 20_000; port++) {
            flows.put(
                    new FiveTuple(
                            Ipv6Address.parse(Domain.CORRESPONDENT),
                            Ipv6Address.parse("2001:db8:100:2::2"),
                            FiveTuple.TCP,
                            port,
                            443),
                    FIRST);
        }
        apply(state(Map.of(), List.of(), Map.of(), flows));
        domain.anchor.run(() -> {
            for (int move = 0; move < 2_001; move++) {
                anchor.replaceFlow(flow(5650), move % 2 == 0 ? SECOND : FIRST);
            }
        });
        flows.put(flow(5650), SECOND);
        assertThat(anchorFlows()).isEqualTo(flows);
    }

    @Test
    void aPacketForAPoolWithoutBindingIsAnsweredUnreachable() throws Exception {
        int before = unreachables(domain.correspondent);
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5700)) {
            Await.until("destination unreachable", SOON, () -> {
                sender.send("2001:db8:100:77::1", PORT, 1, 64);
                return unreachables(domain.correspondent) > before;
            });
        }
    }

    @Test
    void m31_aPacketFromAnUnboundPrefixIsNotForwarded() throws Exception {
        domain.mobileNode.ip("addr add 2001:db8:100:66::1/128 dev lo nodad");
        try (Datagrams foreign = new Datagrams(domain.mobileNode, "2001:db8:100:66::1", 5800);
                Datagrams own = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5800);
                Datagrams peer = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5801)) {
            foreign.send(Domain.CORRESPONDENT, 5801, 1, 64);
            own.send(Domain.CORRESPONDENT, 5801, 2, 64);
            assertThat(peer.receives(2, SOON)).isTrue();
            assertThat(peer.poll()).isNull();
        }
    }

    @Test
    void m31_aPrefixBoundOnOneAccessLinkIsNoSourceOnAnother() throws Exception {
        try (Namespace other = new Namespace("other")) {
            other.connect("wlan", domain.first, "a1");
            other.ip(
                    "addr add fe80::b:1/64 dev wlan nodad",
                    "addr add " + Domain.MOBILE_NODE + "/128 dev lo nodad",
                    "addr add 2001:db8:100:99::2/128 dev lo nodad",
                    "route add default via " + Domain.GATEWAY_LINK_LOCAL + " dev wlan");
            AccessState own = access(FIRST, Set.of(PREFIX));
            HomeNetworkPrefix others = HomeNetworkPrefix.parse("2001:db8:100:99::/64");
            domain.first.run(() -> first.apply(new AccessState(
                    own.proxyCareOfAddress(),
                    own.lmaAddress(),
                    Set.of("a0", "a1"),
                    Stream.concat(
                                    own.terminals().stream(),
                                    Stream.of(new AttachedTerminal(
                                            "a1",
                                            Ipv6Address.parse("fe80::b:1"),
                                            LinkLayerIdentifier.parse("02:00:00:00:00:b1"),
                                            Set.of(others),
                                            Set.of())))
                            .collect(Collectors.toSet()))));
            try (Datagrams stolen = new Datagrams(other, Domain.MOBILE_NODE, 5810);
                    Datagrams bound = new Datagrams(other, "2001:db8:100:99::2", 5810);
                    Datagrams own0 = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5811);
                    Datagrams peer = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5812);
                    Datagrams nobody = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5813)) {
                assertThat(bound.reaches(peer, Domain.CORRESPONDENT, 5812, 1, SOON))
                        .as("the other terminal's own prefix")
                        .isTrue();
                stolen.send(Domain.CORRESPONDENT, 5813, 2, 64);
                assertThat(bound.reaches(peer, Domain.CORRESPONDENT, 5812, 3, SOON))
                        .isTrue();
                assertThat(own0.reaches(peer, Domain.CORRESPONDENT, 5812, 4, SOON))
                        .as("on the link where it is bound")
                        .isTrue();
                assertThat(nobody.poll()).as("a prefix of another link").isNull();
            } finally {
                domain.first.run(() -> first.apply(own));
            }
        }
    }

    /**
     * RFC 5213 section 6.10.5: the anchor still sends to a gateway that has given the terminal up. No error comes back, and nothing that
     * came out of the tunnel goes into it, or anywhere else, again.
     */
    @Test
    void m30_aTunnelledPacketForNobodyHereIsDroppedInSilence() throws Exception {
        HomeNetworkPrefix gone = HomeNetworkPrefix.parse("2001:db8:100:88::/64");
        apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST, gone, FIRST),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of()));
        long arrived = packets(domain.first, "b0", RECEIVED);
        long left = packets(domain.first, "b0", SENT);
        long errors = errors(domain.correspondent);
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5900)) {
            for (int i = 0; i < 40; i++) {
                sender.send("2001:db8:100:88::1", PORT, 2_000_000 + i, 64);
            }
            Await.until("the gateway has them all", SOON, () -> packets(domain.first, "b0", RECEIVED) >= arrived + 40);
            // The same way, behind them: what they caused has been caused.
            Await.until("the next packet for a terminal arrives", SOON, () -> {
                sender.send(Domain.MOBILE_NODE, PORT, 3_000_000, 64);
                return receiver.receives(3_000_000, Duration.ofSeconds(1));
            });
        }
        assertThat(errors(domain.correspondent)).isEqualTo(errors);
        // Neighbours ask each other now and then.
        assertThat(packets(domain.first, "b0", SENT) - left).isLessThan(20);
    }

    private static long errors(Namespace namespace) {
        return unreachables(namespace)
                + counter(namespace, "Icmp6InTimeExcds")
                + counter(namespace, "Icmp6InParmProblems");
    }

    private static long counter(Namespace namespace, String name) {
        return namespace
                .exec("cat", "/proc/net/snmp6")
                .lines()
                .map(line -> line.split("\\s+"))
                .filter(words -> words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElseThrow();
    }

    /** @param column of /proc/net/dev, after the device's name */
    private static long packets(Namespace namespace, String device, int column) {
        return namespace
                .exec("cat", "/proc/net/dev")
                .lines()
                .map(line -> line.strip().split("[:\\s]+"))
                .filter(words -> words[0].equals(device))
                .mapToLong(words -> Long.parseLong(words[column]))
                .findFirst()
                .orElseThrow();
    }

    private static int unreachables(Namespace namespace) {
        for (String line : namespace.exec("cat", "/proc/net/snmp6").split("\n")) {
            if (line.startsWith("Icmp6InDestUnreachs")) {
                return Integer.parseInt(
                        line.substring("Icmp6InDestUnreachs".length()).strip());
            }
        }
        throw new AssertionError("no counter");
    }

    @Test
    void aGatewayThatLeavesTakesItsObjectsAlongAndItsNumberIsReadBack() throws Exception {
        apply(state(Map.of(), List.of(), Map.of(), Map.of(flow(5900), SECOND)));
        apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(SECOND),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(flow(5900), SECOND)));
        assertThat(domain.anchor.exec("ip", "-6", "rule"))
                .doesNotContain("fa1x")
                .contains("fa2x");
        assertThat(domain.anchor.exec("ip", "link")).doesNotContain("fa1:").contains("fa2@");
        assertThat(domain.anchor.exec("ip", "-6", "route", "show", "table", "all", "proto", "213"))
                .doesNotContain(Domain.FIRST_COA);
        assertThat(path(5900, 0)).isEqualTo("lte");
    }

    @Test
    void somebodyElsesRuleOnOurMarkBitsIsRefusedByName() {
        domain.anchor.ip("rule add pref 3000 fwmark 0x10 lookup 77");
        LinuxAnchorKernel fresh = newAnchor();
        try {
            assertThatThrownBy(() -> domain.anchor.run(fresh::verify))
                    .rootCause()
                    .hasMessageContaining("pref 3000")
                    .hasMessageContaining("fwmark 0x10/0xffffffff");
        } finally {
            fresh.close();
            domain.anchor.ip("rule del pref 3000");
        }
    }
}
