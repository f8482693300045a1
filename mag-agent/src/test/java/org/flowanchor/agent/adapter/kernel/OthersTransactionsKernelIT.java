package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.netlink.NetlinkFaults;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody else's nftables transactions, one after the other, beside a table that takes long to read. */
class OthersTransactionsKernelIT {
    private static final FiveTuple FLOW = new FiveTuple(
            Ipv6Address.parse("2001:db8:c::2"), Ipv6Address.parse("2001:db8:100:1::2"), FiveTuple.UDP, 443, 5000);
    private static final AnchorState STATE = new AnchorState(
            LMA,
            Set.of(POOL),
            Set.of(FIRST, SECOND),
            Map.of(PREFIX, FIRST),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(FLOW, SECOND));

    /** Each look at the clock takes a second, and so does a reading at least. */
    private final AtomicLong clock = new AtomicLong();

    private Namespace gateway;
    private LinuxAnchorKernel kernel;
    private int transactions;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("lma");
        gateway.ip("link add b0 type bridge", "link set b0 up", "addr add " + LMA + "/64 dev b0 nodad");
        kernel = gateway.call(() -> new LinuxAnchorKernel(
                new KernelConfiguration("b0"),
                0,
                SteeringSizes.DEFAULT,
                () -> clock.addAndGet(Duration.ofSeconds(1).toNanos())));
        gateway.run(() -> kernel.apply(STATE));
        assertThat(intact()).isTrue();
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    private void somebodyWorks() {
        gateway.nft("add table ip others" + ++transactions);
    }

    private boolean intact() {
        return gateway.<Boolean>call(kernel::intact);
    }

    @Test
    void elementsAreNotReadForEachOfThem() {
        try (NetlinkFaults faults = NetlinkFaults.refusing("elements of flows", Integer.MAX_VALUE)) {
            for (int i = 0; i < 3; i++) {
                somebodyWorks();
                assertThat(intact()).isTrue();
            }
            somebodyWorks();
            PrefixSteering moved = new PrefixSteering(SECOND, null, Map.of());
            FlowChanges none = new FlowChanges(Map.of(), Map::of);
            assertThat(gateway.<Optional<AnchorNotTaken>>call(() -> kernel.applyPrefixes(Map.of(PREFIX, moved), none)))
                    .as("a binding's change costs its prefix")
                    .hasValue(AnchorNotTaken.NOTHING);
            assertThat(faults.met()).isEmpty();
        }
    }

    @Test
    void whatTheyDidToElementsIsFoundWhenItIsTimeToRead() {
        somebodyWorks();
        gateway.nft("flush map inet flowanchor flows");
        assertThat(intact()).isTrue();
        clock.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(intact()).isFalse();
        gateway.run(() -> kernel.apply(STATE));
        assertThat(kernel.wasChanged()).isTrue();
        assertThat(gateway.call(kernel::flows)).isEqualTo(Map.of(FLOW, SECOND));
        assertThat(intact()).isTrue();
    }

    @Test
    void whatTheyDidToRulesIsFoundAtOnce() {
        gateway.nft("flush chain inet flowanchor steer");
        assertThat(intact()).isFalse();
        gateway.run(() -> kernel.apply(STATE));
        assertThat(kernel.wasChanged()).isTrue();
        gateway.nft("delete table inet flowanchor");
        assertThat(intact()).isFalse();
        gateway.run(() -> kernel.apply(STATE));
        assertThat(gateway.exec("nft", "list", "map", "inet", "flowanchor", "flows"))
                .contains("443");
    }
}
