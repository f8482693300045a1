package org.flowanchor.binding.adapter.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.BindingKey;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.binding.application.BindingStream;
import org.flowanchor.binding.application.BindingStream.FellBehindException;
import org.flowanchor.binding.application.BindingStream.Step;
import org.flowanchor.binding.application.RareWarning;
import org.flowanchor.binding.application.StreamRegistry;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bindings of an anchor for its agents. Each stream is one virtual thread that reads the database; a receiver that does not keep up is
 * waited for, and its changes are coalesced meanwhile.
 */
final class BindingStreamEndpoint extends BindingStreamServiceGrpc.BindingStreamServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(BindingStreamEndpoint.class);

    /** Acknowledgements of so long are written together. */
    private static final Duration GATHER = Duration.ofMillis(25);

    private static final int ERROR_MAX = 1_000;

    private final Set<LmaAddress> anchors;
    private final Streams streams;
    private final StreamRegistry registry;
    private final Executor executor;
    private final RareWarning rejections = new RareWarning();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

    /** Makes a stream of an anchor. */
    @FunctionalInterface
    interface Streams {
        /** @param applied what the subscriber has */
        BindingStream of(LmaAddress anchor, Optional<Position> applied);
    }

    BindingStreamEndpoint(Set<LmaAddress> anchors, Streams streams, StreamRegistry registry, Executor executor) {
        this.anchors = Set.copyOf(anchors);
        this.streams = streams;
        this.registry = registry;
        this.executor = executor;
    }

    void closeAll(Status status) {
        subscribers.forEach(subscriber -> subscriber.end(status));
    }

    @Override
    public StreamObserver<BindingStreamRequest> streamBindings(StreamObserver<BindingStreamResponse> responses) {
        ServerCallStreamObserver<BindingStreamResponse> call =
                (ServerCallStreamObserver<BindingStreamResponse>) responses;
        Subscriber subscriber = new Subscriber(call);
        subscribers.add(subscriber);
        call.setOnCancelHandler(subscriber::gone);
        call.setOnReadyHandler(subscriber::wake);
        return subscriber;
    }

    private final class Subscriber implements StreamObserver<BindingStreamRequest> {
        private final ServerCallStreamObserver<BindingStreamResponse> call;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private @Nullable LmaAddress anchor;
        private boolean open = true;
        private long nonce;
        private final AtomicInteger unstored = new AtomicInteger();
        private volatile long number;
        private final String peer = PeerAddress.current();
        private final Caller caller = Caller.current();

        Subscriber(ServerCallStreamObserver<BindingStreamResponse> call) {
            this.call = call;
        }

        @Override
        public void onNext(BindingStreamRequest request) {
            if (!isOpen()) {
                return;
            }
            try {
                receive(request);
            } catch (StatusRuntimeException e) {
                LOG.warn("binding stream refused: {}", e.getStatus().getDescription());
                end(e.getStatus());
            }
        }

        private void receive(BindingStreamRequest request) {
            switch (request.getMessageCase()) {
                case SUBSCRIPTION -> {
                    if (anchor != null) {
                        throw Fields.invalid("subscription", "only the first message is a subscription");
                    }
                    BindingSubscription subscription = request.getSubscription();
                    LmaAddress wanted = Fields.lmaAddress("subscription.lma_address", subscription.getLmaAddress());
                    caller.require(new PeerIdentity.AnchorAgent(wanted));
                    if (!anchors.contains(wanted)) {
                        throw Status.NOT_FOUND
                                .withDescription("no anchor " + wanted)
                                .asRuntimeException();
                    }
                    anchor = wanted;
                    number = registry.opened(wanted, peer);
                    Optional<Position> applied = subscription.hasVersion()
                            ? Optional.of(new Position(subscription.getVersion(), subscription.getHistory()))
                            : Optional.empty();
                    executor.execute(() -> feed(streams.of(wanted, applied), wanted));
                }
                case ACKNOWLEDGEMENT -> {
                    LmaAddress subscribed = anchor;
                    if (subscribed == null) {
                        throw Fields.invalid("subscription", "the first message must be a subscription");
                    }
                    caller.require(new PeerIdentity.AnchorAgent(subscribed));
                    acknowledged(request.getAcknowledgement());
                }
                case MESSAGE_NOT_SET -> throw Fields.invalid("message", "is not set");
            }
        }

        private void acknowledged(StreamAcknowledgement acknowledgement) {
            if (!acknowledgement.getError().isEmpty()) {
                String error = printable(acknowledgement.getError());
                LOG.atLevel(rejections.level())
                        .log("agent of anchor {} rejects version {}: {}", anchor, acknowledgement.getVersion(), error);
                registry.rejected(number, acknowledgement.getVersion(), error);
                return;
            }
            registry.acknowledged(number, acknowledgement.getVersion());
            if (unstored.getAndIncrement() == 0) {
                executor.execute(this::store);
            }
        }

        /** One line, and no more than somebody reads. */
        private static String printable(String text) {
            String line = text.strip().replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ");
            return line.length() <= ERROR_MAX
                    ? line
                    : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, ERROR_MAX) - 1)) + "…";
        }

        /** One write for all acknowledgements of a while: nothing waits for them but prefixes that rest. */
        private void store() {
            int seen;
            do {
                try {
                    Thread.sleep(GATHER);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                seen = unstored.get();
                try {
                    registry.storeAcknowledged(number);
                } catch (RuntimeException e) {
                    LOG.warn("acknowledgement of anchor {} is not stored: {}", anchor, e.getMessage());
                }
            } while (unstored.addAndGet(-seen) != 0);
        }

        private void feed(BindingStream stream, LmaAddress of) {
            try {
                boolean first = true;
                while (isOpen()) {
                    Optional<Step> step = stream.next();
                    if (step.isPresent() && !send(step.get())) {
                        return;
                    }
                    if (first) {
                        LOG.info(
                                "binding stream of anchor {} to {} starts {} version {}",
                                of,
                                peer,
                                step.map(Step::fullState).orElse(false) ? "with its full state at" : "after",
                                step.map(Step::position).map(Position::version).orElse(0L));
                        first = false;
                    }
                }
            } catch (FellBehindException e) {
                end(Status.ABORTED.withDescription(e.getMessage() + ": subscribe again"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end(Status.UNAVAILABLE.withDescription("stopping"));
            } catch (RuntimeException e) {
                LOG.warn("binding stream of anchor {} ends: {}", of, e.getMessage());
                end(Status.UNAVAILABLE.withDescription("bindings cannot be read now"));
            }
        }

        /** False when the stream is over. */
        private boolean send(Step step) throws InterruptedException {
            lock.lock();
            try {
                while (open && !call.isReady()) {
                    changed.await(1, TimeUnit.SECONDS);
                }
                if (!open) {
                    return false;
                }
                registry.sent(
                        number,
                        step.position().history(),
                        step.more() ? 0 : step.position().version());
                call.onNext(message(step, ++nonce));
                return true;
            } finally {
                lock.unlock();
            }
        }

        private boolean isOpen() {
            lock.lock();
            try {
                return open;
            } finally {
                lock.unlock();
            }
        }

        private void wake() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void end(Status status) {
            lock.lock();
            try {
                if (open) {
                    open = false;
                    call.onError(status.asRuntimeException());
                }
            } finally {
                lock.unlock();
            }
            gone();
        }

        private void gone() {
            lock.lock();
            try {
                open = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            subscribers.remove(this);
            registry.closed(number);
        }

        @Override
        public void onError(Throwable cause) {
            gone();
        }

        @Override
        public void onCompleted() {
            lock.lock();
            try {
                if (open) {
                    open = false;
                    call.onCompleted();
                }
            } finally {
                lock.unlock();
            }
            gone();
        }
    }

    private static BindingStreamResponse message(Step step, long nonce) {
        BindingStreamResponse.Builder message = BindingStreamResponse.newBuilder()
                .setTraceparent(step.traceparent().orElse(""))
                .setVersion(step.position().version())
                .setHistory(step.position().history())
                .setNonce(nonce)
                .setFullState(step.fullState())
                .setMore(step.more())
                .addAllEntries(step.entries());
        step.removed()
                .forEach(key -> message.addRemoved(BindingKey.newBuilder()
                        .setMobileNodeIdentifier(key.mobileNodeIdentifier().value())
                        .setBindingIdentifier(key.bindingIdentifier().value())));
        return message.build();
    }
}
