package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.InstalledTerminal;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

/** A fresh process, and somebody else at work, beside packets that are steered. */
class SteeringRestartKernelIT extends SteeringScene {
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

    static BindingTable bindings(ProxyCareOfAddress... gateways) {
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
