package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.binding;
import static org.flowanchor.agent.domain.Samples.carrying;
import static org.flowanchor.agent.domain.Samples.className;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.agent.domain.Samples.releasing;
import static org.flowanchor.agent.domain.Samples.steered;
import static org.flowanchor.agent.domain.Samples.used;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AnchorResolutionTest {
    private static AnchorResolution resolve(Collection<Binding> bindings, Steering steering) {
        return AnchorResolution.resolve(LMA, POOLS, Set.of(), new BindingTable(POOLS, bindings), steering);
    }

    private static Steering classes(ClassSteering... classes) {
        return new Steering(List.of(classes), List.of());
    }

    @Test
    void t57_routeIsTheActiveBindingOfLowestBidPri() {
        var state = resolve(List.of(onLte(1), onWlan(1)), Steering.NONE).state();
        assertThat(state.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(state.groups()).containsExactly(Map.entry(HNP, "gold"));
        assertThat(state.gateways()).containsExactlyInAnyOrder(WLAN_MAG, LTE_MAG);
    }

    @Test
    void t52_releasingBindingForwardsNothingAndTheSiblingTakesOver() {
        var bindings = List.of(releasing(onWlan(1), 3), onLte(1));
        var state =
                resolve(bindings, classes(steered("best-effort", WLAN, LTE))).state();
        assertThat(state.routes()).containsExactly(Map.entry(HNP, LTE_MAG));
        assertThat(state.accesses()).containsValue(LTE_MAG).hasSize(1);
        assertThat(state.gateways()).as("tunnel stays for packets under way").contains(WLAN_MAG);
    }

    @Test
    void f01_classesAndExceptionsDoNotSteerANodeThatDecidesItself() {
        var bindings = List.of(used(onWlan(1), BindingUse.ROUTE_ONLY), used(onLte(1), BindingUse.ROUTE_ONLY));
        var resolution = resolve(
                bindings, new Steering(List.of(steered("voip", LTE, WLAN)), List.of(exception(1, 1000, LTE_MAG))));
        assertThat(resolution.state().routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(resolution.state().accesses()).isEmpty();
        assertThat(resolution.state().flows()).isEmpty();
        assertThat(resolution.held()).hasSize(1);
    }

    @Test
    void anAccessTheProfileDoesNotAllowIsTakenOnlyWhenThereIsNoOther() {
        Binding forbidden = used(onWlan(1), BindingUse.LAST_RESORT);
        var steering = new Steering(List.of(steered("best-effort", WLAN, LTE)), List.of(exception(1, 1000, WLAN_MAG)));
        var both = resolve(List.of(forbidden, onLte(1)), steering);
        assertThat(both.state().routes()).containsExactly(Map.entry(HNP, LTE_MAG));
        assertThat(both.state().accesses()).containsValue(LTE_MAG).hasSize(1);
        assertThat(both.state().flows()).isEmpty();
        assertThat(both.held()).hasSize(1);
        var alone = resolve(List.of(forbidden), steering);
        assertThat(alone.state().routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(alone.state().accesses()).isEmpty();
    }

    @Test
    void prefixWithoutUsableBindingHasNeitherRouteNorGroup() {
        var state = resolve(List.of(releasing(onWlan(1), 3)), classes(steered("all", WLAN)))
                .state();
        assertThat(state.routes()).isEmpty();
        assertThat(state.groups()).isEmpty();
        assertThat(state.accesses()).isEmpty();
    }

    @Test
    void classTakesItsFirstAccessThatHasABinding() {
        var steering = classes(
                steered("voip", LTE, WLAN),
                steered("best-effort", WLAN),
                steered("fixed", AccessTechnologyType.IEEE_802_3));
        assertThat(resolve(List.of(onWlan(1)), steering).state().accesses())
                .containsOnly(
                        Map.entry(new ClassAccess(className("voip"), HNP), WLAN_MAG),
                        Map.entry(new ClassAccess(className("best-effort"), HNP), WLAN_MAG));
        assertThat(resolve(List.of(onWlan(1), onLte(1)), steering).state().accesses())
                .containsOnly(
                        Map.entry(new ClassAccess(className("voip"), HNP), LTE_MAG),
                        Map.entry(new ClassAccess(className("best-effort"), HNP), WLAN_MAG));
    }

    @Test
    void classOfAnotherGroupDoesNotTouchThePrefix() {
        var silver = new ClassSteering(
                new ClassRule(
                        new ClassName("silver", "offload", "all"),
                        List.of(org.flowanchor.mobility.TrafficSelector.ALL)),
                List.of(LTE));
        var state = resolve(List.of(onWlan(1), onLte(1)), classes(silver)).state();
        assertThat(state.accesses()).isEmpty();
        assertThat(state.classes()).hasSize(1);
    }

    /** Node 1 has its prefix at WLAN; LTE anchors another one, that of node 2 in this world, and may carry node 1's. */
    @Test
    void f07_aFlowGoesToAGatewayThatCarriesItsPrefixAndItsClassDoesNot() {
        var exception = exception(1, 5000, LTE_MAG);
        var steering = new Steering(List.of(steered("best-effort", LTE, WLAN)), List.of(exception));
        var before = resolve(List.of(onWlan(1), onLte(2)), steering);
        assertThat(before.state().flows()).isEmpty();
        assertThat(before.held()).containsExactly(exception);

        var carried = resolve(List.of(onWlan(1), carrying(onLte(2), HNP)), steering);
        assertThat(carried.state().flows()).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
        assertThat(carried.held()).isEmpty();
        assertThat(carried.state().routes()).containsEntry(HNP, WLAN_MAG);
        assertThat(carried.state().accesses())
                .as("a class takes a binding of the prefix")
                .containsEntry(new ClassAccess(className("best-effort"), HNP), WLAN_MAG);
    }

    @Test
    void f21_aCarriedFlowGoesOnWhenTheBindingOfItsPrefixIsBeingReleased() {
        var steering = new Steering(List.of(), List.of(exception(1, 5000, LTE_MAG)));
        var resolution = resolve(List.of(releasing(onWlan(1), 9), carrying(onLte(2), HNP)), steering);
        assertThat(resolution.state().routes()).doesNotContainKey(HNP);
        assertThat(resolution.state().flows()).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
    }

    @Test
    void nothingIsSentToAnUnfitGatewayThoughItCarriesThePrefix() {
        var table = new BindingTable(POOLS, List.of(onWlan(1), carrying(onLte(2), HNP)), Set.of(LTE_MAG));
        assertThat(AnchorResolution.installable(exception(1, 5000, LTE_MAG), table))
                .isFalse();
        assertThat(AnchorResolution.installable(exception(1, 5000, WLAN_MAG), table))
                .isTrue();
    }

    @Test
    void t93_noFlowGoesToTheGatewayOfAStrongHostThatCarriesItsPrefix() {
        var steering = new Steering(List.of(), List.of(exception(1, 5000, LTE_MAG)));
        Binding strong = carrying(used(onLte(2), BindingUse.ROUTE_ONLY), HNP);
        assertThat(resolve(List.of(used(onWlan(1), BindingUse.ROUTE_ONLY), strong), steering)
                        .state()
                        .flows())
                .isEmpty();
    }

    @Test
    void f09_flowExceptionWithoutBindingAtItsGatewayIsHeld() {
        var exception = exception(1, 5000, LTE_MAG);
        var steering = new Steering(List.of(), List.of(exception));
        var held = resolve(List.of(onWlan(1)), steering);
        assertThat(held.state().flows()).isEmpty();
        assertThat(held.held()).containsExactly(exception);

        var installed = resolve(List.of(onWlan(1), onLte(1)), steering);
        assertThat(installed.state().flows()).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
        assertThat(installed.held()).isEmpty();
    }

    @Test
    void exceptionOfAnotherTerminalsBindingIsHeld() {
        var steering = new Steering(List.of(), List.of(exception(1, 5000, LTE_MAG)));
        assertThat(resolve(List.of(onWlan(1), onLte(2)), steering).state().flows())
                .isEmpty();
    }

    @Test
    void prefixOutsideThePoolsIsReportedAndNotRouted() {
        var stranger = new Binding(
                new BindingName(Samples.MN, new BindingIdentifier(7)),
                1,
                Set.of(HomeNetworkPrefix.parse("2001:db8:f00::/64")),
                LTE_MAG,
                LTE,
                true,
                "gold",
                BindingUse.ANY,
                9);
        var table = new BindingTable(POOLS, List.of(onWlan(1), stranger));
        assertThat(table.foreignPrefixes()).containsExactly(HomeNetworkPrefix.parse("2001:db8:f00::/64"));
        assertThat(table.prefixes()).containsExactly(HNP);
    }

    @Test
    void effectiveGatewayFollowsTheKernelsOrder() {
        var table = new BindingTable(POOLS, List.of(onWlan(1), onLte(1)));
        var classes = new GroupClasses(List.of(steered("voip", LTE)));
        var flow = flow(1, 5000);
        assertThat(AnchorResolution.effectiveGateway(flow, WLAN_MAG, className("voip"), classes, table))
                .as("exception")
                .isEqualTo(WLAN_MAG);
        assertThat(AnchorResolution.effectiveGateway(flow, null, className("voip"), classes, table))
                .as("class")
                .isEqualTo(LTE_MAG);
        assertThat(AnchorResolution.effectiveGateway(flow, null, className("unknown"), classes, table))
                .as("binding")
                .isEqualTo(WLAN_MAG);
        assertThat(AnchorResolution.effectiveGateway(flow(3, 1), null, null, classes, table))
                .as("nobody")
                .isNull();
    }

    /** Seeded worlds; the same facts shuffled, reversed and repeated give the same state, and every state keeps the rules. */
    @TestFactory
    Stream<DynamicTest> sameFactsInAnyOrderGiveTheSameState() {
        return IntStream.range(0, 300)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> checkWorld(new Random(seed))));
    }

    private static void checkWorld(Random random) {
        List<Binding> bindings = new ArrayList<>();
        for (int node = 1; node <= 1 + random.nextInt(6); node++) {
            for (int bid = 1; bid <= 1 + random.nextInt(3); bid++) {
                boolean wlan = random.nextBoolean();
                bindings.add(binding(
                        node,
                        bid,
                        1 + random.nextInt(3),
                        wlan ? WLAN_MAG : LTE_MAG,
                        wlan ? WLAN : LTE,
                        random.nextInt(4) > 0,
                        random.nextInt(5)));
            }
        }
        List<ClassSteering> classes =
                List.of(steered("a", random.nextBoolean() ? WLAN : LTE), steered("b", LTE, WLAN), steered("c"));
        List<FlowException> exceptions = new ArrayList<>();
        for (int i = 0; i < random.nextInt(8); i++) {
            exceptions.add(exception(1 + random.nextInt(7), i, random.nextBoolean() ? WLAN_MAG : LTE_MAG));
        }
        AnchorResolution expected = resolve(bindings, new Steering(classes, exceptions));
        checkRules(bindings, exceptions, expected);

        List<Binding> disordered = new ArrayList<>(bindings);
        disordered.addAll(bindings.subList(0, bindings.size() / 2));
        Collections.shuffle(disordered, random);
        List<FlowException> reversed = new ArrayList<>(exceptions);
        Collections.reverse(reversed);
        assertThat(resolve(disordered, new Steering(classes, reversed))).isEqualTo(expected);
        assertThat(resolve(bindings.reversed(), new Steering(classes, exceptions)))
                .isEqualTo(expected);
    }

    private static void checkRules(
            List<Binding> bindings, List<FlowException> exceptions, AnchorResolution resolution) {
        AnchorState state = resolution.state();
        state.routes().forEach((prefix, gateway) -> assertUsable(bindings, prefix, gateway));
        state.accesses().forEach((access, gateway) -> assertUsable(bindings, access.prefix(), gateway));
        state.flows().forEach((flow, gateway) -> {
            for (int node = 1; node <= 7; node++) {
                if (prefix(node).contains(flow.destinationAddress())) {
                    assertUsable(bindings, prefix(node), gateway);
                }
            }
        });
        assertThat(state.gateways())
                .containsAll(state.routes().values())
                .containsAll(state.flows().values());
        assertThat(state.flows().size() + resolution.held().size()).isEqualTo(exceptions.size());
        for (Binding binding : bindings) {
            if (binding.active()) {
                assertThat(state.routes()).containsKeys(binding.prefixes().toArray(HomeNetworkPrefix[]::new));
            }
        }
    }

    private static void assertUsable(List<Binding> bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        assertThat(bindings)
                .anyMatch(binding -> binding.active()
                        && binding.prefixes().contains(prefix)
                        && binding.proxyCareOfAddress().equals(gateway));
    }
}
