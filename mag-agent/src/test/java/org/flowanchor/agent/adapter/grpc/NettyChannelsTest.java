package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureChannelCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyChannelsTest {
    private static Server server(int port, CountDownLatch opened) throws Exception {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("::1"), port))
                .addService(new SteeringServiceGrpc.SteeringServiceImplBase() {
                    @Override
                    public StreamObserver<LinkReport> reportLinks(StreamObserver<LinkReportSummary> responses) {
                        opened.countDown();
                        return new Services.Peer<>(responses, LinkReportSummary.getDefaultInstance());
                    }
                })
                .build()
                .start();
    }

    @Test
    void streamOverTcpIsDialledAgainSoonAfterTheServiceReturns() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        Server before = server(0, first);
        int port = before.getPort();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (NettyChannels channels = new NettyChannels();
                LinkStream stream = new LinkStream(
                        List.of(new ServiceAddress("::1", port)),
                        address -> channels.connect(address, InsecureChannelCredentials.create()),
                        timer,
                        new PrometheusMetrics(),
                        new Random(1))) {
            stream.start();
            assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
            before.shutdownNow();
            before.awaitTermination(5, TimeUnit.SECONDS);
            // Long enough that a channel of its own back-off would by now wait for many seconds.
            timer.schedule(() -> {}, 3, TimeUnit.SECONDS).get();
            assertThat(stream.isUp()).isFalse();
            CountDownLatch second = new CountDownLatch(1);
            Server after = server(port, second);
            try {
                assertThat(second.await(3, TimeUnit.SECONDS)).isTrue();
            } finally {
                after.shutdownNow();
            }
        } finally {
            timer.shutdownNow();
            before.shutdownNow();
        }
    }
}
