package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LTE;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.agent.domain.Samples.steered;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AnchorBindingsTest {
    private static final HomeNetworkPrefix FOREIGN = HomeNetworkPrefix.parse("2001:db8:f00::/64");
    private static final HomeNetworkPrefix LONG = HomeNetworkPrefix.parse("2001:db8:101:0:8::/80");
    private static final List<HomeNetworkPrefix> PREFIXES = List.of(prefix(1), prefix(2), prefix(3), LONG, FOREIGN);
    private static final ProxyCareOfAddress OTHER_MAG = ProxyCareOfAddress.parse("2001:db8:b::13");
    private static final List<ProxyCareOfAddress> GATEWAYS = List.of(WLAN_MAG, LTE_MAG, OTHER_MAG);
    private static final GroupClasses CLASSES =
            new GroupClasses(List.of(steered("voip", LTE, WLAN), steered("rest", WLAN)));

    /** Whatever the stream says and the agent finds out: the table is that of the bindings there are, and only told prefixes differ. */
    @TestFactory
    Stream<DynamicTest> theTableIsThatOfThePresentBindingsAndWhatChangedIsTold() {
        return IntStream.range(0, 200)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed))));
    }

    private static void check(Random random) {
        AnchorBindings bindings = new AnchorBindings(POOLS);
        Map<BindingName, Binding> model = new HashMap<>();
        Set<ProxyCareOfAddress> silent = Set.of();
        Set<ProxyCareOfAddress> withoutTunnel = Set.of();
        Map<HomeNetworkPrefix, PrefixSteering> before = resolved(bindings.table());
        Set<ProxyCareOfAddress> gatewaysBefore = Set.of();
        long version = 0;
        for (int step = 0; step < 60; step++) {
            version++;
            switch (random.nextInt(6)) {
                case 0 -> {
                    List<Binding> all = new ArrayList<>();
                    for (Binding present : model.values()) {
                        if (random.nextInt(4) > 0) {
                            all.add(present);
                        }
                    }
                    Binding added = any(random, version);
                    all.removeIf(present -> present.name().equals(added.name()));
                    all.add(added);
                    model.clear();
                    all.forEach(binding -> model.put(binding.name(), binding));
                    bindings.replace(version, all);
                }
                case 1 -> {
                    BindingName name = any(random, version).name();
                    model.remove(name);
                    bindings.update(version, List.of(), List.of(name));
                }
                case 2 -> {
                    silent = some(random);
                    bindings.silent(silent);
                }
                case 3 -> {
                    withoutTunnel = some(random);
                    bindings.withoutTunnel(withoutTunnel);
                }
                default -> {
                    Binding binding = any(random, version);
                    model.put(binding.name(), binding);
                    bindings.update(version, List.of(binding), List.of());
                }
            }
            if (random.nextInt(3) == 0) {
                AnchorBindings.Touched told = bindings.settle();
                Set<ProxyCareOfAddress> unfit = new HashSet<>(silent);
                unfit.addAll(withoutTunnel);
                BindingTable expected = new BindingTable(POOLS, model.values(), unfit);
                assertSame(bindings.table(), expected);
                Map<HomeNetworkPrefix, PrefixSteering> now = resolved(bindings.table());
                for (HomeNetworkPrefix prefix : PREFIXES) {
                    if (!told.prefixes().contains(prefix)) {
                        assertThat(now.get(prefix)).as("%s", prefix).isEqualTo(before.get(prefix));
                    }
                }
                before = now;
                Set<ProxyCareOfAddress> gateways = Set.copyOf(bindings.table().gateways());
                for (ProxyCareOfAddress gateway : GATEWAYS) {
                    if (gateways.contains(gateway) != gatewaysBefore.contains(gateway)) {
                        assertThat(told.gateways()).contains(gateway);
                    }
                }
                gatewaysBefore = gateways;
            }
        }
    }

    private static Binding any(Random random, long version) {
        int node = 1 + random.nextInt(3);
        ProxyCareOfAddress gateway = GATEWAYS.get(random.nextInt(3));
        AccessTechnologyType type = gateway.equals(LTE_MAG) ? LTE : WLAN;
        Set<HomeNetworkPrefix> prefixes = new HashSet<>(Set.of(prefix(node)));
        if (random.nextInt(4) == 0) {
            prefixes.add(random.nextBoolean() ? LONG : FOREIGN);
        }
        return new Binding(
                new BindingName(mobileNode(node), new BindingIdentifier(1 + random.nextInt(3))),
                1 + random.nextInt(3),
                prefixes,
                random.nextInt(3) == 0 ? Set.of(prefix(1 + random.nextInt(3))) : Set.of(),
                gateway,
                type,
                random.nextInt(4) > 0,
                random.nextBoolean() ? "gold" : "silver",
                BindingUse.values()[random.nextInt(BindingUse.values().length)],
                version);
    }

    private static Set<ProxyCareOfAddress> some(Random random) {
        return random.nextBoolean() ? Set.of() : Set.of(GATEWAYS.get(random.nextInt(3)));
    }

    private static Map<HomeNetworkPrefix, PrefixSteering> resolved(BindingTable table) {
        Map<HomeNetworkPrefix, PrefixSteering> resolved = new HashMap<>();
        PREFIXES.forEach(prefix -> resolved.put(prefix, CLASSES.resolve(prefix, table)));
        return resolved;
    }

    private static void assertSame(BindingTable table, BindingTable expected) {
        assertThat(table.prefixes()).isEqualTo(expected.prefixes());
        assertThat(table.gateways()).isEqualTo(expected.gateways());
        assertThat(table.foreignPrefixes()).isEqualTo(expected.foreignPrefixes());
        assertThat(resolved(table)).isEqualTo(resolved(expected));
        for (ProxyCareOfAddress gateway : GATEWAYS) {
            assertThat(table.accessTechnologyType(gateway)).isEqualTo(expected.accessTechnologyType(gateway));
            for (HomeNetworkPrefix prefix : PREFIXES) {
                assertThat(table.isSteerable(prefix, gateway)).isEqualTo(expected.isSteerable(prefix, gateway));
            }
        }
        for (HomeNetworkPrefix prefix : PREFIXES) {
            Ipv6Address address = prefix.last();
            assertThat(table.preferred(prefix)).isEqualTo(expected.preferred(prefix));
            assertThat(table.prefixOf(address)).isEqualTo(expected.prefixOf(address));
        }
    }
}
