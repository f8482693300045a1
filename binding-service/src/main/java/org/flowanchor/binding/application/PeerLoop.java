package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heartbeats, and what follows when a gateway lost its bindings. Every replica runs it; due times are rows, and what another replica holds
 * is skipped.
 */
public final class PeerLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLoop.class);
    private static final int LIMIT = 256;

    /** Between two looks at what other replicas learnt about gateways, in periods. */
    private static final int REFRESH = 20;

    private final List<LmaAddress> anchors;
    private final Signalling signalling;
    private final Duration period;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<LmaAddress> failing = new HashSet<>();

    public PeerLoop(List<LmaAddress> anchors, Signalling signalling, Duration period) {
        this.anchors = List.copyOf(anchors);
        this.signalling = signalling;
        this.period = period;
    }

    @Override
    public void run() {
        try {
            for (long turn = 0; !stop.await(period.toMillis(), TimeUnit.MILLISECONDS); turn++) {
                boolean refresh = turn % REFRESH == 0;
                anchors.forEach(anchor -> look(anchor, refresh));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(LmaAddress anchor, boolean refresh) {
        try {
            if (refresh) {
                signalling.refreshCapabilities(anchor);
            }
            signalling.runPeers(anchor, LIMIT);
            boolean more = true;
            while (more && stop.getCount() > 0) {
                more = signalling.runLosses(anchor, LIMIT);
            }
            if (failing.remove(anchor)) {
                LOG.info("heartbeats of anchor {} go on", anchor);
            }
        } catch (RuntimeException e) {
            if (failing.add(anchor)) {
                LOG.warn("heartbeats of anchor {} stand still: {}", anchor, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
