package org.flowanchor.binding.adapter.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * The update path: lock the touched mobile nodes in ascending order, read their entries, decide, write the difference.
 *
 * <p>Traps: entries are read in a statement of their own after the locks were granted, since a statement sees the database as of its
 * beginning; a node without entries has no row to lock, so one is inserted first; a transaction that changes nothing is rolled back and
 * costs no disk.
 */
final class JdbcBindingStore implements BindingStore {
    private static final int LOCK_ROUNDS_MAX = 10;

    private final Database database;
    private final Anchors anchors;
    private final UUID replica;
    private final Duration prefixRest;
    private final Map<LmaAddress, LeasedPrefixes> leased = new ConcurrentHashMap<>();

    /** Nothing changed: undo the locks' traces. */
    private static final class NothingChangedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NothingChangedException() {
            super("nothing changed", null, false, false);
        }
    }

    JdbcBindingStore(Database database, Anchors anchors, UUID replica, Duration prefixRest) {
        this.database = database;
        this.anchors = anchors;
        this.replica = replica;
        this.prefixRest = prefixRest;
    }

    @Override
    public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
        StoredAnchor stored = anchors.stored(anchor);
        LeasedPrefixes prefixes =
                leased.computeIfAbsent(anchor, address -> new LeasedPrefixes(database, stored, replica, prefixRest));
        LeasedPrefixes.Grant grant = prefixes.grant(scope.prefixesWanted());
        List<HomeNetworkPrefix> assigned = new ArrayList<>();
        try {
            Commit commit = database.transact(connection -> {
                assigned.clear();
                lock(connection, stored.number(), scope.mobileNodes());
                Map<MobileNodeIdentifier, MobileNodeBindings> loaded =
                        load(connection, stored.number(), scope.mobileNodes());
                BindingTransaction transaction = new BindingTransaction(
                        loaded.values(), holders(connection, stored.number(), scope.named(), loaded.values()), grant);
                work.accept(transaction);
                Commit written = write(connection, stored, transaction);
                transaction.assigned().forEach(assignment -> assigned.add(assignment.prefix()));
                return written;
            });
            grant.settle(assigned);
            return commit;
        } catch (NothingChangedException e) {
            grant.settle(List.of());
            return Commit.NOTHING;
        } catch (StoreConflictException e) {
            // Perhaps a prefix we believed free is not: read our blocks again.
            prefixes.forget();
            throw e;
        } catch (RuntimeException e) {
            grant.settle(List.of());
            throw e;
        }
    }

    @Override
    public Commit transactDue(LmaAddress anchor, Instant now, int limit, Consumer<BindingTransaction> work) {
        StoredAnchor stored = anchors.stored(anchor);
        return database.transact(connection -> {
            List<String> due = due(connection, stored.number(), now, limit);
            if (due.isEmpty()) {
                return Commit.NOTHING;
            }
            SortedSet<MobileNodeIdentifier> held = lockFree(connection, stored.number(), due);
            Map<MobileNodeIdentifier, MobileNodeBindings> loaded = load(connection, stored.number(), held);
            BindingTransaction transaction = new BindingTransaction(loaded.values(), Map.of(), Optional::empty);
            work.accept(transaction);
            boolean more = due.size() == limit && !held.isEmpty();
            postponeTimers(connection, stored.number(), held, now);
            if (transaction.changes().isEmpty()) {
                return new Commit(0, 0, more);
            }
            Commit written = write(connection, stored, transaction);
            return new Commit(written.version(), written.changes(), more);
        });
    }

    private static void lock(Connection connection, int anchor, SortedSet<MobileNodeIdentifier> mobileNodes)
            throws SQLException {
        SortedSet<MobileNodeIdentifier> missing = new TreeSet<>(mobileNodes);
        for (int round = 0; round < LOCK_ROUNDS_MAX; round++) {
            missing.removeAll(lockNodes(connection, """
                    SELECT mobile_node FROM mobile_node
                    WHERE anchor = ? AND mobile_node = ANY (?)
                    ORDER BY mobile_node
                    FOR UPDATE""", anchor, missing));
            if (missing.isEmpty()) {
                return;
            }
            missing.removeAll(lockNodes(connection, """
                    INSERT INTO mobile_node (anchor, mobile_node)
                    SELECT ?, n.mobile_node
                    FROM unnest(?::text[]) AS n(mobile_node)
                    ORDER BY n.mobile_node COLLATE "C"
                    ON CONFLICT DO NOTHING
                    RETURNING mobile_node""", anchor, missing));
            if (missing.isEmpty()) {
                return;
            }
        }
        throw new StoreConflictException("mobile nodes come and go faster than they can be locked");
    }

    private static SortedSet<MobileNodeIdentifier> lockNodes(
            Connection connection, String sql, int anchor, Collection<MobileNodeIdentifier> mobileNodes)
            throws SQLException {
        SortedSet<MobileNodeIdentifier> locked = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, anchor);
            statement.setArray(2, text(connection, mobileNodes));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    locked.add(new MobileNodeIdentifier(rows.getString(1)));
                }
            }
        }
        return locked;
    }

    private static List<String> due(Connection connection, int anchor, Instant now, int limit) throws SQLException {
        List<String> due = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT mobile_node FROM binding_cache_entry
                WHERE anchor = ? AND timer_at <= ?
                ORDER BY timer_at
                LIMIT ?""")) {
            select.setInt(1, anchor);
            select.setTimestamp(2, Timestamp.from(now));
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(rows.getString(1));
                }
            }
        }
        return due;
    }

    private static SortedSet<MobileNodeIdentifier> lockFree(Connection connection, int anchor, List<String> due)
            throws SQLException {
        return lockNodes(
                connection,
                """
                SELECT mobile_node FROM mobile_node
                WHERE anchor = ? AND mobile_node = ANY (?)
                ORDER BY mobile_node
                FOR UPDATE SKIP LOCKED""",
                anchor,
                due.stream().map(MobileNodeIdentifier::new).collect(Collectors.toSet()));
    }

    /** Entries that were extended since their timer was set. */
    private static void postponeTimers(
            Connection connection, int anchor, SortedSet<MobileNodeIdentifier> held, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE binding_cache_entry SET timer_at = expires_at
                WHERE anchor = ? AND mobile_node = ANY (?) AND timer_at <= ? AND expires_at > ?""")) {
            update.setInt(1, anchor);
            update.setArray(2, text(connection, held));
            update.setTimestamp(3, Timestamp.from(now));
            update.setTimestamp(4, Timestamp.from(now));
            update.executeUpdate();
        }
    }

    private static Map<MobileNodeIdentifier, MobileNodeBindings> load(
            Connection connection, int anchor, Collection<MobileNodeIdentifier> mobileNodes) throws SQLException {
        Map<MobileNodeIdentifier, List<BindingCacheEntry>> entries = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement(BindingRows.SELECT + " WHERE e.anchor = ? AND e.mobile_node = ANY (?)")) {
            select.setInt(1, anchor);
            select.setArray(2, text(connection, mobileNodes));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    BindingCacheEntry entry = BindingRows.entry(rows);
                    entries.computeIfAbsent(entry.mobileNodeIdentifier(), node -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
        Map<MobileNodeIdentifier, MobileNodeBindings> loaded = new HashMap<>();
        for (MobileNodeIdentifier mobileNode : mobileNodes) {
            loaded.put(mobileNode, MobileNodeBindings.of(mobileNode, entries.getOrDefault(mobileNode, List.of())));
        }
        return loaded;
    }

    /** Holders of the named prefixes; those of loaded entries are known without asking. */
    private static Map<HomeNetworkPrefix, PrefixHolder> holders(
            Connection connection,
            int anchor,
            SortedSet<HomeNetworkPrefix> named,
            Collection<MobileNodeBindings> loaded)
            throws SQLException {
        Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        for (MobileNodeBindings bindings : loaded) {
            bindings.homeNetworkPrefixes()
                    .forEach(prefix -> holders.put(prefix, new PrefixHolder(bindings.mobileNodeIdentifier(), false)));
        }
        List<String> unknown = named.stream()
                .filter(prefix -> !holders.containsKey(prefix))
                .map(HomeNetworkPrefix::toString)
                .toList();
        if (unknown.isEmpty()) {
            return holders;
        }
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT text(prefix), mobile_node, state FROM home_network_prefix
                WHERE anchor = ? AND prefix = ANY (?::cidr[])
                ORDER BY prefix
                FOR UPDATE""")) {
            select.setInt(1, anchor);
            select.setArray(2, connection.createArrayOf("text", unknown.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    holders.put(
                            HomeNetworkPrefix.parse(rows.getString(1)),
                            new PrefixHolder(
                                    new MobileNodeIdentifier(rows.getString(2)),
                                    rows.getString(3).equals("RESTING")));
                }
            }
        }
        return holders;
    }

    private static Commit write(Connection connection, StoredAnchor stored, BindingTransaction transaction)
            throws SQLException {
        if (transaction.changes().isEmpty()) {
            throw new NothingChangedException();
        }
        return new BindingWriter(connection, stored, transaction).write();
    }

    private static Array text(Connection connection, Collection<MobileNodeIdentifier> mobileNodes) throws SQLException {
        return connection.createArrayOf(
                "text", mobileNodes.stream().map(MobileNodeIdentifier::value).toArray());
    }
}
