package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.PrefixSupplier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Free prefixes of one anchor in this replica's hands, leased in short transactions of their own, so that an allocation reads nothing.
 * Sources in this order: prefixes that have rested, blocks whose lease is over (or our own, forgotten ones), a new block.
 *
 * <p>Traps: a lease is an optimisation. What makes a second assignment impossible is the primary key of home_network_prefix; when it
 * objects, everything in memory is forgotten and our leases are read again.
 */
final class LeasedPrefixes {
    private static final Duration EXHAUSTED_PAUSE = Duration.ofSeconds(1);
    private final Database database;
    private final StoredAnchor stored;
    private final PrefixLeases leases;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<Rested> rested = new ArrayDeque<>();
    private final Deque<Block> blocks = new ArrayDeque<>();
    private final Map<Source, Long> exhaustedUntil = new HashMap<>();
    private final Set<PrefixPool> forgotten = new HashSet<>();
    private long generation;

    private record Rested(HomeNetworkPrefix prefix, PrefixPool pool, long trustedUntil) {}

    private static final class Block {
        private final long number;
        private final PrefixPool pool;
        private final long firstIndex;
        private final long size;
        private final Deque<Long> free;
        private final long trustedUntil;

        /** Taken by transactions that are not over: the database does not know yet. */
        private int underWay;

        Block(PrefixLeases.Leased leased, long trustedUntil) {
            this.number = leased.number();
            this.pool = leased.pool();
            this.firstIndex = leased.firstIndex();
            this.size = leased.size();
            this.free = new ArrayDeque<>(leased.free());
            this.trustedUntil = trustedUntil;
        }
    }

    /** Where prefixes of a demand come from: the pools of permanent ones, or a gateway's block. */
    private record Source(PrefixKind kind, Optional<ProxyCareOfAddress> gateway) {
        static Source of(PrefixDemand demand) {
            return new Source(
                    demand.kind(),
                    demand.kind() == PrefixKind.TEMPORAL ? Optional.of(demand.gateway()) : Optional.empty());
        }

        boolean isServedBy(PrefixPool pool) {
            return pool.kind() == kind && pool.gateway().equals(gateway);
        }
    }

    /** Prefixes taken by one transaction. */
    final class Grant implements PrefixSupplier {
        private record Taken(Block block, long index, long generation) {}

        private record TakenRested(Rested rested, long generation) {}

        private final List<TakenRested> takenRested = new ArrayList<>();
        private final List<Taken> taken = new ArrayList<>();

        /** What was provided may have gone meanwhile: to a gateway that proposed it, or with all that was forgotten. */
        @Override
        public Optional<HomeNetworkPrefix> next(PrefixKind kind, ProxyCareOfAddress gateway) {
            lock.lock();
            try {
                Optional<HomeNetworkPrefix> ready = take(kind, gateway);
                if (ready.isPresent()) {
                    return ready;
                }
                provide(List.of(new PrefixDemand(kind, gateway, 1)));
                return take(kind, gateway);
            } finally {
                lock.unlock();
            }
        }

        private Optional<HomeNetworkPrefix> take(PrefixKind kind, ProxyCareOfAddress gateway) {
            for (Iterator<Rested> i = rested.iterator(); i.hasNext(); ) {
                Rested first = i.next();
                if (first.pool.serves(kind, gateway)) {
                    i.remove();
                    takenRested.add(new TakenRested(first, generation));
                    return Optional.of(first.prefix);
                }
            }
            for (Block block : blocks) {
                Long index = block.pool.serves(kind, gateway) ? block.free.poll() : null;
                if (index != null) {
                    block.underWay++;
                    taken.add(new Taken(block, index, generation));
                    return Optional.of(block.pool.at(index));
                }
            }
            return Optional.empty();
        }

        /** It turns out that the transaction may take more. */
        void enlarge(List<PrefixDemand> all) {
            grant(all);
        }

        /** The transaction is over; what it did not assign is free again, and what gateways proposed is free no more. */
        void settle(Collection<HomeNetworkPrefix> assigned) {
            if (taken.isEmpty() && takenRested.isEmpty() && assigned.isEmpty()) {
                return;
            }
            Set<HomeNetworkPrefix> used = new HashSet<>(assigned);
            lock.lock();
            try {
                // What was taken before all was forgotten is read again from the database, where it may be read as
                // free.
                for (TakenRested one : takenRested.reversed()) {
                    if (one.generation == generation && !used.remove(one.rested.prefix)) {
                        rested.addFirst(one.rested);
                    }
                }
                for (Taken one : taken.reversed()) {
                    if (one.generation == generation) {
                        one.block.underWay--;
                        if (!used.remove(one.block.pool.at(one.index))) {
                            one.block.free.addFirst(one.index);
                        }
                    }
                }
                used.forEach(LeasedPrefixes.this::proposed);
            } finally {
                lock.unlock();
            }
        }
    }

    LeasedPrefixes(Database database, StoredAnchor stored, UUID lessee, Duration rest) {
        this.database = database;
        this.stored = stored;
        this.leases = new PrefixLeases(stored, lessee, rest);
    }

    private void proposed(HomeNetworkPrefix prefix) {
        rested.removeIf(one -> one.prefix.equals(prefix));
        blocks.stream()
                .filter(block -> block.pool.isMember(prefix))
                .forEach(block -> block.free.remove(block.pool.indexOf(prefix)));
    }

    Grant grant(List<PrefixDemand> demands) {
        lock.lock();
        try {
            if (!demands.isEmpty()) {
                provide(demands);
            }
            return new Grant();
        } finally {
            lock.unlock();
        }
    }

    /** Holds as many ready, unless there are not as many. */
    private void provide(List<PrefixDemand> demands) {
        long now = System.nanoTime();
        rested.removeIf(one -> one.trustedUntil - now < 0);
        blocks.stream().filter(block -> block.trustedUntil - now < 0).forEach(block -> block.free.clear());
        blocks.removeIf(block -> block.trustedUntil - now < 0 && block.underWay == 0);
        exhaustedUntil.values().removeIf(until -> until - now < 0);
        Map<Source, Integer> missing = new LinkedHashMap<>();
        demands.forEach(demand -> missing.merge(Source.of(demand), demand.count(), Integer::sum));
        missing.entrySet()
                .removeIf(wanted ->
                        available(wanted.getKey()) >= wanted.getValue() || exhaustedUntil.containsKey(wanted.getKey()));
        if (missing.isEmpty()) {
            return;
        }
        try {
            database.execute(connection -> refill(connection, missing));
        } catch (RuntimeException e) {
            forget();
            throw e;
        }
        missing.forEach((source, wanted) -> {
            if (available(source) < wanted) {
                exhaustedUntil.put(source, now + EXHAUSTED_PAUSE.toNanos());
            }
        });
    }

    void forget() {
        lock.lock();
        try {
            rested.clear();
            blocks.clear();
            exhaustedUntil.clear();
            forgotten.addAll(stored.anchor().pools());
            generation++;
        } finally {
            lock.unlock();
        }
    }

    private int available(Source source) {
        return (int) rested.stream().filter(one -> source.isServedBy(one.pool)).count()
                + blocks.stream()
                        .filter(block -> source.isServedBy(block.pool))
                        .mapToInt(block -> block.free.size())
                        .sum();
    }

    private void refill(Connection connection, Map<Source, Integer> missing) throws SQLException {
        // Only of what is missing: others would be held for nothing.
        Map<PrefixPool, Boolean> pools = new LinkedHashMap<>();
        for (PrefixPool pool : stored.anchor().pools()) {
            if (missing.keySet().stream().anyMatch(source -> source.isServedBy(pool))) {
                pools.put(pool, forgotten.remove(pool));
            }
        }
        for (Block block : List.copyOf(blocks)) {
            if (block.free.isEmpty() && block.underWay == 0 && pools.containsKey(block.pool)) {
                blocks.remove(block);
                leases.lease(connection, block.number, block.pool, block.firstIndex, block.size)
                        .ifPresent(this::add);
            }
        }
        long trustedUntil = System.nanoTime() + PrefixLeases.TRUSTED.toNanos();
        leases.takeRested(connection, pools)
                .forEach(one -> rested.add(new Rested(one.prefix(), one.pool(), trustedUntil)));
        Set<Long> held = new HashSet<>();
        blocks.forEach(block -> held.add(block.number));
        leases.takeLeasable(connection, pools.keySet(), held).forEach(this::add);
        for (Map.Entry<Source, Integer> source : missing.entrySet()) {
            for (PrefixPool pool : stored.anchor().pools()) {
                while (source.getKey().isServedBy(pool)
                        && available(source.getKey()) < source.getValue()
                        && takeNew(connection, pool)) {
                    // one block after the other
                }
            }
        }
    }

    private boolean takeNew(Connection connection, PrefixPool pool) throws SQLException {
        Optional<PrefixLeases.Leased> taken = leases.takeNew(connection, pool);
        taken.ifPresent(this::add);
        return taken.isPresent();
    }

    private void add(PrefixLeases.Leased leased) {
        blocks.add(new Block(leased, System.nanoTime() + PrefixLeases.TRUSTED.toNanos()));
    }
}
