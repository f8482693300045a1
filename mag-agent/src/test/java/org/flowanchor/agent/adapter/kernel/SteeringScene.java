package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A mobile node attached to both gateways; its binding's route goes to the first, over wlan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SteeringScene {
    static final Duration SOON = Duration.ofSeconds(60);
    static final int EXPEDITED_FORWARDING = 46;
    static final int PORT = 6000;
    static final int RECEIVED = 2;
    static final int SENT = 10;
    static final ClassName VOICE = new ClassName("gold", "voice on lte", "voice");
    static final ClassName WEB = new ClassName("gold", "web on lte", "web");
    static final ClassName REST = new ClassName("gold", "voice on lte", "rest");
    static final List<ClassRule> CLASSES = List.of(
            new ClassRule(VOICE, List.of(selector(17, 0, 65535, EXPEDITED_FORWARDING), selector(6, 5060, 5061, 0))),
            new ClassRule(WEB, List.of(selector(17, 7000, 7999, 0))),
            new ClassRule(REST, List.of(TrafficSelector.ALL)));

    Domain domain;
    LinuxAnchorKernel anchor;
    LinuxAccessKernel first;
    LinuxAccessKernel second;
    Datagrams receiver;
    int stamp = 1000;

    static TrafficSelector selector(int protocol, int firstPort, int lastPort, int dscp) {
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

    LinuxAnchorKernel newAnchor() {
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

    static AnchorState state(
            Map<HomeNetworkPrefix, String> groups,
            List<ClassRule> classes,
            Map<ClassAccess, ProxyCareOfAddress> accesses,
            Map<FiveTuple, ProxyCareOfAddress> flows) {
        return new AnchorState(
                LMA, Set.of(POOL), Set.of(FIRST, SECOND), Map.of(PREFIX, FIRST), groups, classes, accesses, flows);
    }

    void apply(AnchorState state) {
        domain.anchor.run(() -> anchor.apply(state));
    }

    static FiveTuple flow(int sourcePort) {
        return new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                FiveTuple.UDP,
                sourcePort,
                PORT);
    }

    /** Over which access five packets arrive; all by the same one. */
    String path(int sourcePort, int dscp) throws Exception {
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

    Map<FiveTuple, ProxyCareOfAddress> anchorFlows() {
        return domain.anchor.call(() -> anchor.flows());
    }

    /** @param column of /proc/net/dev, after the device's name */
    static long packets(Namespace namespace, String device, int column) {
        return namespace
                .exec("cat", "/proc/net/dev")
                .lines()
                .map(line -> line.strip().split("[:\\s]+"))
                .filter(words -> words[0].equals(device))
                .mapToLong(words -> Long.parseLong(words[column]))
                .findFirst()
                .orElseThrow();
    }
}
