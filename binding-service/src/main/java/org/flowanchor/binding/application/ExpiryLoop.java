package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flowanchor.binding.application.BindingStore.Commit;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes entries whose lifetime or whose MinDelayBeforeBCEDelete is over. Every replica runs it; due times are rows, and what another
 * replica holds is skipped.
 */
public final class ExpiryLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryLoop.class);
    private static final int LIMIT = 256;

    private final List<LmaAddress> anchors;
    private final BindingCache cache;
    private final BindingStore store;
    private final AnchorVersions versions;
    private final RegistrationMetrics metrics;
    private final InstantSource clock;
    private final Duration period;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<LmaAddress> failing = new HashSet<>();

    public ExpiryLoop(
            List<LmaAddress> anchors,
            BindingCache cache,
            BindingStore store,
            AnchorVersions versions,
            RegistrationMetrics metrics,
            InstantSource clock,
            Duration period) {
        this.anchors = List.copyOf(anchors);
        this.cache = cache;
        this.store = store;
        this.versions = versions;
        this.metrics = metrics;
        this.clock = clock;
        this.period = period;
    }

    @Override
    public void run() {
        try {
            while (!stop.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                anchors.forEach(this::expire);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void expire(LmaAddress anchor) {
        try {
            boolean more = true;
            while (more && stop.getCount() > 0) {
                more = expireOnce(anchor);
            }
            if (failing.remove(anchor)) {
                LOG.info("expiry of anchor {} goes on", anchor);
            }
        } catch (StoreConflictException e) {
            LOG.debug("expiry of anchor {} comes again: {}", anchor, e.getMessage());
        } catch (RuntimeException e) {
            if (failing.add(anchor)) {
                LOG.warn("expiry of anchor {} stands still: {}", anchor, e.getMessage());
            }
        }
    }

    private boolean expireOnce(LmaAddress anchor) {
        Instant now = clock.instant();
        Commit commit = store.transactDue(
                anchor,
                now,
                LIMIT,
                transaction -> transaction
                        .mobileNodes()
                        .forEach(mobileNode ->
                                transaction.replay(mobileNode, cache.expire(transaction.bindings(mobileNode), now))));
        if (commit.changes() > 0) {
            versions.committed(anchor, commit.version());
            metrics.expired(commit.changes());
        }
        return commit.more();
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
