package org.flowanchor.binding.adapter.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.MobileNodeAnswer;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.binding.application.GatewayChannel;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.SignallingMetrics;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.ProxyBindingAcknowledgement;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream per mobile access gateway. Acknowledgements leave after the commit, on the committing thread; nothing here blocks.
 *
 * <p>A gateway has at most {@value #IN_FLIGHT} messages under way: more are not even read, nor while it does not read what it is sent, so
 * a rash gateway waits in its own socket. Updates that wait for another gateway are not among them, up to {@value #WAITING} of a stream.
 */
final class RegistrationEndpoint extends RegistrationServiceGrpc.RegistrationServiceImplBase implements GatewayChannel {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationEndpoint.class);
    static final int IN_FLIGHT = 512;
    static final int WAITING = 4_096;
    private static final int PORTION = IN_FLIGHT / 8;

    /** Of answers that the gateway has not read; more than a transaction has, so that who reads is not held up. */
    private static final int UNREAD_OCTETS = 1 << 18;

    private final Registrations registrations;
    private final MobileNodeDirectory directory;
    private final Executor blocking;
    private final GatewaySignals signals;
    private final Set<HomeNetworkPrefix> pools;
    private final SignallingMetrics metrics;
    private final InstantSource clock;
    private final Set<GatewayStream> streams = ConcurrentHashMap.newKeySet();
    private final Map<ProxyCareOfAddress, GatewayStream> byGateway = new ConcurrentHashMap<>();

    /**
     * @param blocking for what asks the database
     * @param pools where no gateway may be
     */
    RegistrationEndpoint(
            Registrations registrations,
            GatewaySignals signals,
            MobileNodeDirectory directory,
            Executor blocking,
            Set<HomeNetworkPrefix> pools,
            SignallingMetrics metrics,
            InstantSource clock) {
        this.registrations = registrations;
        this.signals = signals;
        this.pools = Set.copyOf(pools);
        this.metrics = metrics;
        this.directory = directory;
        this.blocking = blocking;
        this.clock = clock;
    }

    /** Gateways that are connected here. */
    int gateways() {
        return streams.size();
    }

    void closeAll(Status status) {
        streams.forEach(stream -> stream.end(status.asRuntimeException()));
    }

    @Override
    public StreamObserver<GatewaySignal> signal(StreamObserver<AnchorSignal> responses) {
        ServerCallStreamObserver<AnchorSignal> call = (ServerCallStreamObserver<AnchorSignal>) responses;
        call.disableAutoRequest();
        GatewayStream stream = new GatewayStream(call, Caller.current());
        streams.add(stream);
        call.setOnCancelHandler(stream::gone);
        call.setOnReadyThreshold(UNREAD_OCTETS);
        call.setOnReadyHandler(stream::readOn);
        call.request(IN_FLIGHT);
        return stream;
    }

    @Override
    public Set<ProxyCareOfAddress> reachable(LmaAddress anchor) {
        return Set.copyOf(byGateway.keySet());
    }

    @Override
    public boolean reaches(LmaAddress anchor, ProxyCareOfAddress gateway) {
        return byGateway.containsKey(gateway);
    }

    @Override
    public boolean send(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayMessage message) {
        GatewayStream stream = byGateway.get(gateway);
        return stream != null && stream.send(SignalFields.signal(anchor, message));
    }

    private final class GatewayStream implements StreamObserver<GatewaySignal> {
        private final ServerCallStreamObserver<AnchorSignal> call;
        private final Caller caller;
        private final ReentrantLock sending = new ReentrantLock();
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();
        private @Nullable ProxyCareOfAddress gateway;

        GatewayStream(ServerCallStreamObserver<AnchorSignal> call, Caller caller) {
            this.call = call;
            this.caller = caller;
        }

        @Override
        public void onNext(GatewaySignal signal) {
            if (!open.get()) {
                return;
            }
            try {
                receive(signal);
            } catch (StatusRuntimeException e) {
                LOG.warn(
                        "gateway {} refused: {}",
                        gateway == null ? "without a name" : gateway,
                        e.getStatus().getDescription());
                end(e);
            }
        }

        private void receive(GatewaySignal signal) {
            ProxyCareOfAddress sender = gateway;
            switch (signal.getMessageCase()) {
                case HELLO -> {
                    if (sender != null) {
                        throw Fields.invalid("hello", "only the first message is a hello");
                    }
                    GatewayHello hello = signal.getHello();
                    sender = Fields.proxyCareOfAddress(hello);
                    caller.require(new PeerIdentity.AccessAgent(sender));
                    requireOutsideThePools(sender);
                    gateway = sender;
                    LOG.info("gateway {} connected, agent {}", sender, printable(hello.getAgentVersion()));
                    byGateway.put(sender, this);
                    signals.connected(
                            sender,
                            false,
                            hello.hasRestartCounter()
                                    ? OptionalLong.of(Integer.toUnsignedLong(hello.getRestartCounter()))
                                    : OptionalLong.empty());
                    answered();
                }
                case PROXY_BINDING_UPDATE -> {
                    ReceivedUpdate received = new ReceivedUpdate(
                            Fields.update(signal.getProxyBindingUpdate()), greeted(sender), clock.instant());
                    UnderWay underWay = new UnderWay();
                    registrations
                            .register(received, Fields.traceparent(signal.getTraceparent()), underWay::waits)
                            .whenComplete((decision, failure) -> {
                                answer(signal.getTraceparent(), decision);
                                underWay.end();
                            });
                }
                case MOBILE_NODE_QUERY -> {
                    greeted(sender);
                    List<LinkLayerIdentifier> identifiers = Fields.identifiers(signal.getMobileNodeQuery());
                    blocking.execute(() -> resolve(signal.getTraceparent(), identifiers));
                }
                case UPDATE_NOTIFICATION_ACKNOWLEDGEMENT ->
                    answered(SignalFields.answer(signal.getUpdateNotificationAcknowledgement()), greeted(sender));
                case BINDING_REVOCATION_ACKNOWLEDGEMENT ->
                    answered(SignalFields.answer(signal.getBindingRevocationAcknowledgement()), greeted(sender));
                case BINDING_REVOCATION_INDICATION -> {
                    SignalFields.Revocation asked = SignalFields.revocation(signal.getBindingRevocationIndication());
                    signals.revoked(
                            asked.lmaAddress(),
                            greeted(sender),
                            asked.revocation(),
                            answer -> send(SignalFields.signal(asked.lmaAddress(), signal.getTraceparent(), answer)),
                            this::answered);
                }
                case HEARTBEAT -> answered(SignalFields.answer(signal.getHeartbeat()), greeted(sender));
                case BINDING_ERROR -> answered(SignalFields.answer(signal.getBindingError()), greeted(sender));
                case MESSAGE_NOT_SET -> throw Fields.invalid("message", "is not set");
            }
        }

        /** Listed ones were looked at at the start; it may be another. */
        private void requireOutsideThePools(ProxyCareOfAddress sender) {
            for (HomeNetworkPrefix pool : pools) {
                if (pool.contains(sender.address())) {
                    metrics.gatewayInPool();
                    throw Fields.invalid(
                            "hello.proxy_care_of_address",
                            sender + " is in pool " + pool
                                    + ": what signals must have an address outside of all pools");
                }
            }
        }

        private void resolve(String traceparent, List<LinkLayerIdentifier> identifiers) {
            Optional<MobileNodeAnswer> answer = Optional.empty();
            try {
                answer = Optional.of(Fields.message(directory.resolve(identifiers)));
            } catch (StoreUnavailableException e) {
                LOG.debug("no answer whose interfaces these are: {}", e.getMessage());
            } finally {
                answer.ifPresent(known -> send(AnchorSignal.newBuilder()
                        .setTraceparent(traceparent)
                        .setMobileNodeAnswer(known)
                        .build()));
                answered();
            }
        }

        /** Each message is checked: the certificate may have expired. An update for another Proxy-CoA than the hello's is 154. */
        private ProxyCareOfAddress greeted(@Nullable ProxyCareOfAddress sender) {
            if (sender == null) {
                throw Fields.invalid("hello", "the first message must be a hello");
            }
            caller.require(new PeerIdentity.AccessAgent(sender));
            return sender;
        }

        private void answered() {
            answered.incrementAndGet();
            readOn();
        }

        /** More is read in portions: each costs the transport's thread a turn. Any thread. */
        private void readOn() {
            while (answered.get() >= PORTION && open.get() && call.isReady()) {
                if (answered.addAndGet(-PORTION) >= 0) {
                    call.request(PORTION);
                } else {
                    answered.addAndGet(PORTION);
                }
            }
        }

        private void answered(SignalFields.Addressed answer, ProxyCareOfAddress sender) {
            signals.received(answer.lmaAddress(), List.of(sender), answer.answer(), this::answered);
        }

        /** What an update takes of the stream: while it waits for another gateway nothing, if not too many wait. */
        private final class UnderWay {
            private boolean waits;

            void waits() {
                if (waiting.incrementAndGet() <= WAITING) {
                    waits = true;
                    answered();
                } else {
                    waiting.decrementAndGet();
                }
            }

            void end() {
                if (waits) {
                    waiting.decrementAndGet();
                } else {
                    answered();
                }
            }
        }

        boolean send(AnchorSignal signal) {
            sending.lock();
            try {
                if (!open.get()) {
                    return false;
                }
                call.onNext(signal);
                return true;
            } finally {
                sending.unlock();
            }
        }

        private void answer(String traceparent, @Nullable BindingDecision decision) {
            sending.lock();
            try {
                if (!open.get()) {
                    return;
                }
                switch (decision) {
                    case BindingDecision.Accepted accepted -> send(traceparent, accepted.acknowledgement());
                    case BindingDecision.Rejected rejected -> send(traceparent, rejected.acknowledgement());
                    case BindingDecision.Ignored ignored -> LOG.debug("no answer: {}", ignored.reason());
                    case BindingDecision.Deferred deferred -> throw new IllegalStateException("not decided yet");
                    case null -> LOG.debug("no answer: not durable");
                }
            } finally {
                sending.unlock();
            }
        }

        private void send(String traceparent, ProxyBindingAcknowledgement acknowledgement) {
            call.onNext(AnchorSignal.newBuilder()
                    .setTraceparent(traceparent)
                    .setProxyBindingAcknowledgement(Fields.message(acknowledgement))
                    .build());
        }

        private static String printable(String text) {
            return text.codePoints().limit(64).allMatch(c -> c > 32 && c < 127) && text.length() <= 64 ? text : "?";
        }

        private void end(StatusRuntimeException cause) {
            sending.lock();
            try {
                if (open.compareAndSet(true, false)) {
                    call.onError(cause);
                }
            } finally {
                sending.unlock();
            }
            forget();
        }

        private void gone() {
            open.set(false);
            if (forget() && gateway != null) {
                LOG.info("gateway {} disconnected", gateway);
            }
        }

        /** The gateway's next stream, if there is one already, stays. */
        private boolean forget() {
            ProxyCareOfAddress of = gateway;
            if (of != null) {
                byGateway.remove(of, this);
            }
            return streams.remove(this);
        }

        @Override
        public void onError(Throwable cause) {
            gone();
        }

        @Override
        public void onCompleted() {
            sending.lock();
            try {
                if (open.compareAndSet(true, false)) {
                    call.onCompleted();
                }
            } finally {
                sending.unlock();
            }
            gone();
        }
    }
}
