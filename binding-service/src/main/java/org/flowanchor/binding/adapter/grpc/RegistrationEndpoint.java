package org.flowanchor.binding.adapter.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.MobileNodeAnswer;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.ProxyBindingAcknowledgement;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream per mobile access gateway. Acknowledgements leave after the commit, on the committing thread; nothing here blocks.
 *
 * <p>A gateway has at most {@value #IN_FLIGHT} updates under way: more are not even read, so a rash gateway waits in its own socket.
 */
final class RegistrationEndpoint extends RegistrationServiceGrpc.RegistrationServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationEndpoint.class);
    static final int IN_FLIGHT = 512;

    private final Registrations registrations;
    private final MobileNodeDirectory directory;
    private final Executor blocking;
    private final InstantSource clock;
    private final Set<GatewayChannel> channels = ConcurrentHashMap.newKeySet();

    /** @param blocking for what asks the database */
    RegistrationEndpoint(
            Registrations registrations, MobileNodeDirectory directory, Executor blocking, InstantSource clock) {
        this.registrations = registrations;
        this.directory = directory;
        this.blocking = blocking;
        this.clock = clock;
    }

    /** Gateways that are connected here. */
    int gateways() {
        return channels.size();
    }

    void closeAll(Status status) {
        channels.forEach(channel -> channel.end(status.asRuntimeException()));
    }

    @Override
    public StreamObserver<GatewaySignal> signal(StreamObserver<AnchorSignal> responses) {
        ServerCallStreamObserver<AnchorSignal> call = (ServerCallStreamObserver<AnchorSignal>) responses;
        call.disableAutoRequest();
        GatewayChannel channel = new GatewayChannel(call, Caller.current());
        channels.add(channel);
        call.setOnCancelHandler(channel::gone);
        call.request(IN_FLIGHT);
        return channel;
    }

    private final class GatewayChannel implements StreamObserver<GatewaySignal> {
        private final ServerCallStreamObserver<AnchorSignal> call;
        private final Caller caller;
        private final ReentrantLock sending = new ReentrantLock();
        private final AtomicBoolean open = new AtomicBoolean(true);
        private @Nullable ProxyCareOfAddress gateway;

        GatewayChannel(ServerCallStreamObserver<AnchorSignal> call, Caller caller) {
            this.call = call;
            this.caller = caller;
        }

        @Override
        public void onNext(GatewaySignal signal) {
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
                    ProxyCareOfAddress claimed = Fields.proxyCareOfAddress(signal.getHello());
                    caller.require(new PeerIdentity.AccessAgent(claimed));
                    gateway = claimed;
                    LOG.info(
                            "gateway {} connected, agent {}",
                            gateway,
                            printable(signal.getHello().getAgentVersion()));
                    call.request(1);
                }
                case PROXY_BINDING_UPDATE -> {
                    if (sender == null) {
                        throw Fields.invalid("hello", "the first message must be a hello");
                    }
                    // Also each later message: the certificate may have expired. An update for another Proxy-CoA than
                    // the hello's is 154.
                    caller.require(new PeerIdentity.AccessAgent(sender));
                    ReceivedUpdate received =
                            new ReceivedUpdate(Fields.update(signal.getProxyBindingUpdate()), sender, clock.instant());
                    registrations
                            .register(received, Fields.traceparent(signal.getTraceparent()))
                            .whenComplete((decision, failure) -> answer(signal.getTraceparent(), decision));
                }
                case MOBILE_NODE_QUERY -> {
                    if (sender == null) {
                        throw Fields.invalid("hello", "the first message must be a hello");
                    }
                    caller.require(new PeerIdentity.AccessAgent(sender));
                    List<LinkLayerIdentifier> identifiers = Fields.identifiers(signal.getMobileNodeQuery());
                    blocking.execute(() -> resolve(signal.getTraceparent(), identifiers));
                }
                // The anchor has sent nothing yet that these could answer.
                case UPDATE_NOTIFICATION_ACKNOWLEDGEMENT,
                        BINDING_REVOCATION_ACKNOWLEDGEMENT,
                        HEARTBEAT,
                        BINDING_ERROR -> {
                    LOG.debug("gateway {} answers what nobody asked: {}", sender, signal.getMessageCase());
                    call.request(1);
                }
                case MESSAGE_NOT_SET -> throw Fields.invalid("message", "is not set");
            }
        }

        private void resolve(String traceparent, List<LinkLayerIdentifier> identifiers) {
            Optional<MobileNodeAnswer> answer = Optional.empty();
            try {
                answer = Optional.of(Fields.message(directory.resolve(identifiers)));
            } catch (StoreUnavailableException e) {
                LOG.debug("no answer whose interfaces these are: {}", e.getMessage());
            }
            sending.lock();
            try {
                if (open.get()) {
                    answer.ifPresent(known -> call.onNext(AnchorSignal.newBuilder()
                            .setTraceparent(traceparent)
                            .setMobileNodeAnswer(known)
                            .build()));
                    call.request(1);
                }
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
                    case null -> LOG.debug("no answer: not durable");
                }
                call.request(1);
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
            channels.remove(this);
        }

        private void gone() {
            open.set(false);
            if (channels.remove(this) && gateway != null) {
                LOG.info("gateway {} disconnected", gateway);
            }
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
