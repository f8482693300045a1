package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes prefix by prefix beside the whole state they lead to. */
class PrefixChangesKernelIT {
    private static final ClassName VOICE = new ClassName("gold", "offload", "voice");
    private static final ClassName REST = new ClassName("gold", "offload", "rest");
    private static final ClassName BULK = new ClassName("silver", "offload", "bulk");
    private static final List<ClassRule> CLASSES = List.of(
            new ClassRule(VOICE, List.of(udp(5000, 5999))),
            new ClassRule(REST, List.of(TrafficSelector.ALL)),
            new ClassRule(BULK, List.of(udp(6000, 6999))));
    private static final PrefixSteering NOTHING = new PrefixSteering(null, null, Map.of());

    private final Map<HomeNetworkPrefix, PrefixSteering> prefixes = new HashMap<>();
    private final Map<FiveTuple, ProxyCareOfAddress> flows = new HashMap<>();
    private Domain domain;
    private LinuxAnchorKernel anchor;

    private static TrafficSelector udp(int firstPort, int lastPort) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, new Range(17, 17), new Range(firstPort, lastPort), new Range(0, 63));
    }

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = newAnchor();
        domain.anchor.run(() -> anchor.apply(state()));
    }

    private LinuxAnchorKernel newAnchor() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    @AfterEach
    void tearDown() {
        if (domain != null) {
            anchor.close();
            domain.close();
        }
    }

    /** The state that the changes so far lead to. */
    private AnchorState state() {
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
        Map<HomeNetworkPrefix, String> groups = new HashMap<>();
        Map<ClassAccess, ProxyCareOfAddress> accesses = new HashMap<>();
        prefixes.forEach((prefix, steering) -> {
            if (steering.route() != null) {
                routes.put(prefix, steering.route());
            }
            if (steering.group() != null) {
                groups.put(prefix, steering.group());
            }
            steering.accesses().forEach((name, gateway) -> accesses.put(new ClassAccess(name, prefix), gateway));
        });
        return new AnchorState(LMA, Set.of(POOL), Set.of(FIRST, SECOND), routes, groups, CLASSES, accesses, flows);
    }

    /** The second is shorter than the others, the third and the fourth are not classified. */
    private static HomeNetworkPrefix prefix(int number) {
        long high = POOL.address().high();
        return switch (number) {
            case 1 -> new HomeNetworkPrefix(new Ipv6Address(high + 0x100, 0), 60);
            case 2 -> new HomeNetworkPrefix(new Ipv6Address(high + 0x200, 1L << 32), 96);
            case 3 -> new HomeNetworkPrefix(new Ipv6Address(high + 0x10000, 0), 48);
            default -> new HomeNetworkPrefix(new Ipv6Address(high + number, 0), 64);
        };
    }

    private static PrefixSteering any(Random random, HomeNetworkPrefix prefix) {
        if (random.nextInt(4) == 0) {
            return NOTHING;
        }
        ProxyCareOfAddress route = gateway(random);
        if (!AnchorResolution.isClassified(prefix.length())) {
            return new PrefixSteering(route, null, Map.of());
        }
        String group = random.nextBoolean() ? "gold" : "silver";
        Map<ClassName, ProxyCareOfAddress> accesses = new HashMap<>();
        for (ClassName name : List.of(VOICE, REST, BULK)) {
            if (name.group().equals(group) && random.nextBoolean()) {
                accesses.put(name, gateway(random));
            }
        }
        return new PrefixSteering(route, group, accesses);
    }

    private static ProxyCareOfAddress gateway(Random random) {
        return random.nextBoolean() ? FIRST : SECOND;
    }

    private static FiveTuple flow(HomeNetworkPrefix prefix, int port) {
        Ipv6Address address =
                new Ipv6Address(prefix.address().high(), prefix.address().low() | 7);
        return new FiveTuple(Ipv6Address.parse(Domain.CORRESPONDENT), address, FiveTuple.UDP, 443, port);
    }

    private boolean change(
            Map<HomeNetworkPrefix, PrefixSteering> changed, Map<FiveTuple, Optional<ProxyCareOfAddress>> exceptions) {
        return domain.anchor.<Boolean>call(() -> anchor.applyPrefixes(
                        changed, new FlowChanges(exceptions, () -> Map.copyOf(flows)))
                .isPresent());
    }

    @Test
    void changesPrefixByPrefixLeadToTheWholeState() throws Exception {
        Random random = new Random(7);
        int wholeStates = 0;
        for (int step = 1; step <= 120; step++) {
            Map<HomeNetworkPrefix, PrefixSteering> changed = new HashMap<>();
            Map<FiveTuple, Optional<ProxyCareOfAddress>> exceptions = new HashMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                HomeNetworkPrefix prefix = prefix(1 + random.nextInt(8));
                changed.put(prefix, any(random, prefix));
                exceptions.put(
                        flow(prefix, 5000 + random.nextInt(3)),
                        random.nextInt(3) == 0 ? Optional.empty() : Optional.of(gateway(random)));
            }
            prefixes.putAll(changed);
            exceptions.forEach(
                    (flow, gateway) -> gateway.ifPresentOrElse(to -> flows.put(flow, to), () -> flows.remove(flow)));
            if (!change(changed, exceptions)) {
                // The kernel told something of the new devices meanwhile.
                wholeStates++;
                domain.anchor.run(() -> anchor.apply(state()));
            }
            if (step % 20 == 0) {
                assertAsAFreshProcessWantsIt();
            }
        }
        assertThat(wholeStates).as("steps that took a whole state").isLessThan(20);
    }

    private void assertAsAFreshProcessWantsIt() throws Exception {
        assertThat(domain.anchor.<List<KernelObject>>call(anchor::objects))
                .allSatisfy(object -> assertThat(object.condition()).isEqualTo(Condition.PRESENT));
        LinuxAnchorKernel fresh = newAnchor();
        try (Changes changes = new Changes(domain.anchor)) {
            assertThat(domain.anchor.<Map<FiveTuple, ProxyCareOfAddress>>call(fresh::flows))
                    .isEqualTo(flows);
            domain.anchor.run(() -> fresh.apply(state()));
            assertThat(changes.made()).isEmpty();
        } finally {
            fresh.close();
        }
    }

    /** One prefix that would take too many entries of the group map keeps no other from its state, nor from its own route. */
    @Test
    void aPrefixTooShortForClassesIsRoutedLikeTheOthers() throws Exception {
        HomeNetworkPrefix shortOne = prefix(3);
        HomeNetworkPrefix usual = prefix(7);
        Binding binding = new Binding(
                new BindingName(new MobileNodeIdentifier("mn1@example.org"), new BindingIdentifier(1)),
                10,
                Set.of(shortOne, usual),
                FIRST,
                AccessTechnologyType.IEEE_802_11,
                true,
                "gold",
                1);
        BindingTable bindings = new BindingTable(Set.of(POOL), List.of(binding));
        AnchorState state = AnchorResolution.resolve(LMA, Set.of(POOL), Set.of(), bindings, Steering.NONE)
                .state();
        domain.anchor.run(() -> anchor.apply(state));
        assertThat(domain.anchor.exec("ip", "-6", "route", "show", "table", "100"))
                .contains(shortOne + " dev fa", usual + " dev fa");
        assertThat(state.groups()).containsExactly(Map.entry(usual, "gold"));
        assertThat(bindings.unclassifiedLengths()).containsExactly(48);
    }

    @Test
    void whatIsNotInForceYetTakesAWholeStateAndChangesNothing() throws Exception {
        HomeNetworkPrefix prefix = prefix(4);
        try (Changes changes = new Changes(domain.anchor)) {
            assertThat(change(
                            Map.of(
                                    prefix,
                                    new PrefixSteering(ProxyCareOfAddress.parse("2001:db8:b::99"), null, Map.of())),
                            Map.of()))
                    .as("a gateway without a tunnel")
                    .isFalse();
            assertThat(change(Map.of(prefix, new PrefixSteering(FIRST, "tin", Map.of())), Map.of()))
                    .as("a group without a number")
                    .isFalse();
            assertThat(change(
                            Map.of(),
                            Map.of(flow(prefix, 5000), Optional.of(ProxyCareOfAddress.parse("2001:db8:b::99")))))
                    .as("an exception to a gateway without a tunnel")
                    .isFalse();
            assertThat(changes.made()).isEmpty();
        }
        assertThat(change(Map.of(prefix, new PrefixSteering(FIRST, "gold", Map.of())), Map.of()))
                .isTrue();
        domain.anchor.nft("flush map inet flowanchor groups");
        assertThat(change(Map.of(prefix, new PrefixSteering(FIRST, "gold", Map.of())), Map.of()))
                .as("somebody else was there")
                .isFalse();
        domain.anchor.run(() -> anchor.apply(state()));
        assertThat(change(Map.of(prefix, new PrefixSteering(FIRST, "gold", Map.of())), Map.of()))
                .isTrue();
        domain.anchor.ip("route flush table 100");
        assertThat(change(Map.of(prefix, NOTHING), Map.of()))
                .as("routes are gone")
                .isFalse();
    }
}
