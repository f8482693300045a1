package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.application.AnchorTelemetry;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.ReadFlows;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Flows that begin and end between two readings. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ShortFlowsKernelIT {
    private static final int PORT = 6000;
    private static final int SOURCE_PORT = 5000;
    private static final int OCTETS = 50_000;

    /** Of all ends, a reset is the one after which the kernel forgets a connection soonest. */
    @Test
    void theNextReadingFindsAConnectionThatWasResetWithAllItsOctets() throws Exception {
        Namespace.requireRoot();
        try (Domain domain = new Domain();
                LinuxAnchorKernel anchor =
                        domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
                LinuxAccessKernel gateway =
                        domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
            domain.first.run(() -> gateway.apply(access(FIRST, Set.of(PREFIX))));
            domain.anchor.run(() -> anchor.apply(new AnchorState(
                    LMA, Set.of(POOL), Set.of(FIRST), Map.of(PREFIX, FIRST), Map.of(), List.of(), Map.of(), Map.of())));

            beginAndReset(domain);
            long ended = System.nanoTime();
            long lastFound = ended;
            long octets = 0;
            while (true) {
                long asked = System.nanoTime();
                TrackedFlow found = read(anchor);
                if (found == null) {
                    break;
                }
                octets = found.downlinkBytes();
                lastFound = asked;
                Thread.sleep(50);
            }
            assertThat(octets).isGreaterThan(OCTETS);
            assertThat(Duration.ofNanos(lastFound - ended)).isGreaterThan(AnchorTelemetry.LONGEST_INTERVAL);
        }
    }

    private static void beginAndReset(Domain domain) throws Exception {
        try (ServerSocketChannel server =
                        domain.mobileNode.call(() -> ServerSocketChannel.open(StandardProtocolFamily.INET6));
                SocketChannel client =
                        domain.correspondent.call(() -> SocketChannel.open(StandardProtocolFamily.INET6))) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral(Domain.MOBILE_NODE), PORT));
            client.bind(new InetSocketAddress(InetAddress.ofLiteral(Domain.CORRESPONDENT), SOURCE_PORT));
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.connect(new InetSocketAddress(InetAddress.ofLiteral(Domain.MOBILE_NODE), PORT));
            ByteBuffer sent = ByteBuffer.allocate(OCTETS);
            ByteBuffer received = ByteBuffer.allocate(OCTETS);
            try (SocketChannel accepted = server.accept()) {
                while (sent.hasRemaining()) {
                    client.write(sent);
                }
                while (received.hasRemaining() && accepted.read(received) >= 0) {}
                client.close();
            }
            assertThat(received.hasRemaining()).isFalse();
        }
    }

    private static @Nullable TrackedFlow read(LinuxAnchorKernel anchor) throws Exception {
        ReadFlows flows = new ReadFlows();
        anchor.trackedFlows(flows);
        return flows.flows()
                .get(new FiveTuple(
                        Ipv6Address.parse(Domain.CORRESPONDENT),
                        Ipv6Address.parse(Domain.MOBILE_NODE),
                        FiveTuple.TCP,
                        SOURCE_PORT,
                        PORT));
    }
}
