package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

/** Somebody else works on the gateway's kernel. */
class DriftKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final AccessState STATE = new AccessState(
            ProxyCareOfAddress.parse("2001:db8:b::11"),
            LmaAddress.parse("2001:db8:b::1"),
            Set.of("a0"),
            Set.of(new AttachedTerminal(
                    "a0",
                    Ipv6Address.parse("fe80::1"),
                    LinkLayerIdentifier.parse("02:00:00:00:00:01"),
                    Set.of(HomeNetworkPrefix.parse("2001:db8:100:1::/64")))));

    /** The kernel tells of each device step by step, also of its removal, and of its carrier when the other end is up. */
    @Test
    void tunnelsThatComeAndGoAreOurOwnDoing() throws Exception {
        Namespace.requireRoot();
        try (Namespace gateway = new Namespace("lma")) {
            gateway.ip(
                    "link add b0 type veth peer name b0p",
                    "link set b0p up",
                    "link set b0 up",
                    "addr add " + LMA + "/64 dev b0 nodad");
            LinuxAnchorKernel kernel = gateway.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
            try {
                for (Set<ProxyCareOfAddress> gateways : List.of(Set.of(FIRST, SECOND), Set.of(FIRST), Set.of(SECOND))) {
                    gateway.run(() -> kernel.apply(new AnchorState(
                            LMA, Set.of(POOL), gateways, Map.of(), Map.of(), List.of(), Map.of(), Map.of())));
                    for (int look = 0; look < 20; look++) {
                        assertThat(gateway.<Boolean>call(kernel::drifted))
                                .as("our own doing")
                                .isFalse();
                        Thread.sleep(50);
                    }
                    assertThat(gateway.<Boolean>call(kernel::intact)).isTrue();
                    assertThat(gateway.<Boolean>call(
                                    () -> kernel.applyPrefixes(Map.of(), new FlowChanges(Map.of(), Map::of))
                                            .isPresent()))
                            .as("no whole state follows")
                            .isTrue();
                }
                gateway.exec("sh", "-c", "ip link set $(ls /sys/class/net | grep -m1 '^fa[0-9]*$') down");
                assertThat(gateway.<Boolean>call(kernel::drifted))
                        .as("a stranger's doing")
                        .isTrue();
            } finally {
                kernel.close();
            }
        }
    }

    @Test
    void whatOthersTakeAwayIsNoticedAndOnlyThat() throws Exception {
        Namespace.requireRoot();
        try (Namespace gateway = new Namespace("mag")) {
            gateway.ip(
                    "link add a0 type veth peer name a0p",
                    "link set a0 up",
                    "link set a0p up",
                    "link add b0 type veth peer name b0p",
                    "link set b0p up",
                    "link set b0 up",
                    "addr add 2001:db8:b::11/64 dev b0 nodad");
            AtomicInteger woken = new AtomicInteger();
            LinuxAccessKernel kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
            try {
                gateway.run(() -> kernel.apply(STATE));
                gateway.run(() -> kernel.watch(woken::incrementAndGet));
                assertThat(gateway.<Boolean>call(kernel::drifted))
                        .as("our own doing")
                        .isFalse();

                int before = woken.get();
                gateway.ip("route add unreachable 2001:db8:f::/64 table 77");
                Await.until("woken by a stranger's route", SOON, () -> woken.get() > before);
                gateway.ip(
                        "link add d0 type bridge",
                        "link set d0 up",
                        "link set d0 down",
                        "link set d0 name d1",
                        "link delete d1");
                assertThat(gateway.<Boolean>call(kernel::drifted))
                        .as("not ours")
                        .isFalse();

                String routes = gateway.exec("ip", "-6", "route", "show", "table", "all", "proto", "213");
                int again = woken.get();
                gateway.exec("ip", "-6", "route", "flush", "table", "all", "proto", "213");
                Await.until("woken by the flush", SOON, () -> woken.get() > again);
                assertThat(gateway.<Boolean>call(kernel::drifted)).as("ours").isTrue();
                assertThat(gateway.<Boolean>call(kernel::drifted))
                        .as("told once")
                        .isFalse();
                assertThat(gateway.call(kernel::installed)).as("read between").isEmpty();
                assertThat(gateway.<Boolean>call(kernel::intact)).isFalse();
                gateway.run(() -> kernel.apply(STATE));
                assertThat(gateway.exec("ip", "-6", "route", "show", "table", "all", "proto", "213")
                                .lines()
                                .sorted())
                        .isEqualTo(routes.lines().sorted().toList());
            } finally {
                kernel.close();
            }
        }
    }
}
