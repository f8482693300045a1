package org.flowanchor.testbed.benchmark.dataplane;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.mobility.AccessTechnologyType;

/** Both services as the benchmark's own words, because only the agent is measured. */
final class ScriptedServices implements AutoCloseable {
    private static final int LARGEST_MESSAGE = 64 << 20;
    private static final int WAIT_SECONDS = 60;
    private static final int ENTRIES_PER_PART = 500;
    private static final String HISTORY = "benchmark/1";

    /** Of streams that end with their agent it would say a page each. */
    private static final Logger LIBRARY = Logger.getLogger("io.grpc");

    private final List<Server> servers;
    private final AtomicLong firstCall = new AtomicLong();
    private final BlockingQueue<StreamObserver<SteeringCommand>> steering = new LinkedBlockingQueue<>();
    private final BlockingQueue<Hello> hellos = new LinkedBlockingQueue<>();
    private volatile Consumer<StreamAcknowledgement> acknowledged = any -> {};

    /** @param nanos when it was there */
    record Hello(AnchorHello message, long nanos) {}

    /** @param authority gives each service its certificate, and vouches for the agent's */
    ScriptedServices(String address, int bindingPort, int flowPort, DevelopmentAuthority authority) {
        LIBRARY.setLevel(Level.SEVERE);
        servers = List.of(
                serve(address, bindingPort, PeerIdentity.BINDING_SERVICE, authority, new Bindings()),
                serve(address, flowPort, PeerIdentity.FLOW_MANAGER, authority, new Steering()));
    }

    private static Server serve(
            String address,
            int port,
            PeerIdentity.Service identity,
            DevelopmentAuthority authority,
            BindableService service) {
        IssuedFiles issued = authority.issue(identity.toString());
        try {
            return NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.ofLiteral(address), port),
                            PeerCredentials.open(
                                            new TlsFiles(
                                                    issued.certificate(), issued.privateKey(), issued.authorities()),
                                            identity,
                                            TlsEvents.NONE,
                                            InstantSource.system())
                                    .server())
                    .maxInboundMessageSize(LARGEST_MESSAGE)
                    // What is done with a message takes less than waking a thread for it.
                    .directExecutor()
                    // As the services: an agent asks every 10 s whether somebody is there.
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("services of the benchmark", e);
        }
    }

    /** Before an agent is started. */
    void expectAgent() {
        firstCall.set(0);
        steering.clear();
        hellos.clear();
    }

    /** When the agent's first call was there. */
    long firstCallNanos() {
        return firstCall.get();
    }

    Hello hello() throws InterruptedException {
        return required(hellos.poll(WAIT_SECONDS, TimeUnit.SECONDS), "greeting");
    }

    StreamObserver<SteeringCommand> steering() throws InterruptedException {
        return required(steering.poll(WAIT_SECONDS, TimeUnit.SECONDS), "steering stream");
    }

    private static <T> T required(@org.jspecify.annotations.Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("no " + what + " of the agent within " + WAIT_SECONDS + " s");
        }
        return value;
    }

    void onAcknowledgement(Consumer<StreamAcknowledgement> consumer) {
        acknowledged = consumer;
    }

    private void called() {
        firstCall.compareAndSet(0, System.nanoTime());
    }

    private final class Bindings extends BindingStreamServiceGrpc.BindingStreamServiceImplBase {
        @Override
        public StreamObserver<BindingStreamRequest> streamBindings(StreamObserver<BindingStreamResponse> responses) {
            called();
            return new Ignoring<>(responses) {
                @Override
                public void onNext(BindingStreamRequest request) {
                    if (request.hasSubscription()) {
                        sayAll(responses);
                    }
                }
            };
        }

        /** Each terminal at two gateways, the first preferred. */
        private void sayAll(StreamObserver<BindingStreamResponse> responses) {
            for (int part = 0; part < Population.TERMINALS; part += ENTRIES_PER_PART) {
                BindingStreamResponse.Builder response = BindingStreamResponse.newBuilder()
                        .setVersion(1)
                        .setNonce(1 + part)
                        .setHistory(HISTORY)
                        .setFullState(true)
                        .setMore(part + ENTRIES_PER_PART < Population.TERMINALS);
                for (int terminal = part; terminal < part + ENTRIES_PER_PART; terminal++) {
                    response.addEntries(entry(terminal, 0)).addEntries(entry(terminal, 1));
                }
                responses.onNext(response.build());
            }
        }

        private static BindingCacheEntry entry(int terminal, int gateway) {
            return BindingCacheEntry.newBuilder()
                    .setLmaAddress(ProtoMapping.toProto(Population.LMA))
                    .setMobileNodeIdentifier("mn" + terminal + "@example.net")
                    .setBindingIdentifier(gateway + 1)
                    .setBindingPriority(10 * (gateway + 1))
                    .setProxyCareOfAddress(ProtoMapping.toProto(Population.gateway(gateway)))
                    .setAccessTechnologyType(AccessTechnologyType.IEEE_802_11.value())
                    .setLinkLayerIdentifier(ByteString.copyFrom(new byte[] {2, 0, 0, 0, 0, (byte) gateway}))
                    .addHomeNetworkPrefixes(ProtoMapping.toProto(Population.prefix(terminal)))
                    .setState(BindingState.BINDING_STATE_ACTIVE)
                    .setVersion(1)
                    .build();
        }
    }

    private final class Steering extends SteeringServiceGrpc.SteeringServiceImplBase {
        @Override
        public StreamObserver<AnchorReport> steer(StreamObserver<SteeringCommand> responses) {
            called();
            steering.add(responses);
            return new Ignoring<>(responses) {
                @Override
                public void onNext(AnchorReport report) {
                    if (report.hasHello()) {
                        hellos.add(new Hello(report.getHello(), System.nanoTime()));
                    } else if (report.hasAcknowledgement()) {
                        acknowledged.accept(report.getAcknowledgement());
                    }
                }
            };
        }

        @Override
        public StreamObserver<LinkReport> reportLinks(StreamObserver<LinkReportSummary> responses) {
            called();
            return new Ignoring<>(responses) {
                @Override
                public void onCompleted() {
                    responses.onNext(LinkReportSummary.getDefaultInstance());
                    super.onCompleted();
                }
            };
        }
    }

    /** Takes what comes; a broken stream is the end of an agent that was ended. */
    private static class Ignoring<Q> implements StreamObserver<Q> {
        private final StreamObserver<?> responses;

        Ignoring(StreamObserver<?> responses) {
            this.responses = responses;
        }

        @Override
        public void onNext(Q message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
            responses.onCompleted();
        }
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
    }
}
