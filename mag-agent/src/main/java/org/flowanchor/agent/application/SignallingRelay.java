package org.flowanchor.agent.application;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.WireMetrics.Drop;
import org.flowanchor.agent.domain.PacketBudget;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries Mobility Headers between an anchor's sockets and binding-service. Knows no message. Until the service named its peers nothing is
 * relayed; while the stream is away headers are dropped, never kept: an old one would only be answered as out of time.
 *
 * <p>With {@link SignallingProtection#IPSEC} a peer without a policy that requires ESP is no peer, in both directions, until it has one.
 */
public final class SignallingRelay implements RelayInput {
    private static final Logger log = LoggerFactory.getLogger(SignallingRelay.class);

    private final HeaderSockets sockets;
    private final SignallingProtection protection;
    private final ProtectionCheck check;
    private final WireMetrics metrics;
    private final LongSupplier nanoTime;
    private final AtomicBoolean unsent = new AtomicBoolean();

    private volatile Set<ProxyCareOfAddress> gateways = Set.of();

    // Guarded by budget.
    private final PacketBudget budget = new PacketBudget();
    private Set<IpAddress> named = Set.of();
    private Set<IpAddress> served = Set.of();
    private int packetsPerSecond = 1;
    private int burst = 1;
    private boolean checkFails;

    public SignallingRelay(
            HeaderSockets sockets,
            SignallingProtection protection,
            ProtectionCheck check,
            WireMetrics metrics,
            LongSupplier nanoTime) {
        this.sockets = sockets;
        this.protection = protection;
        this.check = check;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    /** @param sink towards binding-service */
    public void start(HeaderSink sink) {
        sockets.start(header -> received(header, sink));
    }

    private void received(RelayedHeader header, HeaderSink sink) {
        metrics.received();
        PacketBudget.Verdict verdict;
        synchronized (budget) {
            verdict = budget.judge(header.source(), nanoTime.getAsLong());
        }
        switch (verdict) {
            case ADMITTED -> {
                if (!sink.offer(header)) {
                    metrics.dropped(Drop.NO_STREAM);
                }
            }
            case UNLISTED -> metrics.dropped(Drop.UNLISTED);
            case EXCESSIVE -> metrics.dropped(Drop.EXCESSIVE);
        }
    }

    @Override
    public void gateways(Set<ProxyCareOfAddress> theirs) {
        gateways = Set.copyOf(theirs);
    }

    @Override
    public void peers(Set<IpAddress> peers, int perSecond, int most) {
        synchronized (budget) {
            named = Set.copyOf(peers);
            packetsPerSecond = perSecond;
            burst = most;
        }
        verify();
    }

    /** That signal on the wire, as binding-service said last. */
    public Set<ProxyCareOfAddress> gateways() {
        return gateways;
    }

    /** Looks at the protection of each peer again; to be called regularly. */
    public void verify() {
        synchronized (budget) {
            Set<IpAddress> before = served;
            served = protectedPeers();
            budget.peers(served, packetsPerSecond, burst, nanoTime.getAsLong());
            if (!served.equals(before)) {
                log.info(
                        "signals with {} of {} peers, protected by {}", served.size(), named.size(), protection.text());
                for (IpAddress peer : named) {
                    if (!served.contains(peer)) {
                        log.warn("no signalling with {}: no IPsec policy requires ESP for it", peer);
                    }
                }
            }
        }
    }

    private Set<IpAddress> protectedPeers() {
        try {
            Set<IpAddress> peers = check.protectedAmong(named);
            checkFails = false;
            return peers;
        } catch (KernelException e) {
            if (!checkFails) {
                log.warn("no signalling: {}", e.getMessage());
            }
            checkFails = true;
            return Set.of();
        }
    }

    /** For an operator's eyes. */
    public Map<String, Object> details() {
        synchronized (budget) {
            Map<String, Object> details = new HashMap<>();
            details.put("signallingProtection", protection.text());
            details.put("signallingPeers", named.size());
            details.put("unprotectedPeers", named.size() - served.size());
            return details;
        }
    }

    @Override
    public void send(RelayedHeader header) {
        if (!serves(header.destination())) {
            metrics.dropped(Drop.UNLISTED);
            return;
        }
        try {
            sockets.send(header);
            metrics.sent();
            unsent.set(false);
        } catch (KernelException e) {
            refused(e);
        }
    }

    private boolean serves(IpAddress peer) {
        synchronized (budget) {
            return served.contains(peer);
        }
    }

    @Override
    public void parameterProblem(RelayedHeader invoking, int offset) {
        try {
            sockets.parameterProblem(invoking, offset);
        } catch (KernelException e) {
            refused(e);
        }
    }

    private void refused(KernelException cause) {
        metrics.dropped(Drop.UNSENT);
        if (unsent.compareAndSet(false, true)) {
            log.warn("signalling not sent: {}", cause.getMessage());
        }
    }
}
