package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.Poller;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watch that cannot wait for what it watches. */
@Timeout(120)
class KernelWatchKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final AtomicInteger woken = new AtomicInteger();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private Namespace gateway;

    /** Waits as any other once it has no failure left; without {@code ends} the last one stays. */
    private final class FailingPoller extends Poller {
        private final boolean ends;

        private FailingPoller(List<NativeSocket> sockets, boolean ends) throws SystemCallException {
            super(sockets);
            this.ends = ends;
        }

        @Override
        public boolean await(int timeoutMillis) throws SystemCallException {
            Exception failure = ends ? failures.poll() : failures.peek();
            return switch (failure) {
                case null -> super.await(timeoutMillis);
                case SystemCallException refusal -> throw refusal;
                default -> throw new IllegalStateException(failure);
            };
        }
    }

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("watch");
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private KernelWatch watch(boolean ends) {
        return gateway.call(() -> new KernelWatch(
                woken::incrementAndGet,
                new PathMtus(KernelNumbering.DEFAULT, System::nanoTime),
                sockets -> new FailingPoller(sockets, ends)));
    }

    @Test
    void endsAlsoWhileNothingCanBeWaitedFor() {
        failures.add(new SystemCallException(Errno.ENOMEM, "poll"));
        KernelWatch watch = watch(false);
        Await.until("it failed, so anything may have changed", SOON, () -> woken.get() > 0);
        watch.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("kernel-watch");
    }

    @Test
    void goesOnAfterAFailureAndAfterAFault() {
        failures.add(new SystemCallException(Errno.ENOMEM, "poll"));
        failures.add(new IllegalArgumentException("a fault of ours"));
        try (KernelWatch watch = watch(true)) {
            assertThat(watch).isNotNull();
            Await.until("both", SOON, () -> woken.get() > 1 && failures.isEmpty());
            int before = woken.get();
            Await.until("a change", SOON, () -> {
                gateway.ip("route replace unreachable 2001:db8:f::/64 table 77 metric " + (woken.get() + 1));
                return woken.get() > before;
            });
        }
    }
}
