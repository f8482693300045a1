package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
import java.util.stream.LongStream;
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
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration LEASE_TRUSTED = Duration.ofMinutes(4);
    private static final Duration EXHAUSTED_PAUSE = Duration.ofSeconds(1);
    /** A refill costs a commit: at ten thousand attachments per second it comes twice a second. */
    private static final int BLOCK_MAX = 4096;

    private static final int ROWS_MAX = 64;
    private static final int RESTED_MAX = 1024;

    private final Database database;
    private final StoredAnchor stored;
    private final UUID lessee;
    private final Duration rest;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<Rested> rested = new ArrayDeque<>();
    private final Deque<Block> blocks = new ArrayDeque<>();
    private final Map<Source, Long> exhaustedUntil = new HashMap<>();
    private boolean forgotten;
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

        Block(long number, PrefixPool pool, long firstIndex, long size, List<Long> free, long trustedUntil) {
            this.number = number;
            this.pool = pool;
            this.firstIndex = firstIndex;
            this.size = size;
            this.free = new ArrayDeque<>(free);
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
        this.lessee = lessee;
        this.rest = rest;
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
            forgotten = true;
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
        dropConsumed(connection);
        takeRested(connection);
        takeLeasable(connection);
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

    private void dropConsumed(Connection connection) throws SQLException {
        for (Block block : List.copyOf(blocks)) {
            if (block.free.isEmpty() && block.underWay == 0) {
                blocks.remove(block);
                lease(connection, block.number, block.pool, block.firstIndex, block.size);
            }
        }
    }

    /** Leased where they are: the row stays until the prefix is assigned again, so a crash loses none. */
    private void takeRested(Connection connection) throws SQLException {
        String[] pools = stored.anchor().pools().stream()
                .map(pool -> pool.prefix().toString())
                .toArray(String[]::new);
        try (PreparedStatement take = connection.prepareStatement("""
                UPDATE home_network_prefix h
                SET lessee = ?, leased_until = now() + make_interval(secs => ?)
                FROM (SELECT anchor, prefix
                      FROM home_network_prefix
                      WHERE anchor = ? AND state = 'RESTING' AND released_at <= now() - make_interval(secs => ?)
                        AND released_version
                            <= coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = ?), 0)
                        AND (leased_until IS NULL OR leased_until < now() OR (? AND lessee = ?))
                        AND pool = ANY (?::cidr[])
                        AND NOT EXISTS (SELECT 1 FROM subscriber_prefix s WHERE s.prefix = home_network_prefix.prefix)
                      ORDER BY released_at
                      LIMIT ?
                      FOR UPDATE SKIP LOCKED) rested
                WHERE h.anchor = rested.anchor AND h.prefix = rested.prefix
                RETURNING text(h.prefix), text(h.pool)""")) {
            take.setObject(1, lessee);
            take.setDouble(2, LEASE.toSeconds());
            take.setInt(3, stored.number());
            take.setDouble(4, rest.toMillis() / 1000.0);
            take.setInt(5, stored.number());
            take.setBoolean(6, forgotten);
            take.setObject(7, lessee);
            take.setArray(8, connection.createArrayOf("text", pools));
            take.setInt(9, RESTED_MAX);
            long trustedUntil = System.nanoTime() + LEASE_TRUSTED.toNanos();
            try (ResultSet rows = take.executeQuery()) {
                while (rows.next()) {
                    HomeNetworkPrefix prefix = HomeNetworkPrefix.parse(rows.getString(1));
                    pool(rows.getString(2)).ifPresent(pool -> rested.add(new Rested(prefix, pool, trustedUntil)));
                }
            }
            forgotten = false;
        }
    }

    private void takeLeasable(Connection connection) throws SQLException {
        Set<Long> held = new HashSet<>();
        blocks.forEach(block -> held.add(block.number));
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT block, text(pool), first_index, size
                FROM prefix_block
                WHERE anchor = ? AND (leased_until < now() OR lessee = ?)
                ORDER BY leased_until
                LIMIT ?
                FOR UPDATE SKIP LOCKED""")) {
            select.setInt(1, stored.number());
            select.setObject(2, lessee);
            select.setInt(3, ROWS_MAX + held.size());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Optional<PrefixPool> pool = pool(rows.getString(2));
                    if (pool.isPresent() && !held.contains(rows.getLong(1))) {
                        lease(connection, rows.getLong(1), pool.get(), rows.getLong(3), rows.getLong(4));
                    }
                }
            }
        }
    }

    /** Leases what is free of a block; a block with nothing free is deleted. */
    private void lease(Connection connection, long number, PrefixPool pool, long firstIndex, long size)
            throws SQLException {
        List<Long> free = free(connection, number, pool, firstIndex, size);
        if (free.isEmpty()) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM prefix_block WHERE block = ?")) {
                delete.setLong(1, number);
                delete.executeUpdate();
            }
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE prefix_block SET lessee = ?, leased_until = now() + make_interval(secs => ?)
                WHERE block = ?""")) {
            update.setObject(1, lessee);
            update.setDouble(2, LEASE.toSeconds());
            update.setLong(3, number);
            if (update.executeUpdate() == 1) {
                add(number, pool, firstIndex, size, free);
            }
        }
    }

    /** Indexes of a block that are neither assigned, nor resting, nor kept for a subscriber, nor a younger block's. */
    private List<Long> free(Connection connection, long number, PrefixPool pool, long firstIndex, long size)
            throws SQLException {
        Set<Long> used = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT text(prefix), 0 FROM home_network_prefix
                WHERE anchor = ? AND prefix BETWEEN ?::cidr AND ?::cidr
                UNION ALL
                SELECT text(prefix), 0 FROM subscriber_prefix
                WHERE prefix BETWEEN ?::cidr AND ?::cidr AND masklen(prefix) = ?
                UNION ALL
                SELECT NULL, first_index FROM prefix_block
                WHERE anchor = ? AND pool = ?::cidr AND block > ? AND first_index >= ? AND first_index < ?""")) {
            select.setInt(1, stored.number());
            select.setString(2, pool.at(firstIndex).toString());
            select.setString(3, pool.at(firstIndex + size - 1).toString());
            select.setString(4, pool.at(firstIndex).toString());
            select.setString(5, pool.at(firstIndex + size - 1).toString());
            select.setInt(6, pool.prefixLength());
            select.setInt(7, stored.number());
            select.setString(8, pool.prefix().toString());
            select.setLong(9, number);
            select.setLong(10, firstIndex);
            select.setLong(11, firstIndex + size);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String prefix = rows.getString(1);
                    used.add(prefix == null ? rows.getLong(2) : pool.indexOf(HomeNetworkPrefix.parse(prefix)));
                }
            }
        }
        return LongStream.range(firstIndex, firstIndex + size)
                .boxed()
                .filter(index -> !used.contains(index))
                .toList();
    }

    private boolean takeNew(Connection connection, PrefixPool pool) throws SQLException {
        long first;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT next_index FROM prefix_pool WHERE anchor = ? AND prefix = ?::cidr FOR NO KEY UPDATE")) {
            select.setInt(1, stored.number());
            select.setString(2, pool.prefix().toString());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                first = row.getLong(1);
            }
        }
        // A small pool is handed out in small blocks: a crash strands a sixty-fourth of it for one lease at most.
        long end = Math.min(first + Math.clamp(pool.capacity() / 64, 1, BLOCK_MAX), pool.capacity());
        if (first >= end) {
            return false;
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE prefix_pool SET next_index = ? WHERE anchor = ? AND prefix = ?::cidr")) {
            update.setLong(1, end);
            update.setInt(2, stored.number());
            update.setString(3, pool.prefix().toString());
            update.executeUpdate();
        }
        insert(connection, pool, first, end - first);
        return true;
    }

    private void insert(Connection connection, PrefixPool pool, long firstIndex, long size) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO prefix_block (anchor, pool, first_index, size, lessee, leased_until)
                VALUES (?, ?::cidr, ?, ?, ?, now() + make_interval(secs => ?))
                RETURNING block""")) {
            insert.setInt(1, stored.number());
            insert.setString(2, pool.prefix().toString());
            insert.setLong(3, firstIndex);
            insert.setLong(4, size);
            insert.setObject(5, lessee);
            insert.setDouble(6, LEASE.toSeconds());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                long number = row.getLong(1);
                // Gateways may have proposed some of them before.
                add(number, pool, firstIndex, size, free(connection, number, pool, firstIndex, size));
            }
        }
    }

    private void add(long number, PrefixPool pool, long firstIndex, long size, List<Long> free) {
        blocks.add(new Block(number, pool, firstIndex, size, free, System.nanoTime() + LEASE_TRUSTED.toNanos()));
    }

    private Optional<PrefixPool> pool(String prefix) {
        HomeNetworkPrefix wanted = HomeNetworkPrefix.parse(prefix);
        return stored.anchor().pools().stream()
                .filter(pool -> pool.prefix().equals(wanted))
                .findFirst();
    }
}
