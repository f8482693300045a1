package org.flowanchor.agent.adapter.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.ServiceAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that comes back for ever, to the next of several addresses each time. Every attempt has a connection of its own: a shared one would wait out its own back-off, up to two
 * minutes, before it dialled again.
 *
 * <pre>
 * waiting  timer -> dialling the next address
 * dialling transport ready -> up (greeting sent); ended, or cannot even be dialled -> waiting
 * up       ended -> waiting; ended with a redirection -> dialling there at once (three times in a row at most)
 * </pre>
 *
 * @param <Q> what the agent sends
 * @param <R> what the service sends
 */
final class ReconnectingStream<Q, R> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReconnectingStream.class);
    private static final int MAX_REDIRECTIONS = 3;
    private static final long FAREWELL_MILLIS = 500;
    private static final long PROVEN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ServiceStream name;
    private final List<ServiceAddress> configured;
    private final ChannelFactory channels;
    private final StreamProtocol<Q, R> protocol;
    private final ScheduledExecutorService timer;
    private final AgentMetrics metrics;
    private final Backoff backoff;

    // Guarded by this.
    private ServiceAddress target;
    private int next;
    private int redirections;
    private long sessions;
    private boolean lossLogged;
    private boolean closed;
    private @Nullable Session session;

    ReconnectingStream(
            ServiceStream name,
            List<ServiceAddress> configured,
            ChannelFactory channels,
            StreamProtocol<Q, R> protocol,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.name = name;
        this.configured = List.copyOf(configured);
        this.channels = channels;
        this.protocol = protocol;
        this.timer = timer;
        this.metrics = metrics;
        this.backoff = new Backoff(random);
        // Any of them serves; agents that begin with different ones share the load.
        this.next = random.nextInt(configured.size());
        this.target = configured.get(next);
    }

    void start() {
        schedule(0);
    }

    boolean isUp() {
        Session present = present();
        return present != null && present.isUp();
    }

    /** Sends on the present session; its number, or 0 when there is none that is up. */
    long send(Q message) {
        Session present = present();
        return present != null && present.isUp() && present.send(message) ? present.number : 0;
    }

    /** Like {@link #send}, but also refuses while the peer is slow, so that what matters more is not queued behind. */
    boolean offer(Q message) {
        return offer(message, 0);
    }

    /** Like {@link #offer(Object)}, for one of several messages in a row: waits for the peer to take those before. */
    boolean offer(Q message, long patienceMillis) {
        Session present = present();
        return present != null && present.offer(message, patienceMillis);
    }

    @Override
    public void close() {
        Session last;
        synchronized (this) {
            closed = true;
            last = session;
        }
        if (last != null) {
            last.finish();
        }
    }

    private synchronized @Nullable Session present() {
        return session;
    }

    private void schedule(long delayMillis) {
        try {
            timer.schedule(this::dial, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("{} stream is not dialled again: the agent stops", name);
        }
    }

    private void dial() {
        Session dialled;
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                dialled = new Session(++sessions, target, channels.open(target));
            } catch (RuntimeException e) {
                // A name that is none, or certificates that cannot be read: another address or another time may do.
                Status status =
                        Status.UNAVAILABLE.withDescription("cannot be dialled").withCause(e);
                dialAgain(target, false, status, new Metadata());
                return;
            }
            session = dialled;
        }
        try {
            protocol.call(dialled.channel, dialled);
        } catch (RuntimeException e) {
            dialled.onError(e);
        }
    }

    private void ended(Session over, Status status, Metadata trailers) {
        synchronized (this) {
            if (session == over) {
                session = null;
            }
        }
        dialAgain(over.address, over.wasProven(), status, trailers);
    }

    private void dialAgain(ServiceAddress from, boolean wasProven, Status status, Metadata trailers) {
        Optional<ServiceAddress> elsewhere = protocol.redirected(status, trailers);
        long delay;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (wasProven) {
                backoff.reset();
                redirections = 0;
            }
            if (elsewhere.isPresent() && redirections < MAX_REDIRECTIONS) {
                redirections++;
                delay = 0;
            } else {
                redirections = 0;
                delay = backoff.nextMillis();
            }
            // One that fails is not asked twice: whoever is configured knows better by then.
            if (elsewhere.isEmpty()) {
                next = (next + 1) % configured.size();
            }
            target = elsewhere.orElse(configured.get(next));
            if (elsewhere.isPresent()) {
                log.info("{} stream: {} sends us to {}", name, from, target);
            } else if (!lossLogged) {
                log.warn("{} stream to {} lost, {} dialled next: {}", name, from, target, text(status));
                lossLogged = true;
            }
        }
        metrics.reconnected(name);
        schedule(delay);
    }

    private synchronized void up(Session greeted) {
        lossLogged = false;
        log.info("{} stream to {} up", name, greeted.address);
    }

    private static String text(Status status) {
        Throwable cause = status.getCause();
        return status.getCode()
                + (status.getDescription() == null ? "" : ": " + status.getDescription())
                + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    private final class Session implements ClientResponseObserver<Q, R>, StreamSession<Q> {
        private final long number;
        private final ServiceAddress address;
        private final ManagedChannel channel;
        private final long born = System.nanoTime();

        // Guarded by this; a call's sending side is not thread-safe.
        private @Nullable ClientCallStreamObserver<Q> call;
        private boolean up;
        private boolean over;
        private boolean proven;
        private boolean givenUp;
        private long responses;

        Session(long number, ServiceAddress address, ManagedChannel channel) {
            this.number = number;
            this.address = address;
            this.channel = channel;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> starting) {
            synchronized (this) {
                call = starting;
            }
            starting.setOnReadyHandler(this::ready);
        }

        private void ready() {
            synchronized (this) {
                notifyAll();
                if (up || over || call == null) {
                    return;
                }
                protocol.greeting().ifPresent(call::onNext);
                up = true;
            }
            metrics.streamUp(name, true);
            ReconnectingStream.this.up(this);
            protocol.opened(number);
        }

        @Override
        public void onNext(R response) {
            synchronized (this) {
                if (givenUp) {
                    return;
                }
            }
            protocol.received(response, this);
            synchronized (this) {
                responses++;
            }
        }

        @Override
        public void onError(Throwable error) {
            Metadata trailers = Status.trailersFromThrowable(error);
            finished(Status.fromThrowable(error), trailers == null ? new Metadata() : trailers);
        }

        @Override
        public void onCompleted() {
            finished(Status.OK.withDescription("the service ended the stream"), new Metadata());
        }

        private void finished(Status status, Metadata trailers) {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                up = false;
                notifyAll();
            }
            metrics.streamUp(name, false);
            channel.shutdownNow();
            ended(this, status, trailers);
        }

        @Override
        public synchronized boolean send(Q message) {
            if (over || givenUp || call == null) {
                return false;
            }
            try {
                call.onNext(message);
                return true;
            } catch (IllegalStateException e) {
                // Cancelled or half-closed between the check and here.
                return false;
            }
        }

        synchronized boolean offer(Q message, long patienceMillis) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (up && call != null && !call.isReady()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return up && send(message);
        }

        synchronized boolean isUp() {
            return up;
        }

        synchronized boolean wasProven() {
            return proven || System.nanoTime() - born > PROVEN_NANOS;
        }

        @Override
        public synchronized long earlierResponses() {
            return responses;
        }

        @Override
        public synchronized void proven() {
            proven = true;
        }

        @Override
        public void restart(String reason) {
            ClientCallStreamObserver<Q> ending;
            synchronized (this) {
                ending = call;
                if (over || givenUp || ending == null) {
                    return;
                }
                givenUp = true;
                // Cancelling at once would overtake what was just said, the refusal above all.
                ending.onCompleted();
            }
            try {
                timer.schedule(() -> ending.cancel(reason, null), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                ending.cancel(reason, e);
            }
        }

        /** The agent stops: the service sees an end, not a loss. */
        void finish() {
            synchronized (this) {
                if (!over && call != null) {
                    try {
                        call.onCompleted();
                    } catch (IllegalStateException e) {
                        log.debug("{} stream was over", name, e);
                    }
                }
            }
            channel.shutdown();
        }
    }
}
