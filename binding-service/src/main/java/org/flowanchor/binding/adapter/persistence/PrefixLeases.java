package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * Leases of one anchor's prefixes for one replica, in the database: prefixes that have rested, blocks whose lease is over, new blocks.
 * {@link LeasedPrefixes} holds what was leased.
 */
final class PrefixLeases {
    private static final Duration LEASE = Duration.ofMinutes(5);

    /** A replica uses what it leased for so long: less than others wait before they take it. */
    static final Duration TRUSTED = Duration.ofMinutes(4);

    /** A refill costs a commit: at ten thousand attachments per second it comes twice a second. */
    private static final int BLOCK_MAX = 4096;

    private static final int ROWS_MAX = 64;
    private static final int RESTED_MAX = 1024;

    private final StoredAnchor stored;
    private final UUID lessee;
    private final Duration rest;

    /** Assigned once, given up, and nobody's again. */
    record Rested(HomeNetworkPrefix prefix, PrefixPool pool) {}

    /** @param free indexes that may be assigned, ascending */
    record Leased(long number, PrefixPool pool, long firstIndex, long size, List<Long> free) {}

    /** @param rest how long a released prefix stays unused */
    PrefixLeases(StoredAnchor stored, UUID lessee, Duration rest) {
        this.stored = stored;
        this.lessee = lessee;
        this.rest = rest;
    }

    /**
     * Leased where they are: the row stays until the prefix is assigned again, so a crash loses none.
     *
     * <p>The oldest of each pool are looked at, and no more than are wanted: younger ones are not acknowledged either. Beside them only
     * those are read that replicas have leased and not used. The plan must be that whatever statistics say.
     *
     * @param pools with whether what we leased of it is not in memory any more
     */
    List<Rested> takeRested(Connection connection, Map<PrefixPool, Boolean> pools) throws SQLException {
        try (Statement plan = connection.createStatement()) {
            plan.execute(
                    "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off");
        }
        try (PreparedStatement take = connection.prepareStatement("""
                UPDATE home_network_prefix h
                SET lessee = ?, leased_until = now() + make_interval(secs => ?)
                FROM (SELECT oldest.anchor, oldest.prefix
                      FROM unnest(?::text[], ?::int4[]) AS p (pool, forgotten), LATERAL (
                          SELECT anchor, prefix, released_version
                          FROM home_network_prefix
                          WHERE pool = p.pool::cidr AND anchor = ? AND state = 'RESTING' AND NOT kept
                            AND released_at <= now() - make_interval(secs => ?)
                            AND (leased_until IS NULL OR leased_until < now() OR (p.forgotten = 1 AND lessee = ?))
                            -- Of a replica that knows no marks.
                            AND NOT EXISTS (SELECT 1 FROM subscriber_prefix s
                                            WHERE s.prefix = home_network_prefix.prefix)
                          ORDER BY released_at
                          LIMIT ?
                          FOR UPDATE SKIP LOCKED) oldest
                      WHERE oldest.released_version
                            <= coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = ?), 0)
                      LIMIT ?) rested
                WHERE h.anchor = rested.anchor AND h.prefix = rested.prefix
                RETURNING text(h.prefix), text(h.pool)""")) {
            take.setObject(1, lessee);
            take.setDouble(2, LEASE.toSeconds());
            int next = new Columns<>(connection, take, 3, List.copyOf(pools.entrySet()))
                    .text(pool -> pool.getKey().prefix().toString())
                    .integer(pool -> pool.getValue() ? 1 : 0)
                    .next();
            take.setInt(next++, stored.number());
            take.setDouble(next++, rest.toMillis() / 1000.0);
            take.setObject(next++, lessee);
            take.setInt(next++, RESTED_MAX);
            take.setInt(next++, stored.number());
            take.setInt(next, RESTED_MAX);
            List<Rested> taken = new ArrayList<>();
            try (ResultSet rows = take.executeQuery()) {
                while (rows.next()) {
                    HomeNetworkPrefix prefix = HomeNetworkPrefix.parse(rows.getString(1));
                    pool(rows.getString(2)).ifPresent(pool -> taken.add(new Rested(prefix, pool)));
                }
            }
            return taken;
        }
    }

    /** Blocks of these pools whose lease is over, and ours that are not among those held. */
    List<Leased> takeLeasable(Connection connection, Set<PrefixPool> pools, Set<Long> held) throws SQLException {
        List<Leased> taken = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT block, text(pool), first_index, size
                FROM prefix_block
                WHERE anchor = ? AND (leased_until < now() OR lessee = ?) AND pool = ANY (?::cidr[])
                ORDER BY leased_until
                LIMIT ?
                FOR UPDATE SKIP LOCKED""")) {
            select.setInt(1, stored.number());
            select.setObject(2, lessee);
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "text",
                            pools.stream().map(pool -> pool.prefix().toString()).toArray()));
            select.setInt(4, ROWS_MAX + held.size());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Optional<PrefixPool> pool = pool(rows.getString(2));
                    if (pool.isPresent() && !held.contains(rows.getLong(1))) {
                        lease(connection, rows.getLong(1), pool.get(), rows.getLong(3), rows.getLong(4))
                                .ifPresent(taken::add);
                    }
                }
            }
        }
        return taken;
    }

    /** Leases what is free of a block; a block with nothing free is deleted. */
    Optional<Leased> lease(Connection connection, long number, PrefixPool pool, long firstIndex, long size)
            throws SQLException {
        List<Long> free = free(connection, number, pool, firstIndex, size);
        if (free.isEmpty()) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM prefix_block WHERE block = ?")) {
                delete.setLong(1, number);
                delete.executeUpdate();
            }
            return Optional.empty();
        }
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE prefix_block SET lessee = ?, leased_until = now() + make_interval(secs => ?)
                WHERE block = ?""")) {
            update.setObject(1, lessee);
            update.setDouble(2, LEASE.toSeconds());
            update.setLong(3, number);
            return update.executeUpdate() == 1
                    ? Optional.of(new Leased(number, pool, firstIndex, size, free))
                    : Optional.empty();
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

    /** Empty: the pool has nothing that was never leased. */
    Optional<Leased> takeNew(Connection connection, PrefixPool pool) throws SQLException {
        long first;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT next_index FROM prefix_pool WHERE anchor = ? AND prefix = ?::cidr FOR NO KEY UPDATE")) {
            select.setInt(1, stored.number());
            select.setString(2, pool.prefix().toString());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                first = row.getLong(1);
            }
        }
        // A small pool is handed out in small blocks: a crash strands a sixty-fourth of it for one lease at most.
        long end = Math.min(first + Math.clamp(pool.capacity() / 64, 1, BLOCK_MAX), pool.capacity());
        if (first >= end) {
            return Optional.empty();
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE prefix_pool SET next_index = ? WHERE anchor = ? AND prefix = ?::cidr")) {
            update.setLong(1, end);
            update.setInt(2, stored.number());
            update.setString(3, pool.prefix().toString());
            update.executeUpdate();
        }
        return Optional.of(insert(connection, pool, first, end - first));
    }

    private Leased insert(Connection connection, PrefixPool pool, long firstIndex, long size) throws SQLException {
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
                return new Leased(number, pool, firstIndex, size, free(connection, number, pool, firstIndex, size));
            }
        }
    }

    private Optional<PrefixPool> pool(String prefix) {
        HomeNetworkPrefix wanted = HomeNetworkPrefix.parse(prefix);
        return stored.anchor().pools().stream()
                .filter(pool -> pool.prefix().equals(wanted))
                .findFirst();
    }
}
