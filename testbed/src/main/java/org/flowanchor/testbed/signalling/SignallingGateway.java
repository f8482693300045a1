package org.flowanchor.testbed.signalling;

import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.testbed.signalling.Operation.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One gateway: a stream to one replica at a time. A stream that breaks, or is silent for {@value #SILENCE_SECONDS} s although something
 * is to be answered, is given up for the next replica.
 */
final class SignallingGateway implements AutoCloseable {
    private static final int SILENCE_SECONDS = 5;
    private static final long REDIAL_MILLIS = 250;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long ANSWER_MAX_NANOS = 10 * NANOS_PER_SECOND;

    /** Units of 4 seconds: half an hour, longer than any scenario. */
    private static final int LIFETIME = 450;

    private final int number;
    private final LmaAddress lmaAddress;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final ChannelCredentials credentials;
    private final List<InetSocketAddress> replicas;
    private final ScheduledExecutorService redialler =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    // Guarded by this.
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private @Nullable Stream stream;
    private int replica;
    private int sequence;
    private int dials;
    private boolean closed;
    private long lastHeard = System.nanoTime();
    private long lastTimestamp;

    /** @param first index of the replica it dials first, and again when it is told to come home */
    SignallingGateway(
            int number,
            LmaAddress lmaAddress,
            ProxyCareOfAddress proxyCareOfAddress,
            Identities identities,
            List<InetSocketAddress> replicas,
            int first) {
        this.number = number;
        this.lmaAddress = lmaAddress;
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.credentials = identities.credentials(new PeerIdentity.AccessAgent(proxyCareOfAddress));
        this.replicas = List.copyOf(replicas);
        this.replica = first;
        dial();
        redialler.scheduleWithFixedDelay(this::giveUpSilence, 1, 1, TimeUnit.SECONDS);
    }

    private record Waiting(long sentNanos, CompletableFuture<Operation.Outcome> answer) {}

    /** What was sent: its account, and the answer, which may never come. */
    record Sent(Operation operation, CompletableFuture<Operation.Outcome> answer) {}

    int number() {
        return number;
    }

    ProxyCareOfAddress proxyCareOfAddress() {
        return proxyCareOfAddress;
    }

    /** How often it dialled. */
    synchronized int dials() {
        return dials;
    }

    /** Index of the replica it talks to. */
    synchronized int replica() {
        return replica;
    }

    /** Goes to a replica, whichever it is at. */
    synchronized void moveTo(int index) {
        if (replica != index) {
            replica = index;
            leave();
            dial();
        }
    }

    /** Sends one update; never blocks. Empty: there is no connection. */
    synchronized Optional<Sent> send(Kind kind, String mobileNode, byte[] link, Optional<HomeNetworkPrefix> prefix) {
        Stream present = stream;
        if (present == null) {
            return Optional.empty();
        }
        sequence = sequence + 1 & 0xffff;
        // Later than the one before, whatever the clock does.
        lastTimestamp = Math.max(lastTimestamp + 1, timestamp(Instant.now()));
        long sentNanos = System.nanoTime();
        CompletableFuture<Operation.Outcome> answer = new CompletableFuture<>();
        waiting.put(sequence, new Waiting(sentNanos, answer));
        present.send(update(kind, mobileNode, link, prefix));
        return Optional.of(
                new Sent(new Operation(kind, number, lastTimestamp, prefix, sentNanos, Optional.empty()), answer));
    }

    private ProxyBindingUpdate update(Kind kind, String mobileNode, byte[] link, Optional<HomeNetworkPrefix> prefix) {
        return ProxyBindingUpdate.newBuilder()
                .setSequenceNumber(sequence)
                .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                .setProxyCareOfAddress(ProtoMapping.toProto(proxyCareOfAddress))
                .setMobileNodeIdentifier(mobileNode)
                .setHandoffIndicator(
                        switch (kind) {
                            case ATTACHMENT -> 1;
                            case HANDOVER -> 3;
                            case DEREGISTRATION -> 4;
                            case REFRESH -> 5;
                        })
                .setAccessTechnologyType(AccessTechnologyType.E_UTRAN.value())
                .setLinkLayerIdentifier(ByteString.copyFrom(link))
                .setLifetime(kind == Kind.DEREGISTRATION ? 0 : LIFETIME)
                .setTimestamp(lastTimestamp)
                .addHomeNetworkPrefixes(ProtoMapping.toProto(prefix.orElse(HomeNetworkPrefix.ALL_ZERO)))
                .build();
    }

    /** 48.16 fixed point seconds since 1970 (RFC 5213 section 8.8). */
    private static long timestamp(Instant at) {
        return at.getEpochSecond() << 16 | ((long) at.getNano() << 16) / NANOS_PER_SECOND;
    }

    /** What is older than the last answer, and not answered, will not be: it was ignored. */
    private synchronized void giveUpSilence() {
        waiting.values().removeIf(one -> lastHeard - one.sentNanos > ANSWER_MAX_NANOS);
        boolean silent = waiting.values().stream()
                .filter(one -> one.sentNanos > lastHeard)
                .findFirst()
                .filter(one -> System.nanoTime() - one.sentNanos > SILENCE_SECONDS * NANOS_PER_SECOND)
                .isPresent();
        if (silent) {
            lost();
        }
    }

    /** The next replica. */
    private synchronized void lost() {
        leave();
        replica = (replica + 1) % replicas.size();
        if (!closed) {
            redialler.schedule(this::dialAgain, REDIAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void dialAgain() {
        if (stream == null && !closed) {
            dial();
        }
    }

    private synchronized void dial() {
        dials++;
        lastHeard = System.nanoTime();
        stream = new Stream(Identities.channel(replicas.get(replica), credentials));
        stream.begin();
    }

    /** What waits is answered by nobody any more. */
    private synchronized void leave() {
        Stream left = stream;
        stream = null;
        waiting.clear();
        if (left != null) {
            left.channel.shutdownNow();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
        redialler.shutdownNow();
    }

    private synchronized void heard(Stream from, ProxyBindingAcknowledgement acknowledgement) {
        if (from != stream) {
            return;
        }
        lastHeard = System.nanoTime();
        Waiting answered = waiting.remove(acknowledgement.getSequenceNumber());
        if (answered != null) {
            answered.answer.complete(new Operation.Outcome(
                    acknowledgement.getStatus(),
                    acknowledgement.getStatus() == 0
                            ? acknowledgement.getHomeNetworkPrefixesList().stream()
                                    .map(ProtoMapping::homeNetworkPrefix)
                                    .findFirst()
                            : Optional.empty(),
                    lastHeard));
        }
    }

    private synchronized void broken(Stream which) {
        if (which == stream) {
            lost();
        }
    }

    private final class Stream implements StreamObserver<AnchorSignal> {
        private final ManagedChannel channel;
        private final StreamObserver<GatewaySignal> signals;

        Stream(ManagedChannel channel) {
            this.channel = channel;
            this.signals = RegistrationServiceGrpc.newStub(channel).signal(this);
        }

        void begin() {
            signals.onNext(GatewaySignal.newBuilder()
                    .setHello(GatewayHello.newBuilder()
                            .setProxyCareOfAddress(ProtoMapping.toProto(proxyCareOfAddress))
                            .setAgentVersion("testbed"))
                    .build());
        }

        void send(ProxyBindingUpdate update) {
            signals.onNext(
                    GatewaySignal.newBuilder().setProxyBindingUpdate(update).build());
        }

        @Override
        public void onNext(AnchorSignal signal) {
            if (signal.hasProxyBindingAcknowledgement()) {
                heard(this, signal.getProxyBindingAcknowledgement());
            }
        }

        @Override
        public void onError(Throwable error) {
            broken(this);
        }

        @Override
        public void onCompleted() {
            broken(this);
        }
    }
}
