package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.binding.application.Registrations.Update;
import org.flowanchor.binding.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Updates that wait for what another gateway says (RFC 5213 section 5.4.1.2): decided again when something was committed about their
 * node, now and then in case another replica did, and at the end of their wait. One per gateway and interface. Any thread.
 */
final class ParkedUpdates {
    /** What another replica wrote about a parked update's node is seen after this at the latest. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<Key, Parked> parked = new LinkedHashMap<>();
    private boolean open = true;

    /** An interface at a gateway: what a retransmission, and the de-registration of who left meanwhile, have in common with the update. */
    private record Key(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            ProxyCareOfAddress gateway,
            Optional<AccessTechnologyType> accessTechnologyType,
            Optional<LinkLayerIdentifier> linkLayerIdentifier) {
        static Key of(Update update) {
            ProxyBindingUpdate sent = update.received.update();
            return new Key(
                    sent.lmaAddress(),
                    update.mobileNode,
                    sent.proxyCareOfAddress(),
                    sent.accessTechnologyType(),
                    sent.linkLayerIdentifier());
        }
    }

    /** @param lookAt when it is decided again */
    private record Parked(Update update, Instant lookAt) {}

    /**
     * Returns the update that is overtaken: another one of the same gateway and interface, whichever came first.
     *
     * @param until end of the wait
     */
    Optional<Update> park(Update update, Instant now, Instant until) {
        Instant look = now.plus(LOOK);
        lock.lock();
        try {
            Parked other = parked.get(Key.of(update));
            if (!open || other != null && other.update().received.receivedAt().isAfter(update.received.receivedAt())) {
                return Optional.of(update);
            }
            parked.put(Key.of(update), new Parked(update, look.isBefore(until) ? look : until));
            changed.signalAll();
            return Optional.ofNullable(other).map(Parked::update);
        } finally {
            lock.unlock();
        }
    }

    /** The parked update that {@code later} makes moot; it is not parked any more. */
    Optional<Update> overtakenBy(Update later) {
        lock.lock();
        try {
            return parked.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(parked.remove(Key.of(later))).map(Parked::update);
        } finally {
            lock.unlock();
        }
    }

    /** Something about this node was committed here: decide again at once. */
    void changed(MobileNodeIdentifier mobileNode) {
        lock.lock();
        try {
            if (!parked.isEmpty()) {
                parked.replaceAll((key, one) ->
                        key.mobileNode().equals(mobileNode) ? new Parked(one.update(), Instant.MIN) : one);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until some are to be decided again; they are not parked any more. Empty at the end. */
    List<Update> await(InstantSource clock) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (open) {
                Instant now = clock.instant();
                List<Update> due = new ArrayList<>();
                parked.values().removeIf(one -> {
                    boolean isDue = !one.lookAt().isAfter(now);
                    if (isDue) {
                        due.add(one.update());
                    }
                    return isDue;
                });
                if (!due.isEmpty()) {
                    return due;
                }
                Optional<Instant> next =
                        parked.values().stream().map(Parked::lookAt).min(Comparator.naturalOrder());
                if (next.isPresent()) {
                    changed.await(Duration.between(now, next.get()).toNanos(), TimeUnit.NANOSECONDS);
                } else {
                    changed.await();
                }
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    List<Update> close() {
        lock.lock();
        try {
            open = false;
            List<Update> all = parked.values().stream().map(Parked::update).toList();
            parked.clear();
            changed.signalAll();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
