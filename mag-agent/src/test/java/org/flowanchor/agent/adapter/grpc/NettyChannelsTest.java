package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Server;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class NettyChannelsTest {
    private static Server server(int port, CountDownLatch opened) throws Exception {
        return serving(builder(port), opened);
    }

    private static NettyServerBuilder builder(int port) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("::1"), port))
                // As the services do.
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    private static Server serving(NettyServerBuilder builder, CountDownLatch opened) throws Exception {
        return builder.addService(new SteeringServiceGrpc.SteeringServiceImplBase() {
                    @Override
                    public StreamObserver<LinkReport> reportLinks(StreamObserver<LinkReportSummary> responses) {
                        opened.countDown();
                        return new Services.Peer<>(responses, LinkReportSummary.getDefaultInstance());
                    }
                })
                .build()
                .start();
    }

    /** Begins with the first of several addresses. */
    private static LinkStream stream(
            NettyChannels channels, ChannelCredentials credentials, ScheduledExecutorService timer, int... ports) {
        return new LinkStream(
                IntStream.of(ports)
                        .mapToObj(port -> new ServiceAddress("::1", port))
                        .toList(),
                address -> channels.connect(address, credentials),
                timer,
                new PrometheusMetrics(),
                () -> 0);
    }

    @Test
    void aServiceThatIsHeldIsLeftForAnother() throws Exception {
        EventLoopGroup loop =
                new NioEventLoopGroup(1, Thread.ofPlatform().daemon().factory());
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Server held = serving(
                builder(0)
                        .channelType(NioServerSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop),
                first);
        Server other = server(0, second);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (NettyChannels channels = new NettyChannels();
                LinkStream stream =
                        stream(channels, InsecureChannelCredentials.create(), timer, held.getPort(), other.getPort())) {
            stream.start();
            assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
            loop.execute(() -> {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            released.countDown();
            timer.shutdownNow();
            held.shutdownNow();
            other.shutdownNow();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    static Stream<ChannelCredentials> credentials() {
        return Stream.of(InsecureChannelCredentials.create(), TlsChannelCredentials.create());
    }

    /** Its kernel does. */
    @ParameterizedTest
    @MethodSource("credentials")
    void aServiceThatAcceptsConnectionsAndSaysNothingIsLeftForAnother(ChannelCredentials credentials) throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"));
                ServerSocket other = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"));
                NettyChannels channels = new NettyChannels();
                LinkStream stream = stream(channels, credentials, timer, mute.getLocalPort(), other.getLocalPort())) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    other.accept();
                    second.countDown();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            stream.start();
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(stream.isUp()).isFalse();
        } finally {
            timer.shutdownNow();
        }
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
