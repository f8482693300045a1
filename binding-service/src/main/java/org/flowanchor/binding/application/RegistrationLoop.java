package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flowanchor.binding.application.BindingStore.Commit;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that commits an anchor's updates: while one transaction is on its way to the disk, the next one fills. Updates of one
 * mobile node are decided in the order of their arrival.
 *
 * <p>Traps: a decision counts only after the commit, so a repeated transaction decides anew; an update that breaks a whole batch is
 * isolated by halving, so one bad row never starves its neighbours; a store that does not answer means silence, never a status: the
 * gateway retransmits.
 */
final class RegistrationLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationLoop.class);
    static final int BATCH_MAX = 256;
    private static final int QUEUE_MAX = 65_536;
    private static final int TRIES_MAX = 5;

    private final LmaAddress anchor;
    private final BindingCache cache;
    private final BindingStore store;
    private final AnchorVersions versions;
    private final RegistrationMetrics metrics;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private volatile boolean stopped;

    private record Pending(
            ReceivedUpdate received, MobileNodeIdentifier mobileNode, CompletableFuture<BindingDecision> decision) {}

    RegistrationLoop(
            LmaAddress anchor,
            BindingCache cache,
            BindingStore store,
            AnchorVersions versions,
            RegistrationMetrics metrics) {
        this.anchor = anchor;
        this.cache = cache;
        this.store = store;
        this.versions = versions;
        this.metrics = metrics;
    }

    /** Completes after the commit; exceptionally when there must be no answer. */
    CompletableFuture<BindingDecision> submit(ReceivedUpdate received, MobileNodeIdentifier mobileNode) {
        Pending pending = new Pending(received, mobileNode, new CompletableFuture<>());
        if (stopped) {
            pending.decision.completeExceptionally(new CancellationException("stopping"));
        } else if (!queue.offer(pending)) {
            pending.decision.complete(BindingCache.overloaded(received.update()));
        }
        return pending.decision;
    }

    int waiting() {
        return queue.size();
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        List<Pending> batch = new ArrayList<>(BATCH_MAX);
        try {
            while (!stopped) {
                Pending first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH_MAX - 1);
                    settle(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.drainTo(batch);
        batch.forEach(pending -> pending.decision.completeExceptionally(new CancellationException("stopping")));
    }

    private void settle(List<Pending> batch) {
        RuntimeException failure;
        try {
            commitWithRetries(batch);
            return;
        } catch (StoreUnavailableException e) {
            LOG.warn("{} updates of anchor {} stay without answer: {}", batch.size(), anchor, e.getMessage());
            unanswered(batch, e);
            return;
        } catch (RuntimeException e) {
            failure = e;
        }
        if (batch.size() == 1) {
            LOG.error("an update of anchor {} cannot be decided", anchor, failure);
            unanswered(batch, failure);
            return;
        }
        int half = batch.size() / 2;
        settle(batch.subList(0, half));
        settle(batch.subList(half, batch.size()));
    }

    private void unanswered(List<Pending> batch, RuntimeException cause) {
        for (Pending pending : batch) {
            metrics.unanswered();
            pending.decision.completeExceptionally(cause);
        }
    }

    private void commitWithRetries(List<Pending> batch) {
        for (int tries = 1; ; tries++) {
            try {
                commit(batch);
                return;
            } catch (StoreConflictException e) {
                if (tries == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    private void commit(List<Pending> batch) {
        long began = System.nanoTime();
        List<BindingDecision> decisions = new ArrayList<>(batch.size());
        Commit commit = store.transact(anchor, scope(batch), transaction -> {
            decisions.clear();
            for (Pending pending : batch) {
                BindingDecision decision = cache.decide(
                        pending.received,
                        transaction.bindings(pending.mobileNode),
                        transaction.holders(),
                        transaction.supplier());
                if (decision instanceof BindingDecision.Accepted accepted) {
                    transaction.replay(pending.mobileNode, accepted.records());
                }
                decisions.add(decision);
            }
        });
        metrics.committed(batch.size(), Duration.ofNanos(System.nanoTime() - began));
        if (commit.changes() > 0) {
            versions.committed(anchor, commit.version());
        }
        for (int i = 0; i < batch.size(); i++) {
            metrics.decided(decisions.get(i));
            batch.get(i).decision.complete(decisions.get(i));
        }
    }

    private static BatchScope scope(List<Pending> batch) {
        TreeSet<MobileNodeIdentifier> mobileNodes = new TreeSet<>();
        TreeSet<HomeNetworkPrefix> named = new TreeSet<>();
        int wanted = 0;
        for (Pending pending : batch) {
            mobileNodes.add(pending.mobileNode);
            for (HomeNetworkPrefix prefix : pending.received.update().homeNetworkPrefixes()) {
                if (prefix.isAllZero()) {
                    wanted++;
                } else {
                    named.add(prefix);
                }
            }
        }
        return new BatchScope(mobileNodes, named, wanted);
    }
}
