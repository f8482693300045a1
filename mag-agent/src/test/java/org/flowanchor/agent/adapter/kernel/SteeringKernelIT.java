package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.AnchorKernel.FlowMove;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.ReadFlows;
import org.flowanchor.agent.lab.Traffic;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

/** A mobile node attached to both gateways; its binding's route goes to the first, over wlan. */
class SteeringKernelIT extends SteeringScene {
    private static AnchorState steered(Map<ClassAccess, ProxyCareOfAddress> accesses) {
        return state(Map.of(PREFIX, "gold"), CLASSES, accesses, Map.of());
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
}
