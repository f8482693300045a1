package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An anchor whose kernel has room for four prefixes with a group, and three accesses. */
class SizedMapsKernelIT {
    private static final SteeringSizes SIZES = new SteeringSizes(100, 4, 100, 100, 100, 3, 100, 100);
    private static final ClassName REST = new ClassName("gold", "offload", "rest");

    private Namespace gateway;
    private LinuxAnchorKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("lma");
        gateway.ip(
                "link add b0 type veth peer name b0p",
                "link set b0p up",
                "link set b0 up",
                "addr add " + LMA + "/64 dev b0 nodad");
        kernel = newKernel(SIZES);
    }

    private LinuxAnchorKernel newKernel(SteeringSizes sizes) {
        return gateway.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0"), 0, sizes, System::nanoTime));
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    private static HomeNetworkPrefix site(int number) {
        return site(POOL, number);
    }

    private static HomeNetworkPrefix site(HomeNetworkPrefix pool, int number) {
        return new HomeNetworkPrefix(new Ipv6Address(pool.address().high() + ((long) number << 8), 0), 56);
    }

    private static AnchorState sites(int... numbers) {
        return sites(POOL, numbers);
    }

    private static AnchorState sites(HomeNetworkPrefix pool, int... numbers) {
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
        Map<HomeNetworkPrefix, String> groups = new HashMap<>();
        Map<ClassAccess, ProxyCareOfAddress> accesses = new HashMap<>();
        for (int number : numbers) {
            HomeNetworkPrefix site = site(pool, number);
            routes.put(site, FIRST);
            groups.put(site, "gold");
            accesses.put(new ClassAccess(REST, site), SECOND);
        }
        return new AnchorState(
                LMA,
                Set.of(pool),
                Set.of(FIRST, SECOND),
                routes,
                groups,
                List.of(new ClassRule(REST, List.of(TrafficSelector.ALL))),
                accesses,
                Map.of());
    }

    private void apply(AnchorState state) {
        gateway.run(() -> kernel.apply(state));
    }

    private boolean change(int number, PrefixSteering steering) {
        return gateway.<Boolean>call(
                () -> kernel.applyPrefixes(Map.of(site(number), steering), new FlowChanges(Map.of(), Map::of))
                        .isPresent());
    }

    /** Numbers of the sites that have an entry. */
    private List<Integer> in(String map) {
        String listing = gateway.exec("nft", "list", "map", "inet", "flowanchor", map);
        return IntStream.range(0, 20)
                .filter(number -> listing.contains(
                                ". 0x%016x :".formatted(site(number).address().high()))
                        || listing.contains(
                                ". 0x%x :".formatted(site(number).address().high())))
                .boxed()
                .toList();
    }

    private void assertEntries(List<Integer> groups, List<Integer> accesses, int groupsWaiting, int accessesWaiting) {
        assertThat(in("groups")).isEqualTo(groups);
        assertThat(in("accesses")).isEqualTo(accesses);
        assertThat(kernel.withoutRoom(SizedMap.PREFIXES)).isEqualTo(groupsWaiting);
        assertThat(kernel.withoutRoom(SizedMap.ACCESSES)).isEqualTo(accessesWaiting);
        assertThat(kernel.withoutRoom(SizedMap.POLICY_GROUPS)).isZero();
    }

    @Test
    void whatDoesNotFitIsLeftOutAndComesWhenThereIsRoom() throws Exception {
        apply(sites(5, 6, 7));
        assertEntries(List.of(5, 6, 7), List.of(5, 6, 7), 0, 0);
        apply(sites(1, 2, 5, 6, 7));
        assertEntries(List.of(1, 5, 6, 7), List.of(5, 6, 7), 1, 2);
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100"))
                .as("everybody has a route")
                .contains(site(1) + " dev fa", site(2) + " dev fa");

        assertThat(change(3, new PrefixSteering(FIRST, "gold", Map.of(REST, SECOND))))
                .as("no whole state")
                .isTrue();
        assertEntries(List.of(1, 5, 6, 7), List.of(5, 6, 7), 2, 3);
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100")).contains(site(3) + " dev fa");
        assertThat(gateway.<Boolean>call(kernel::intact)).isTrue();

        assertThat(change(6, new PrefixSteering(null, null, Map.of()))).isTrue();
        assertEntries(List.of(1, 2, 5, 7), List.of(1, 5, 7), 1, 2);
        assertThat(change(7, new PrefixSteering(FIRST, "gold", Map.of(REST, FIRST))))
                .as("an access that is the route needs no entry")
                .isTrue();
        assertEntries(List.of(1, 2, 5, 7), List.of(1, 2, 5), 1, 1);

        LinuxAnchorKernel fresh = newKernel(SIZES);
        try (Changes changes = new Changes(gateway)) {
            gateway.run(() -> fresh.apply(sites(1, 2, 3, 5, 9)));
            assertThat(in("groups")).as("who is there stays").containsExactly(1, 2, 3, 5);
            assertThat(changes.made()).isNotEmpty();
        } finally {
            fresh.close();
        }
    }

    @Test
    void aFreshProcessChangesNothingOfAFullMap() throws Exception {
        apply(sites(5, 6, 7, 8));
        apply(sites(1, 2, 5, 6, 7, 8));
        LinuxAnchorKernel fresh = newKernel(SIZES);
        try (Changes changes = new Changes(gateway)) {
            gateway.run(() -> fresh.apply(sites(1, 2, 5, 6, 7, 8)));
            assertThat(changes.made()).isEmpty();
        } finally {
            fresh.close();
        }
    }

    /** Ports, prefixes and DSCP by the product of which there is no room: its terminals follow their bindings, others are steered. */
    @Test
    void aPolicyThatTakesTooMuchCostsItsOwnGroupOnly() {
        kernel.close();
        kernel = newKernel(SteeringSizes.DEFAULT);
        List<ClassRule> rules = new ArrayList<>();
        rules.add(new ClassRule(REST, List.of(TrafficSelector.ALL)));
        for (int i = 0; i < 10; i++) {
            rules.add(new ClassRule(
                    new ClassName("allowed", "policy " + i, "any"),
                    IntStream.range(32 * i, 32 * i + 32)
                            .mapToObj(number -> new TrafficSelector(
                                    HomeNetworkPrefix.ALL_ZERO,
                                    new Range(6, 6),
                                    new Range(2L * number, 2L * number),
                                    TrafficSelector.ALL_DSCP))
                            .toList()));
        }
        for (int i = 0; i < 10; i++) {
            rules.add(new ClassRule(
                    new ClassName("allowed", "policy " + i, "from"),
                    IntStream.range(32 * i, 32 * i + 32)
                            .mapToObj(number -> new TrafficSelector(
                                    site(HomeNetworkPrefix.parse("2001:dba::/32"), 2 * number),
                                    TrafficSelector.ALL_PROTOCOLS,
                                    TrafficSelector.ALL_PORTS,
                                    TrafficSelector.ALL_DSCP))
                            .toList()));
        }
        AnchorState usual = sites(1, 2);
        Map<HomeNetworkPrefix, String> groups = new HashMap<>(usual.groups());
        groups.put(site(2), "allowed");
        apply(new AnchorState(
                LMA, usual.pools(), usual.gateways(), usual.routes(), groups, rules, usual.accesses(), Map.of()));
        assertThat(kernel.withoutRoom(SizedMap.POLICY_GROUPS)).isEqualTo(1);
        assertThat(kernel.policyGroupsWithoutRoom()).containsOnlyKeys("allowed");
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100"))
                .contains(site(1) + " dev fa", site(2) + " dev fa");
        assertThat(in("groups")).as("who is steered").containsExactly(1);
        assertThat(in("accesses")).contains(1);
    }

    /** The size is the kernel's: without our care it refuses the whole transaction. */
    @Test
    void theKernelItselfRefusesOneMore() {
        apply(sites(1, 2, 3, 4));
        assertThatThrownBy(() -> gateway.nft("add element inet flowanchor groups { 0x8 . 0x1234 : 0x100001 }"))
                .hasMessageContaining("Too many open files in system");
    }

    /** In all, computed, loaded, changed at one, and found again by another process. */
    @Test
    void aHundredThousandSitesOfManyNetworksEachAreOneEntryEach() {
        kernel.close();
        kernel = newKernel(SteeringSizes.DEFAULT);
        int many = 100_000;
        HomeNetworkPrefix pool = HomeNetworkPrefix.parse("2001:db9::/32");
        AnchorState state = sites(pool, IntStream.range(0, many).toArray());
        apply(state);
        for (SizedMap map : SizedMap.values()) {
            assertThat(kernel.withoutRoom(map)).as(map.name()).isZero();
        }
        for (String map : List.of("groups", "accesses")) {
            assertThat(gateway.exec("nft", "list", "map", "inet", "flowanchor", map)
                            .split(" : 0x"))
                    .as(map)
                    .hasSize(many + 1);
        }
        HomeNetworkPrefix last = site(pool, many - 1);
        PrefixSteering moved = new PrefixSteering(SECOND, "gold", Map.of(REST, FIRST));
        assertThat(gateway.<Optional<AnchorNotTaken>>call(
                        () -> kernel.applyPrefixes(Map.of(last, moved), new FlowChanges(Map.of(), Map::of))))
                .hasValue(AnchorNotTaken.NOTHING);
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100", last.toString()))
                .contains("dev fa");

        kernel.close();
        kernel = newKernel(SteeringSizes.DEFAULT);
        apply(state);
        assertThat(gateway.<Boolean>call(kernel::intact)).isTrue();
        assertThat(kernel.wasChanged()).isFalse();
    }
}
