package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LMA;

import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.RelayInput;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.RelayDownlink;
import org.flowanchor.api.v1.RelayPeers;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

/** What binding-service says on the relay stream, as the anchor's agent takes it. */
class RelayPeersTest {
    private static final ServiceAddress BINDING = new ServiceAddress("relaying", 9091);

    private record Peers(Set<IpAddress> addresses, Set<ProxyCareOfAddress> gateways, int packetsPerSecond, int burst) {}

    private static final class Input implements RelayInput {
        private final BlockingQueue<Peers> peers = new LinkedBlockingQueue<>();
        private Set<ProxyCareOfAddress> gateways = Set.of();

        @Override
        public void gateways(Set<ProxyCareOfAddress> said) {
            gateways = said;
        }

        @Override
        public void peers(Set<IpAddress> addresses, int packetsPerSecond, int burst) {
            peers.add(new Peers(addresses, gateways, packetsPerSecond, burst));
        }

        @Override
        public void send(RelayedHeader header) {
            throw new AssertionError(header);
        }

        @Override
        public void parameterProblem(RelayedHeader invoking, int offset) {
            throw new AssertionError(invoking);
        }
    }

    @Test
    void peersComeWithTheGatewaysWhoseTunnelsEndThere() throws Exception {
        IpAddress address = Ipv4Address.parse("192.0.2.7");
        ProxyCareOfAddress gateway = ProxyCareOfAddress.parse("2001:db8:b::7");
        RelayDownlink said = RelayDownlink.newBuilder()
                .setPeers(RelayPeers.newBuilder()
                        .addAddresses(ProtoMapping.toProto(address))
                        .addProxyCareOfAddresses(ProtoMapping.toProto(gateway))
                        .setPacketsPerSecond(5)
                        .setBurst(6))
                .build();
        Server server = InProcessServerBuilder.forName(BINDING.toString())
                .addService(new MobilityHeaderRelayServiceGrpc.MobilityHeaderRelayServiceImplBase() {
                    @Override
                    public StreamObserver<RelayUplink> relay(StreamObserver<RelayDownlink> responses) {
                        responses.onNext(said);
                        return new Services.Peer<>(responses, null);
                    }
                })
                .build()
                .start();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Input input = new Input();
        try (RelayStream stream = new RelayStream(
                List.of(BINDING),
                Services.channels(),
                LMA,
                "1.2.3",
                SignallingProtection.IPSEC,
                Optional.empty(),
                input,
                timer,
                new PrometheusMetrics(),
                new Random(1))) {
            stream.start();
            assertThat(input.peers.poll(60, TimeUnit.SECONDS))
                    .isEqualTo(new Peers(Set.of(address), Set.of(gateway), 5, 6));
        } finally {
            timer.shutdownNow();
            server.shutdownNow();
        }
    }
}
