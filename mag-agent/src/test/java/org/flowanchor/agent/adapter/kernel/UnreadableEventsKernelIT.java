package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.netlink.NetlinkFaults;
import org.flowanchor.agent.linux.netlink.NetlinkFaults.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel tells, and nobody can read: it may have been anything. */
class UnreadableEventsKernelIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AccessState STATE = new AccessState(FIRST, LMA, Set.of(), Set.of());

    private Namespace gateway;
    private LinuxAccessKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("events");
        gateway.ip("link add b0 type bridge", "link set b0 up", "addr add " + FIRST + "/64 dev b0 nodad");
        kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        untilIntact();
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    private void untilIntact() {
        Await.until("the kernel is as it was left", SOON, () -> {
            gateway.run(() -> kernel.apply(STATE));
            return gateway.<Boolean>call(kernel::intact);
        });
    }

    private boolean drifted(NetlinkFaults faults) {
        try (faults) {
            return gateway.<Boolean>call(kernel::drifted);
        }
    }

    @Test
    void areADriftWhoeverDidWhat() {
        assertThat(gateway.<Boolean>call(kernel::drifted)).isFalse();
        assertThat(drifted(NetlinkFaults.refusing(NetlinkFaults.EVENTS, 1))).isTrue();
        untilIntact();
        assertThat(drifted(gateway.call(() -> NetlinkFaults.failing(Kind.ANSWER_LOST, 0))))
                .as("lost for want of room")
                .isTrue();
        untilIntact();
        assertThat(gateway.<Boolean>call(kernel::drifted)).isFalse();
    }

    @Test
    void wakeWhoWaitsForChangesAndTheNextAreHeard() {
        AtomicInteger woken = new AtomicInteger();
        gateway.run(() -> kernel.watch(woken::incrementAndGet));
        try (NetlinkFaults once = NetlinkFaults.refusing(NetlinkFaults.EVENTS, 1)) {
            assertThat(once).isNotNull();
            change(1);
            Await.until("woken without knowing why", SOON, () -> woken.get() > 0);
            Await.until("woken by the change itself", SOON, () -> woken.get() > 1);
        }
        int before = woken.get();
        change(2);
        Await.until("woken again", SOON, () -> woken.get() > before);
    }

    private void change(int number) {
        gateway.ip("route add unreachable 2001:db8:f:" + number + "::/64 table 77");
    }
}
