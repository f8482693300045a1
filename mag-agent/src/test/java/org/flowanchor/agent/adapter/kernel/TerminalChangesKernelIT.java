package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes terminal by terminal beside the whole state they lead to. */
class TerminalChangesKernelIT {
    private static final Set<String> LINKS = Set.of("a0", "a1");

    private final Map<AttachmentName, AttachedTerminal> terminals = new HashMap<>();
    private Namespace gateway;
    private LinuxAccessKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("terminals");
        for (String link : List.of("b0", "a0", "a1")) {
            gateway.ip(
                    "link add " + link + " type veth peer name " + link + "p",
                    "link set " + link + " addrgenmode none up",
                    "link set " + link + "p addrgenmode none up");
        }
        gateway.ip("addr add " + FIRST + "/64 dev b0 nodad");
        kernel = newKernel();
        gateway.run(() -> kernel.apply(state()));
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    private LinuxAccessKernel newKernel() {
        return gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
    }

    private AccessState state() {
        return new AccessState(FIRST, LMA, LINKS, Set.copyOf(terminals.values()));
    }

    /** Prefixes are few, so that terminals of both links have the same ones. */
    private static Optional<AttachedTerminal> any(Random random, AttachmentName name) {
        if (random.nextInt(3) == 0) {
            return Optional.empty();
        }
        Set<HomeNetworkPrefix> own = new HashSet<>(Set.of(prefix(random.nextInt(6))));
        if (random.nextInt(3) == 0) {
            own.add(prefix(6 + random.nextInt(3)));
        }
        Set<HomeNetworkPrefix> carried = new HashSet<>();
        if (random.nextInt(3) == 0) {
            carried.add(prefix(random.nextInt(9)));
            carried.removeAll(own);
        }
        Ipv6Address address = Ipv6Address.parse("fe80::" + (1 + random.nextInt(200)));
        return Optional.of(new AttachedTerminal(name.accessLink(), address, name.linkLayerIdentifier(), own, carried));
    }

    private static HomeNetworkPrefix prefix(int number) {
        return new HomeNetworkPrefix(new Ipv6Address(POOL.address().high() + number, 0), 64);
    }

    private static AttachmentName name(Random random) {
        return new AttachmentName(
                random.nextBoolean() ? "a0" : "a1", LinkLayerIdentifier.parse("02:00:00:00:00:0" + random.nextInt(5)));
    }

    private boolean change(Map<AttachmentName, Optional<AttachedTerminal>> changed) {
        return gateway.<Boolean>call(() -> kernel.applyTerminals(changed).isPresent());
    }

    @Test
    void changesTerminalByTerminalLeadToTheWholeState() throws Exception {
        Random random = new Random(11);
        int wholeStates = 0;
        for (int step = 1; step <= 160; step++) {
            Map<AttachmentName, Optional<AttachedTerminal>> changed = new HashMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                AttachmentName name = name(random);
                changed.put(name, any(random, name));
            }
            changed.forEach((name, terminal) -> {
                terminals.remove(name);
                terminal.ifPresent(now -> terminals.put(name, now));
            });
            if (!change(changed)) {
                // The kernel told something of the new devices meanwhile.
                wholeStates++;
                gateway.run(() -> kernel.apply(state()));
            }
            if (step % 20 == 0) {
                assertAsAFreshProcessWantsIt();
            }
        }
        assertThat(wholeStates).as("steps that took a whole state").isLessThan(30);
    }

    private void assertAsAFreshProcessWantsIt() throws Exception {
        assertThat(gateway.<List<KernelObject>>call(kernel::objects))
                .allSatisfy(object -> assertThat(object.condition()).isEqualTo(Condition.PRESENT));
        LinuxAccessKernel fresh = newKernel();
        try (Changes changes = new Changes(gateway)) {
            gateway.run(() -> fresh.apply(state()));
            assertThat(changes.made()).isEmpty();
        } finally {
            fresh.close();
        }
    }

    private boolean isIntact() {
        return gateway.<Boolean>call(kernel::intact);
    }

    @Test
    void aKernelThatSomebodyElseChangedTakesAWholeStateAndIsLeftAlone() throws Exception {
        AttachedTerminal terminal = new AttachedTerminal(
                "a0", Ipv6Address.parse("fe80::1"), LinkLayerIdentifier.parse("02:00:00:00:00:01"), Set.of(prefix(1)));
        terminals.put(terminal.name(), terminal);
        Await.until("what the kernel tells of the new devices is known", Duration.ofSeconds(60), () -> {
            gateway.run(() -> kernel.apply(state()));
            return isIntact();
        });
        assertThat(change(Map.of(terminal.name(), Optional.empty()))).isTrue();
        assertThat(change(Map.of(terminal.name(), Optional.of(terminal)))).isTrue();
        assertThat(isIntact()).as("by our own doing").isTrue();
        gateway.nft("add table inet somebody");
        assertThat(isIntact()).as("after a transaction of somebody else").isFalse();
        gateway.run(() -> kernel.apply(state()));
        assertThat(isIntact()).isTrue();
        gateway.ip("route flush table 100");
        assertThat(isIntact()).isFalse();
        try (Changes changes = new Changes(gateway)) {
            assertThat(change(Map.of(terminal.name(), Optional.empty()))).isFalse();
            assertThat(changes.made()).isEmpty();
        }
    }
}
