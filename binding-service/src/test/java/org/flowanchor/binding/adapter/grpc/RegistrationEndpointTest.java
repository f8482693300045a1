package org.flowanchor.binding.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.NEW_INTERFACE;
import static org.flowanchor.binding.Scene.RULES;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;

import io.grpc.ForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.CallerInterceptor;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingRevocationAcknowledgement;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream takes from a rash gateway. The store keeps nothing; the real one is met in {@code SignallingIT}. */
class RegistrationEndpointTest {
    private static final int MANY = 10_000;

    private final Replica.Counts counts = new Replica.Counts();
    private final Queue<Runnable> blocked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final AnchorLoops loops =
            new AnchorLoops(List.of(ANCHOR), new Memory(), new AnchorVersions(), new MessageHints(), counts);
    private final Registrations registrations = new Registrations(
            new BindingCache(RULES, ADMISSION, GatewayCapabilities.ALL), loops, counts, InstantSource.fixed(START));
    private final Queue<GatewaySignal> behind = new ConcurrentLinkedQueue<>();
    private final Queue<ProxyCareOfAddress> greeted = new ConcurrentLinkedQueue<>();
    private RegistrationEndpoint endpoint;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        loops.start();
        registrations.start();
        endpoint = new RegistrationEndpoint(
                registrations,
                new Blocked(),
                new MobileNodeDirectory(noSubscribers(), Map.of(), Duration.ofSeconds(60)),
                Runnable::run,
                Set.of(),
                Replica.NOT_COUNTED,
                InstantSource.fixed(START));
        server = InProcessServerBuilder.forName("registration")
                .directExecutor()
                .intercept(CallerInterceptor.plaintext())
                .intercept(new InOneSegment())
                .addService(endpoint)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName("registration").build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        assertThat(server.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        registrations.close();
        loops.close();
    }

    /** What has arrived with the next message is delivered even when that one ends the call. */
    private final class InOneSegment implements ServerInterceptor {
        @Override
        public <Q, S> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
            return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
                    next.startCall(call, headers)) {
                @Override
                @SuppressWarnings("unchecked")
                public void onMessage(Q message) {
                    super.onMessage(message);
                    GatewaySignal following = behind.poll();
                    if (following != null) {
                        super.onMessage((Q) following);
                    }
                }
            };
        }
    }

    private static SubscriberStore noSubscribers() {
        return (SubscriberStore) Proxy.newProxyInstance(
                SubscriberStore.class.getClassLoader(),
                new Class<?>[] {SubscriberStore.class},
                (proxy, method, given) -> {
                    throw new AssertionError("nobody asks for " + method);
                });
    }

    /** A gateway that reads only when it is told to. */
    private final class Gateway implements ClientResponseObserver<GatewaySignal, AnchorSignal> {
        private final Queue<AnchorSignal> read = new ConcurrentLinkedQueue<>();
        private @Nullable ClientCallStreamObserver<GatewaySignal> call;

        Gateway(ProxyCareOfAddress address) {
            this(hello(address));
        }

        Gateway(GatewaySignal first) {
            RegistrationServiceGrpc.newStub(channel).signal(this);
            send(first);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<GatewaySignal> begun) {
            call = begun;
            begun.disableAutoRequestWithInitial(0);
        }

        void send(GatewaySignal signal) {
            Objects.requireNonNull(call).onNext(signal);
        }

        void readOn() {
            Objects.requireNonNull(call).request(Integer.MAX_VALUE);
        }

        @Override
        public void onNext(AnchorSignal signal) {
            read.add(signal);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }

    private static GatewaySignal hello(ProxyCareOfAddress address) {
        return GatewaySignal.newBuilder()
                .setHello(GatewayHello.newBuilder().setProxyCareOfAddress(ProtoMapping.toProto(address)))
                .build();
    }

    private static GatewaySignal acknowledgement(int number) {
        return GatewaySignal.newBuilder()
                .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                        .setSequenceNumber(number)
                        .setMobileNodeIdentifier("crowd-" + number))
                .build();
    }

    private static GatewaySignal update(LmaAddress anchor, ProxyCareOfAddress gateway, int number, int handoff) {
        return GatewaySignal.newBuilder()
                .setProxyBindingUpdate(ProxyBindingUpdate.newBuilder()
                        .setSequenceNumber(1_000 * handoff + number)
                        .setLmaAddress(ProtoMapping.toProto(anchor))
                        .setProxyCareOfAddress(ProtoMapping.toProto(gateway))
                        .setMobileNodeIdentifier("crowd-" + number)
                        .addHomeNetworkPrefixes(ProtoMapping.toProto(HomeNetworkPrefix.ALL_ZERO))
                        .setHandoffIndicator(handoff)
                        .setAccessTechnologyType(WLAN.value())
                        .setLifetime(100))
                .build();
    }

    @Test
    void answersOfAGatewayWaitInItsSocketWhileTheStoreIsBlocked() {
        Gateway gateway = new Gateway(MAG1);
        gateway.readOn();
        for (int i = 0; i < MANY; i++) {
            gateway.send(acknowledgement(i));
        }
        Await.until("as many as may be are under way", () -> taken.get() >= RegistrationEndpoint.IN_FLIGHT - 1);
        int most = 0;
        while (taken.get() < MANY || !blocked.isEmpty()) {
            most = Math.max(most, blocked.size());
            Runnable done = blocked.poll();
            if (done != null) {
                done.run();
            }
        }
        assertThat(most).isLessThanOrEqualTo(RegistrationEndpoint.IN_FLIGHT);
        assertThat(taken).hasValue(MANY);
    }

    /** Nothing could be sent to it, and it would be taken for there until it comes again. */
    @Test
    void aHelloBehindAMessageThatWasRefusedMakesNobodyReachable() {
        behind.add(hello(MAG1));
        new Gateway(acknowledgement(1));
        assertThat(behind).isEmpty();
        assertThat(endpoint.reachable(ANCHOR)).isEmpty();
        assertThat(greeted).isEmpty();
        new Gateway(MAG1);
        assertThat(endpoint.reachable(ANCHOR)).containsExactly(MAG1);
    }

    @Test
    void updatesOfAGatewayThatReadsNothingAreNotTaken() {
        Gateway gateway = new Gateway(MAG1);
        LmaAddress elsewhere = LmaAddress.parse("2001:db8::99");
        for (int i = 0; i < MANY; i++) {
            gateway.send(update(elsewhere, MAG1, i, NEW_INTERFACE));
        }
        Await.until("what it may send is taken", () -> counts.attempted.get() >= RegistrationEndpoint.IN_FLIGHT - 1);
        assertThat(counts.attempted).hasValueLessThanOrEqualTo(RegistrationEndpoint.IN_FLIGHT);
        gateway.readOn();
        Await.until("all are answered", () -> gateway.read.size() == MANY);
    }

    @Test
    void updatesThatWaitForAnotherGatewayDoNotHoldUpTheirStream() {
        Gateway before = new Gateway(MAG1);
        before.readOn();
        Gateway next = new Gateway(MAG2);
        next.readOn();
        for (int i = 0; i < RegistrationEndpoint.IN_FLIGHT; i++) {
            before.send(update(ANCHOR, MAG1, i, NEW_INTERFACE));
        }
        Await.until("all are attached", () -> before.read.size() == RegistrationEndpoint.IN_FLIGHT);
        for (int i = 0; i < RegistrationEndpoint.IN_FLIGHT; i++) {
            next.send(update(ANCHOR, MAG2, i, HANDOFF_UNKNOWN));
        }
        next.send(acknowledgement(1));
        Await.until("what comes behind them is taken", () -> taken.get() == 1);
        assertThat(next.read).as("the clock stands, so all of them wait").isEmpty();
    }

    /** For failure injection: whatever comes is under way until the test ends it. */
    private final class Blocked implements GatewaySignals {
        @Override
        public void connected(ProxyCareOfAddress gateway, boolean onTheWire, OptionalLong restartCounter) {
            greeted.add(gateway);
        }

        @Override
        public void received(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer, Runnable done) {
            blocked.add(done);
            taken.incrementAndGet();
        }

        @Override
        public void revoked(
                LmaAddress anchor,
                ProxyCareOfAddress sender,
                ReceivedRevocation revocation,
                Consumer<org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement> reply,
                Runnable done) {
            throw new AssertionError("nobody revokes");
        }
    }

    /** Bindings as the loop's transactions leave them, one transaction after the other. */
    private static final class Memory implements BindingStore {
        private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
        private long prefixes;

        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            BindingTransaction transaction = transaction(scope);
            work.accept(transaction);
            return new Prepared() {
                @Override
                public void write() {}

                @Override
                public Commit commit() {
                    keep(transaction);
                    return Commit.NOTHING;
                }

                @Override
                public void abandon(Throwable why) {}
            };
        }

        private synchronized BindingTransaction transaction(BatchScope scope) {
            return new BindingTransaction(
                    scope.mobileNodes().stream()
                            .map(node -> nodes.getOrDefault(node, MobileNodeBindings.none(node)))
                            .toList(),
                    Map.of(),
                    (kind, gateway) -> Optional.of(Replica.POOL.at(prefixes++)),
                    List.of(Replica.POOL),
                    Map.of());
        }

        private synchronized void keep(BindingTransaction transaction) {
            transaction.mobileNodes().forEach(node -> nodes.put(node, transaction.bindings(node)));
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            throw new AssertionError("nothing was in the way");
        }

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            return List.of();
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {}
    }
}
