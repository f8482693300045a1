package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.api.v1.RelayDownlink;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.jspecify.annotations.Nullable;

/** Both services in this process; the test writes what they say. They can go away and come back. */
public final class Services implements AutoCloseable {
    /** An agent may be a process that starts on a busy machine. */
    private static final int WAIT_SECONDS = 60;

    /** One stream of an agent, as the service sees it. */
    public static final class Peer<Q, R> implements StreamObserver<Q> {
        private final StreamObserver<R> responses;
        private final BlockingQueue<Q> received = new LinkedBlockingQueue<>();
        private final @Nullable R summary;

        /** @param summary last word when the agent ends the stream, null for none */
        Peer(StreamObserver<R> responses, @Nullable R summary) {
            this.responses = responses;
            this.summary = summary;
        }

        /** Next message of the agent. */
        public Q next() throws InterruptedException {
            Q message = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("a message of the agent in time").isNotNull();
            if (message == null) {
                throw new AssertionError();
            }
            return message;
        }

        public boolean isQuiet() {
            return received.isEmpty();
        }

        public void say(R response) {
            responses.onNext(response);
        }

        public void fail(Status status, Metadata trailers) {
            responses.onError(status.asRuntimeException(trailers));
        }

        @Override
        public void onNext(Q message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
            if (summary != null) {
                responses.onNext(summary);
            }
            responses.onCompleted();
        }
    }

    private final BlockingQueue<Peer<BindingStreamRequest, BindingStreamResponse>> bindings =
            new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer<AnchorReport, SteeringCommand>> steering = new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer<GatewaySignal, AnchorSignal>> registrations = new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer<RelayUplink, RelayDownlink>> relays = new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer<LinkReport, LinkReportSummary>> links = new LinkedBlockingQueue<>();
    private final ServiceAddress address;
    private @Nullable Server server;
    private @Nullable EventLoopGroup loops;

    public Services(ServiceAddress address) {
        this.address = address;
    }

    /** Channels to services of this process. */
    public static ChannelFactory channels() {
        return address -> InProcessChannelBuilder.forName(address.toString()).build();
    }

    /** In this process. */
    public void start() throws IOException {
        serve(InProcessServerBuilder.forName(address.toString()));
    }

    private void serve(ServerBuilder<?> builder) throws IOException {
        server = builder.addService(new BindingStreamServiceGrpc.BindingStreamServiceImplBase() {
                    @Override
                    public StreamObserver<BindingStreamRequest> streamBindings(
                            StreamObserver<BindingStreamResponse> responses) {
                        return enqueue(bindings, new Peer<>(responses, null));
                    }
                })
                .addService(new RegistrationServiceGrpc.RegistrationServiceImplBase() {
                    @Override
                    public StreamObserver<GatewaySignal> signal(StreamObserver<AnchorSignal> responses) {
                        return enqueue(registrations, new Peer<>(responses, null));
                    }
                })
                .addService(new MobilityHeaderRelayServiceGrpc.MobilityHeaderRelayServiceImplBase() {
                    @Override
                    public StreamObserver<RelayUplink> relay(StreamObserver<RelayDownlink> responses) {
                        return enqueue(relays, new Peer<>(responses, null));
                    }
                })
                .addService(new SteeringServiceGrpc.SteeringServiceImplBase() {
                    @Override
                    public StreamObserver<AnchorReport> steer(StreamObserver<SteeringCommand> responses) {
                        return enqueue(steering, new Peer<>(responses, null));
                    }

                    @Override
                    public StreamObserver<LinkReport> reportLinks(StreamObserver<LinkReportSummary> responses) {
                        return enqueue(links, new Peer<>(responses, LinkReportSummary.getDefaultInstance()));
                    }
                })
                .build()
                .start();
    }

    /**
     * In the network namespace of the calling thread. gRPC's own event loops are shared and live on for a second: their threads, and so the
     * sockets they open, may be of another namespace.
     */
    public void serveHere(InetSocketAddress listening) throws IOException {
        EventLoopGroup own =
                new NioEventLoopGroup(1, Thread.ofPlatform().daemon().factory());
        loops = own;
        serve(NettyServerBuilder.forAddress(listening)
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(own)
                .workerEventLoopGroup(own));
    }

    /** As after kill -9: every stream breaks. */
    public void kill() throws InterruptedException {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
            running.awaitTermination(5, TimeUnit.SECONDS);
        }
        EventLoopGroup own = loops;
        if (own != null) {
            own.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }

    public Peer<BindingStreamRequest, BindingStreamResponse> bindings() throws InterruptedException {
        return next(bindings);
    }

    public Peer<AnchorReport, SteeringCommand> steering() throws InterruptedException {
        return next(steering);
    }

    public Peer<GatewaySignal, AnchorSignal> registration() throws InterruptedException {
        return next(registrations);
    }

    public Peer<RelayUplink, RelayDownlink> relay() throws InterruptedException {
        return next(relays);
    }

    public Peer<LinkReport, LinkReportSummary> links() throws InterruptedException {
        return next(links);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private static <Q, R> Peer<Q, R> enqueue(BlockingQueue<Peer<Q, R>> queue, Peer<Q, R> peer) {
        queue.add(peer);
        return peer;
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T peer = queue.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(peer).as("a stream of the agent in time").isNotNull();
        if (peer == null) {
            throw new AssertionError();
        }
        return peer;
    }
}
