package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
 * Sources in this order: prefixes that have rested, blocks whose lease is over (or our own, forgotten ones), a new block. Nobody but who
 * needs what it brings waits for a refill.
 *
 * <p>Traps: a lease is an optimisation. What makes a second assignment impossible is the primary key of home_network_prefix; when it
 * objects, everything in memory is forgotten and our leases are read again.
 */
final class LeasedPrefixes {
    private static final Duration EXHAUSTED_PAUSE = Duration.ofSeconds(1);
    private final Database database;
    private final StoredAnchor stored;
    private final PrefixLeases leases;

    /** Of whom there is one at a time; taken before the other lock. */
    private final ReentrantLock refilling = new ReentrantLock();

    /** Never held while the database is asked. */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<Rested> rested = new ArrayDeque<>();
    private final Deque<Block> blocks = new ArrayDeque<>();
    private final Map<Source, Long> exhaustedUntil = new HashMap<>();
    private final Set<PrefixPool> forgotten = new HashSet<>();
    private long generation;

    /** What a refill that is under way may have read as free, and is not any more. */
    private final Set<HomeNetworkPrefix> goneMeanwhile = new HashSet<>();

    private boolean refillUnderWay;

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
            Optional<HomeNetworkPrefix> ready = take(kind, gateway);
            boolean exhausted = false;
            while (ready.isEmpty() && !exhausted) {
                exhausted = !provide(List.of(new PrefixDemand(kind, gateway, 1)));
                ready = take(kind, gateway);
            }
            return ready;
        }

        private Optional<HomeNetworkPrefix> take(PrefixKind kind, ProxyCareOfAddress gateway) {
            lock.lock();
            try {
                return takeReady(kind, gateway);
            } finally {
                lock.unlock();
            }
        }

        private Optional<HomeNetworkPrefix> takeReady(PrefixKind kind, ProxyCareOfAddress gateway) {
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
                used.forEach(LeasedPrefixes.this::gone);
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

    private void gone(HomeNetworkPrefix prefix) {
        if (refillUnderWay) {
            goneMeanwhile.add(prefix);
        }
        rested.removeIf(one -> one.prefix.equals(prefix));
        blocks.stream()
                .filter(block -> block.pool.isMember(prefix))
                .forEach(block -> block.free.remove(block.pool.indexOf(prefix)));
    }

    Grant grant(List<PrefixDemand> demands) {
        if (!demands.isEmpty()) {
            provide(demands);
        }
        return new Grant();
    }

    /**
     * Holds as many ready, unless there are not as many.
     *
     * @return false: more of some are not to be had for now
     */
    private boolean provide(List<PrefixDemand> demands) {
        Map<Source, Integer> wanted = new LinkedHashMap<>();
        demands.forEach(demand -> wanted.merge(Source.of(demand), demand.count(), Integer::sum));
        if (!missing(wanted).isEmpty()) {
            refilling.lock();
            try {
                // Less, when somebody else's refill was waited for.
                Map<Source, Integer> missing = missing(wanted);
                if (!missing.isEmpty()) {
                    refill(missing);
                }
            } finally {
                refilling.unlock();
            }
        }
        lock.lock();
        try {
            return Collections.disjoint(exhaustedUntil.keySet(), wanted.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Of what is wanted that of which not as many are ready, and may be had. */
    private Map<Source, Integer> missing(Map<Source, Integer> wanted) {
        lock.lock();
        try {
            long now = System.nanoTime();
            rested.removeIf(one -> one.trustedUntil - now < 0);
            blocks.stream().filter(block -> block.trustedUntil - now < 0).forEach(block -> block.free.clear());
            blocks.removeIf(block -> block.trustedUntil - now < 0 && block.underWay == 0);
            exhaustedUntil.values().removeIf(until -> until - now < 0);
            Map<Source, Integer> missing = new LinkedHashMap<>(wanted);
            missing.entrySet()
                    .removeIf(one ->
                            available(one.getKey()) >= one.getValue() || exhaustedUntil.containsKey(one.getKey()));
            return missing;
        } finally {
            lock.unlock();
        }
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

    private void refill(Map<Source, Integer> missing) {
        Refill refill = begin(missing);
        try {
            database.execute(connection -> lease(connection, refill));
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        } finally {
            end(refill);
        }
    }

    /**
     * One look for more, in the database.
     *
     * @param pools that have what is missing, with whether what we leased of them is not in memory any more
     * @param usedUp blocks that have nothing free as far as we know
     * @param held other blocks of ours
     * @param lacking how many more are needed
     * @param began at {@link System#nanoTime}: what is leased is younger
     */
    private record Refill(
            Map<Source, Integer> missing,
            Map<PrefixPool, Boolean> pools,
            List<Block> usedUp,
            Set<Long> held,
            Map<Source, Integer> lacking,
            long generation,
            long began,
            List<PrefixLeases.Rested> rested,
            List<PrefixLeases.Leased> blocks) {
        boolean lacks(Source source) {
            int found = blocks.stream()
                            .filter(block -> source.isServedBy(block.pool()))
                            .mapToInt(block -> block.free().size())
                            .sum()
                    + (int) rested.stream()
                            .filter(one -> source.isServedBy(one.pool()))
                            .count();
            return found < lacking.getOrDefault(source, 0);
        }
    }

    private Refill begin(Map<Source, Integer> missing) {
        lock.lock();
        try {
            // Only of what is missing: others would be held for nothing.
            Map<PrefixPool, Boolean> pools = new LinkedHashMap<>();
            for (PrefixPool pool : stored.anchor().pools()) {
                if (missing.keySet().stream().anyMatch(source -> source.isServedBy(pool))) {
                    pools.put(pool, forgotten.remove(pool));
                }
            }
            List<Block> usedUp = blocks.stream()
                    .filter(block -> block.free.isEmpty() && block.underWay == 0 && pools.containsKey(block.pool))
                    .toList();
            blocks.removeAll(usedUp);
            Set<Long> held = new HashSet<>();
            blocks.forEach(block -> held.add(block.number));
            Map<Source, Integer> lacking = new HashMap<>();
            missing.forEach((source, wanted) -> lacking.put(source, wanted - available(source)));
            goneMeanwhile.clear();
            refillUnderWay = true;
            return new Refill(
                    missing,
                    pools,
                    usedUp,
                    held,
                    lacking,
                    generation,
                    System.nanoTime(),
                    new ArrayList<>(),
                    new ArrayList<>());
        } finally {
            lock.unlock();
        }
    }

    private void lease(Connection connection, Refill refill) throws SQLException {
        for (Block block : refill.usedUp) {
            leases.lease(connection, block.number, block.pool, block.firstIndex, block.size)
                    .ifPresent(refill.blocks::add);
        }
        refill.rested.addAll(leases.takeRested(connection, refill.pools));
        Set<Long> held = new HashSet<>(refill.held);
        refill.blocks.forEach(block -> held.add(block.number()));
        refill.blocks.addAll(leases.takeLeasable(connection, refill.pools.keySet(), held));
        for (Source source : refill.missing.keySet()) {
            for (PrefixPool pool : stored.anchor().pools()) {
                while (source.isServedBy(pool) && refill.lacks(source)) {
                    Optional<PrefixLeases.Leased> more = leases.takeNew(connection, pool);
                    if (more.isEmpty()) {
                        break;
                    }
                    refill.blocks.add(more.get());
                }
            }
        }
    }

    /** What was leased before all was forgotten is found again by the next one. */
    private void end(Refill refill) {
        lock.lock();
        try {
            refillUnderWay = false;
            if (refill.generation != generation) {
                return;
            }
            long trustedUntil = refill.began + PrefixLeases.TRUSTED.toNanos();
            refill.rested.forEach(one -> rested.add(new Rested(one.prefix(), one.pool(), trustedUntil)));
            refill.blocks.forEach(one -> blocks.add(new Block(one, trustedUntil)));
            goneMeanwhile.forEach(this::gone);
            refill.missing.keySet().stream()
                    .filter(refill::lacks)
                    .forEach(source -> exhaustedUntil.put(source, System.nanoTime() + EXHAUSTED_PAUSE.toNanos()));
        } finally {
            lock.unlock();
        }
    }
}
