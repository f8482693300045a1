package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
    /** What another replica wrote about a parked update's node is seen after this, as long as few are parked. */
    static final Duration LOOK = Duration.ofMillis(250);

    /** Looked at as often as that; more wait for longer, so that who waits takes nothing from who does not. */
    static final int FEW = 1_024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<Key, Parked> parked = new HashMap<>();
    private final Map<MobileNodeIdentifier, Set<Key>> ofNode = new HashMap<>();
    private final SortedSet<Parked> byTime =
            new TreeSet<>(Comparator.comparing(Parked::lookAt).thenComparing(Parked::number));
    private long numbers;
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

    /**
     * @param lookAt when it is decided again
     * @param number in the order of parking
     */
    private record Parked(Update update, Instant lookAt, long number) {}

    /**
     * Returns the update that is overtaken: another one of the same gateway and interface, whichever came first.
     *
     * @param until end of the wait
     */
    Optional<Update> park(Update update, Instant now, Instant until) {
        lock.lock();
        try {
            Instant look = now.plus(LOOK.multipliedBy(1 + parked.size() / FEW));
            Parked other = parked.get(Key.of(update));
            if (!open || other != null && other.update().received.receivedAt().isAfter(update.received.receivedAt())) {
                return Optional.of(update);
            }
            Optional<Update> overtaken = take(Key.of(update));
            put(new Parked(update, look.isBefore(until) ? look : until, numbers++));
            changed.signalAll();
            return overtaken;
        } finally {
            lock.unlock();
        }
    }

    /** The parked update that {@code later} makes moot; it is not parked any more. */
    Optional<Update> overtakenBy(Update later) {
        lock.lock();
        try {
            return parked.isEmpty() ? Optional.empty() : take(Key.of(later));
        } finally {
            lock.unlock();
        }
    }

    /** Something about this node was committed here: decide again at once. */
    void changed(MobileNodeIdentifier mobileNode) {
        lock.lock();
        try {
            Set<Key> keys = ofNode.get(mobileNode);
            if (keys != null) {
                for (Key key : List.copyOf(keys)) {
                    Parked one = Objects.requireNonNull(parked.get(key));
                    take(key);
                    put(new Parked(one.update(), Instant.MIN, one.number()));
                }
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void put(Parked one) {
        Key key = Key.of(one.update());
        parked.put(key, one);
        ofNode.computeIfAbsent(key.mobileNode(), node -> new HashSet<>(2)).add(key);
        byTime.add(one);
    }

    private Optional<Update> take(Key key) {
        Parked one = parked.remove(key);
        if (one == null) {
            return Optional.empty();
        }
        byTime.remove(one);
        ofNode.computeIfPresent(key.mobileNode(), (node, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
        return Optional.of(one.update());
    }

    /** Waits until some are to be decided again; they are not parked any more. Empty at the end. */
    List<Update> await(InstantSource clock) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (open) {
                Instant now = clock.instant();
                List<Update> due = takeDue(now);
                if (!due.isEmpty()) {
                    return due;
                }
                if (byTime.isEmpty()) {
                    changed.await();
                } else {
                    changed.await(Duration.between(now, byTime.first().lookAt()).toNanos(), TimeUnit.NANOSECONDS);
                }
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Those that are to be decided again by now; they are not parked any more. */
    List<Update> takeDue(Instant now) {
        lock.lock();
        try {
            List<Update> due = new ArrayList<>();
            while (!byTime.isEmpty() && !byTime.first().lookAt().isAfter(now)) {
                due.add(take(Key.of(byTime.first().update())).orElseThrow());
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    List<Update> close() {
        lock.lock();
        try {
            open = false;
            List<Update> all = byTime.stream().map(Parked::update).toList();
            parked.clear();
            ofNode.clear();
            byTime.clear();
            changed.signalAll();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
