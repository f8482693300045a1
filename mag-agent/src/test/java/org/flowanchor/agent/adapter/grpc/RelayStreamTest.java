package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LMA;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.RelayInput;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The relay's stream against a service in this process. */
@Timeout(120)
class RelayStreamTest {
    private static final ServiceAddress BINDING = new ServiceAddress("relaying-binding", 9091);

    private final Services binding = new Services(BINDING);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RelayStream stream = new RelayStream(
            List.of(BINDING),
            Services.channels(),
            LMA,
            "1.2.3",
            SignallingProtection.TRUSTED_NETWORK,
            Optional.empty(),
            new Deaf(),
            timer,
            new PrometheusMetrics(),
            new Random(1));

    private static final class Deaf implements RelayInput {
        @Override
        public void peers(Set<IpAddress> peers, int packetsPerSecond, int burst) {}

        @Override
        public void gateways(Set<ProxyCareOfAddress> gateways) {}

        @Override
        public void send(RelayedHeader header) {}

        @Override
        public void parameterProblem(RelayedHeader invoking, int offset) {}
    }

    @BeforeEach
    void start() throws Exception {
        binding.start();
        stream.start();
    }

    @AfterEach
    void stop() throws Exception {
        stream.close();
        timer.shutdownNow();
        binding.close();
    }

    private static RelayedHeader header() {
        return new RelayedHeader(
                Ipv6Address.parse("2001:db8:0:1::1"), LMA.address(), 0, 0, Octets.of(new byte[] {59, 0, 5, 0}));
    }

    /** The same header each time; what is not taken begins no trace that anybody sees. */
    private void relay() {
        Await.until("taken", Duration.ofSeconds(60), () -> stream.offer(header()));
    }

    @Test
    void eachHeaderThatCameBeginsATrace() throws Exception {
        var peer = binding.relay();
        assertThat(peer.next().hasHello()).isTrue();
        relay();
        relay();
        RelayUplink first = peer.next();
        RelayUplink second = peer.next();
        assertThat(first.getPacket()).isEqualTo(second.getPacket());
        assertThat(List.of(first.getTraceparent(), second.getTraceparent()))
                .allMatch(TraceContext::isValid)
                .doesNotHaveDuplicates();
    }
}
