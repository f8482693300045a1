package org.flowanchor.testbed.benchmark.registrations;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.Heartbeat;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.TraceContext;

/**
 * Gateways that register over gRPC, each with a connection and a stream of its own, and the anchor's agent, which receives every change
 * and acknowledges it. Arguments: host, port, mobile nodes, updates under way, gateways.
 */
public final class GatewayLoad implements LoadDialogue.Generator {
    private static final HomeNetworkPrefix ANY =
            ProtoMapping.toProto(org.flowanchor.mobility.HomeNetworkPrefix.ALL_ZERO);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final List<Gateway> gateways = new ArrayList<>();
    private final ClosedLoop loop;

    private GatewayLoad(String[] arguments) {
        InetSocketAddress service = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        EventLoopGroup eventLoop = eventLoop();
        int count = Integer.parseInt(arguments[4]);
        for (int i = 0; i < count; i++) {
            gateways.add(new Gateway(i, channel(service, eventLoop)));
        }
        new AnchorAgent(channel(service, eventLoop)).subscribe();
        loop = new ClosedLoop(
                (errand, answer) -> gateways.get(errand.gateway()).send(errand, answer),
                "grpc",
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                count);
    }

    @SuppressWarnings("deprecation") // The successor of this constructor allocates the same.
    private static EventLoopGroup eventLoop() {
        return new EpollEventLoopGroup(1);
    }

    private static ManagedChannel channel(InetSocketAddress service, EventLoopGroup eventLoop) {
        return NettyChannelBuilder.forAddress(service)
                .eventLoopGroup(eventLoop)
                .channelType(EpollSocketChannel.class)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    /** Started by {@link RegistrationsBenchmark}. */
    public static void main(String[] arguments) throws Exception {
        LoadDialogue.hold(new GatewayLoad(arguments));
    }

    @Override
    public LoadResult fill() throws InterruptedException {
        return loop.fill();
    }

    @Override
    public LoadResult run(double seconds) throws InterruptedException {
        return loop.run(seconds);
    }

    /** One gateway's stream. */
    private static final class Gateway implements StreamObserver<AnchorSignal> {
        private final ByteString proxyCareOfAddress;
        private final Map<String, ClosedLoop.Answer> waiting = new ConcurrentHashMap<>();
        private final StreamObserver<GatewaySignal> signals;
        private int sequence;

        Gateway(int number, ManagedChannel channel) {
            proxyCareOfAddress = ProtoMapping.toProto(Domain.gateway(number));
            signals = RegistrationServiceGrpc.newStub(channel).signal(this);
            signals.onNext(GatewaySignal.newBuilder()
                    .setHello(GatewayHello.newBuilder()
                            .setProxyCareOfAddress(proxyCareOfAddress)
                            .setAgentVersion("benchmark"))
                    .build());
        }

        synchronized void send(Errand errand, ClosedLoop.Answer answer) {
            waiting.put(errand.mobileNodeIdentifier(), answer);
            sequence = sequence + 1 & 0xffff;
            ProxyBindingUpdate.Builder update = ProxyBindingUpdate.newBuilder()
                    .setSequenceNumber(sequence)
                    .setLmaAddress(ProtoMapping.toProto(Domain.LMA_ADDRESS))
                    .setProxyCareOfAddress(proxyCareOfAddress)
                    .setMobileNodeIdentifier(errand.mobileNodeIdentifier())
                    .setHandoffIndicator(errand.procedure().handoffIndicator())
                    .setAccessTechnologyType(AccessTechnologyType.E_UTRAN.value())
                    .setLinkLayerIdentifier(ByteString.copyFrom(errand.linkLayerIdentifier()))
                    .setLifetime(errand.procedure() == Errand.Procedure.DEREGISTRATION ? 0 : Domain.LIFETIME)
                    .setTimestamp(timestamp(Instant.now()));
            if (errand.prefixes().isEmpty()) {
                update.addHomeNetworkPrefixes(ANY);
            } else {
                errand.prefixes().forEach(prefix -> update.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
            }
            signals.onNext(GatewaySignal.newBuilder()
                    // As agents do.
                    .setTraceparent(
                            TraceContext.begin(ThreadLocalRandom.current()).traceparent())
                    .setProxyBindingUpdate(update)
                    .build());
        }

        @Override
        public void onNext(AnchorSignal signal) {
            switch (signal.getMessageCase()) {
                case PROXY_BINDING_ACKNOWLEDGEMENT -> acknowledged(signal.getProxyBindingAcknowledgement());
                case HEARTBEAT -> answer(signal.getHeartbeat());
                case MOBILE_NODE_ANSWER,
                        UPDATE_NOTIFICATION,
                        BINDING_REVOCATION_INDICATION,
                        BINDING_REVOCATION_ACKNOWLEDGEMENT,
                        BINDING_ERROR,
                        MESSAGE_NOT_SET -> throw new IllegalStateException("nothing leads to this: " + signal);
            }
        }

        private void acknowledged(ProxyBindingAcknowledgement acknowledgement) {
            ClosedLoop.Answer answer = waiting.remove(acknowledgement.getMobileNodeIdentifier());
            if (answer == null) {
                throw new IllegalStateException("an answer nobody waits for: " + acknowledgement);
            }
            if (acknowledgement.getStatus() < 128) {
                answer.accepted(acknowledgement.getHomeNetworkPrefixesList().stream()
                        .map(ProtoMapping::homeNetworkPrefix)
                        .toList());
            } else {
                answer.refused("status " + acknowledgement.getStatus());
            }
        }

        /** The anchor asks each gateway with bindings once in a while (RFC 5847 section 3.1). */
        private synchronized void answer(Heartbeat request) {
            signals.onNext(GatewaySignal.newBuilder()
                    .setHeartbeat(request.toBuilder().setResponse(true).setRestartCounter(1))
                    .build());
        }

        @Override
        public void onError(Throwable error) {
            System.err.println("stream lost: " + error);
            waiting.values().forEach(answer -> answer.refused("stream lost"));
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("the service ended the stream"));
        }

        /** 48.16 fixed point seconds since 1970 (RFC 5213 section 8.8). */
        private static long timestamp(Instant at) {
            return at.getEpochSecond() << 16 | ((long) at.getNano() << 16) / NANOS_PER_SECOND;
        }
    }

    /** Applies nothing, acknowledges everything. */
    private static final class AnchorAgent implements StreamObserver<BindingStreamResponse> {
        private final ManagedChannel channel;
        private volatile StreamObserver<BindingStreamRequest> requests;

        AnchorAgent(ManagedChannel channel) {
            this.channel = channel;
            this.requests = BindingStreamServiceGrpc.newStub(channel).streamBindings(this);
        }

        void subscribe() {
            requests.onNext(BindingStreamRequest.newBuilder()
                    .setSubscription(
                            BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(Domain.LMA_ADDRESS)))
                    .build());
        }

        @Override
        public void onNext(BindingStreamResponse response) {
            if (!response.getMore()) {
                requests.onNext(BindingStreamRequest.newBuilder()
                        .setAcknowledgement(StreamAcknowledgement.newBuilder()
                                .setVersion(response.getVersion())
                                .setNonce(response.getNonce()))
                        .build());
            }
        }

        @Override
        public void onError(Throwable error) {
            System.err.println("binding stream lost: " + error);
            requests = BindingStreamServiceGrpc.newStub(channel).streamBindings(this);
            subscribe();
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("the service ended the stream"));
        }
    }
}
