package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.binding.application.SubscriberStore.Change;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes bindings agree with profiles that changed: what they say of their mobile node is written, and so published, anew, and those that
 * the profile does not admit any more are revoked. Each change is a row for each anchor, written with the profile and taken away when the
 * anchor has committed; any replica that serves the anchor takes it up, also after a crash.
 *
 * <p>Trap: an update that was decided with the old profile must not be committed after the bindings were looked at. In this process work
 * on one mobile node is in order; in other replicas the look, even one that changes nothing, makes decisions on the earlier state void.
 */
public final class ProfileChanges implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProfileChanges.class);
    /** Much longer than a look takes; then it is taken for failed. */
    private static final Duration CLAIM = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TOGETHER = 256;

    private final List<LmaAddress> anchors;
    private final Signalling signalling;
    private final SubscriberStore store;
    private final InstantSource clock;
    private final Duration period;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicLong lookedAt = new AtomicLong();
    private final AtomicLong rewritten = new AtomicLong();
    private boolean failing;

    /** @param period between two looks for changes when there was none */
    public ProfileChanges(
            List<LmaAddress> anchors,
            Signalling signalling,
            SubscriberStore store,
            InstantSource clock,
            Duration period) {
        this.anchors = List.copyOf(anchors);
        this.signalling = signalling;
        this.store = store;
        this.clock = clock;
        this.period = period;
    }

    /** Changes of profiles whose mobile nodes this process looked at, at each anchor. */
    public long lookedAt() {
        return lookedAt.get();
    }

    /** Of those, how many changed a binding. */
    public long rewritten() {
        return rewritten.get();
    }

    @Override
    public void run() {
        try {
            while (stop.getCount() > 0) {
                int found = 0;
                try {
                    found = look();
                    if (failing) {
                        failing = false;
                        LOG.info("changed profiles are applied to bindings again");
                    }
                } catch (RuntimeException e) {
                    if (!failing) {
                        failing = true;
                        LOG.warn("changed profiles are not applied to bindings, trying on: {}", e.getMessage());
                    }
                }
                if (found < TOGETHER) {
                    stop.await(period.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns how many changes an anchor had at most. */
    private int look() {
        int most = 0;
        Map<Change, CompletableFuture<Boolean>> looks = new LinkedHashMap<>();
        for (LmaAddress anchor : anchors) {
            List<Change> changes = store.changes(anchor, TOGETHER, CLAIM);
            most = Math.max(most, changes.size());
            for (Change change : changes) {
                looks.put(change, signalling.profileChanged(anchor, change.mobileNode(), change.withdrawn()));
            }
        }
        List<Change> done = new ArrayList<>();
        Instant until = clock.instant().plus(PATIENCE);
        looks.forEach((change, look) -> {
            try {
                long left = Math.max(1, Duration.between(clock.instant(), until).toMillis());
                boolean wrote = look.orTimeout(left, TimeUnit.MILLISECONDS).join();
                done.add(change);
                lookedAt.incrementAndGet();
                if (wrote) {
                    rewritten.incrementAndGet();
                    LOG.info("the bindings of mobile node {} follow its changed profile", change.mobileNode());
                }
            } catch (CompletionException e) {
                LOG.debug("the bindings of {} are looked at again later", change.mobileNode(), e);
            }
        });
        store.lookedAt(done);
        return most;
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
