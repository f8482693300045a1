package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.flowanchor.binding.application.SubscriberRecord;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Profiles, with the position they were read to. Every write of the feed is one transaction that moves the position under the lease's
 * epoch: who lost the lease changes nothing.
 */
final class JdbcSubscriberStore implements SubscriberStore {
    private final Database database;
    private final Anchors anchors;
    private final UUID replica;
    /** Never becomes false again. */
    private volatile boolean complete;

    JdbcSubscriberStore(Database database, Anchors anchors, UUID replica) {
        this.database = database;
        this.anchors = anchors;
        this.replica = replica;
    }

    @Override
    public Optional<Lease> lease(Duration duration) {
        return database.transact(connection -> {
            // A lease that has more than half of its time left is not written again.
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT epoch, topic_identifier, position, rereading, read_at FROM subscriber_feed
                    WHERE lessee = ? AND leased_until > now() + make_interval(secs => ?)""")) {
                select.setObject(1, replica);
                select.setDouble(2, duration.toSeconds() / 2.0);
                Optional<Lease> held = lease(select);
                if (held.isPresent()) {
                    return held;
                }
            }
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE subscriber_feed
                    SET epoch = CASE WHEN lessee = ? THEN epoch ELSE epoch + 1 END,
                        lessee = ?,
                        leased_until = now() + make_interval(secs => ?)
                    WHERE lessee = ? OR leased_until < now()
                    RETURNING epoch, topic_identifier, position, rereading, read_at""")) {
                update.setObject(1, replica);
                update.setObject(2, replica);
                update.setDouble(3, duration.toSeconds());
                update.setObject(4, replica);
                return lease(update);
            }
        });
    }

    private static Optional<Lease> lease(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Lease(
                            row.getLong(1),
                            Optional.ofNullable(row.getString(2)),
                            row.getLong(3),
                            row.getBoolean(4),
                            Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant)))
                    : Optional.empty();
        }
    }

    @Override
    public void readAnew(Lease lease, String topicIdentifier) {
        database.transactAtLength(connection -> {
            try (PreparedStatement feed = connection.prepareStatement("""
                    UPDATE subscriber_feed SET topic_identifier = ?, position = 0, rereading = true, read_at = now()
                    WHERE lessee = ? AND epoch = ?""")) {
                feed.setString(1, topicIdentifier);
                feed.setObject(2, replica);
                feed.setLong(3, lease.epoch());
                if (feed.executeUpdate() == 0) {
                    return false;
                }
            }
            try (PreparedStatement unconfirm =
                    connection.prepareStatement("UPDATE subscriber SET version = 0 WHERE version <> 0")) {
                unconfirm.executeUpdate();
            }
            return true;
        });
    }

    @Override
    public boolean apply(Lease lease, List<SubscriberRecord> records, long next, Duration duration) {
        return database.transact(connection -> {
            if (!advance(connection, lease, next, duration)) {
                return false;
            }
            // The last record of a mobile node is its newest; a set has each node once.
            SortedMap<String, SubscriberRecord> newest = new TreeMap<>();
            for (SubscriberRecord record : records) {
                newest.merge(
                        record.mobileNodeIdentifier().value(),
                        record,
                        (one, other) -> other.version() > one.version() ? other : one);
            }
            if (!newest.isEmpty()) {
                write(connection, List.copyOf(newest.values()));
            }
            return true;
        });
    }

    private boolean advance(Connection connection, Lease lease, long next, Duration duration) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE subscriber_feed
                SET position = ?, read_at = now(), leased_until = now() + make_interval(secs => ?)
                WHERE lessee = ? AND epoch = ? AND position <= ?""")) {
            update.setLong(1, next);
            update.setDouble(2, duration.toSeconds());
            update.setObject(3, replica);
            update.setLong(4, lease.epoch());
            update.setLong(5, next);
            return update.executeUpdate() == 1;
        }
    }

    private static void write(Connection connection, List<SubscriberRecord> records) throws SQLException {
        List<SubscriberRecord> standing =
                records.stream().filter(record -> record.event().isPresent()).toList();
        List<SubscriberRecord> gone =
                records.stream().filter(record -> record.event().isEmpty()).toList();
        Set<String> changed = put(connection, standing);
        remove(connection, gone);
        hold(
                connection,
                standing.stream()
                        .filter(record ->
                                changed.contains(record.mobileNodeIdentifier().value()))
                        .toList());
    }

    /** Returns the mobile nodes whose profile was not as new. */
    private static Set<String> put(Connection connection, List<SubscriberRecord> standing) throws SQLException {
        Set<String> changed = new HashSet<>();
        if (standing.isEmpty()) {
            return changed;
        }
        // A profile that comes again as it is, since the topic is read anew, is no change.
        note(connection, """
                SELECT r.mobile_node, false AS withdrawn
                FROM unnest(?::text[], ?::int8[], ?::bytea[]) AS r (mobile_node, version, profile)
                LEFT JOIN subscriber s ON s.mobile_node = r.mobile_node
                WHERE s.mobile_node IS NULL OR (s.version < r.version AND s.profile <> r.profile)""", statement -> profiles(connection, statement, standing));
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO subscriber AS s (mobile_node, version, profile)
                SELECT * FROM unnest(?::text[], ?::int8[], ?::bytea[])
                ON CONFLICT (mobile_node) DO UPDATE
                    SET version = EXCLUDED.version, profile = EXCLUDED.profile
                    WHERE s.version < EXCLUDED.version
                RETURNING mobile_node""")) {
            profiles(connection, upsert, standing);
            try (ResultSet rows = upsert.executeQuery()) {
                while (rows.next()) {
                    changed.add(rows.getString(1));
                }
            }
        }
        return changed;
    }

    private static void remove(Connection connection, List<SubscriberRecord> gone) throws SQLException {
        if (gone.isEmpty()) {
            return;
        }
        note(
                connection,
                """
                SELECT s.mobile_node, true AS withdrawn
                FROM subscriber s JOIN unnest(?::text[], ?::int8[]) AS r (mobile_node, version)
                  ON s.mobile_node = r.mobile_node AND s.version < r.version""",
                statement -> new Columns<>(connection, statement, 1, gone)
                        .text(record -> record.mobileNodeIdentifier().value())
                        .bigint(SubscriberRecord::version));
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM subscriber s
                USING unnest(?::text[], ?::int8[]) AS r (mobile_node, version)
                WHERE s.mobile_node = r.mobile_node AND s.version < r.version""")) {
            new Columns<>(connection, delete, 1, gone)
                    .text(record -> record.mobileNodeIdentifier().value())
                    .bigint(SubscriberRecord::version);
            delete.executeUpdate();
        }
    }

    @FunctionalInterface
    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private static void profiles(Connection connection, PreparedStatement statement, List<SubscriberRecord> standing)
            throws SQLException {
        new Columns<>(connection, statement, 1, standing)
                .text(record -> record.mobileNodeIdentifier().value())
                .bigint(SubscriberRecord::version)
                .bytea(record -> record.event().orElseThrow().toByteArray());
    }

    /**
     * The bindings of these mobile nodes are to be looked at, at every anchor, once the new profiles are committed.
     *
     * @param changes a query: mobile nodes, and whether their profile was withdrawn
     */
    private static void note(Connection connection, String changes, Parameters parameters) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO profile_change (anchor, mobile_node, withdrawn)
                SELECT a.anchor, c.mobile_node, c.withdrawn FROM anchor a CROSS JOIN (""" + changes + """
                ) c
                ON CONFLICT (anchor, mobile_node)
                    DO UPDATE SET change = gen_random_uuid(), withdrawn = EXCLUDED.withdrawn, changed_at = now(),
                                  claimed_until = '-infinity'""")) {
            parameters.set(insert);
            insert.executeUpdate();
        }
    }

    private record Interface(LinkLayerIdentifier identifier, String mobileNode) {}

    /** What a node's older profile held is its no more; what another one still seems to hold was given up by a record that comes late. */
    private static void hold(Connection connection, List<SubscriberRecord> taken) throws SQLException {
        if (taken.isEmpty()) {
            return;
        }
        SortedMap<LinkLayerIdentifier, Interface> interfaces = new TreeMap<>();
        for (SubscriberRecord record : taken) {
            String mobileNode = record.mobileNodeIdentifier().value();
            record.event().orElseThrow().getLinkLayerIdentifiersList().forEach(octets -> {
                LinkLayerIdentifier identifier = LinkLayerIdentifier.of(octets.toByteArray());
                interfaces.put(identifier, new Interface(identifier, mobileNode));
            });
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM subscriber_link_layer_identifier WHERE mobile_node = ANY (?)")) {
            new Columns<>(connection, delete, 1, taken)
                    .text(record -> record.mobileNodeIdentifier().value());
            delete.executeUpdate();
        }
        if (!interfaces.isEmpty()) {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO subscriber_link_layer_identifier (link_layer_identifier, mobile_node)
                    SELECT * FROM unnest(?::bytea[], ?::text[])
                    ON CONFLICT (link_layer_identifier) DO UPDATE SET mobile_node = EXCLUDED.mobile_node""")) {
                new Columns<>(connection, insert, 1, new ArrayList<>(interfaces.values()))
                        .bytea(one -> one.identifier().octets())
                        .text(Interface::mobileNode);
                insert.executeUpdate();
            }
        }
        StaticPrefixes.hold(connection, taken);
    }

    @Override
    public boolean finishReading(Lease lease, Duration duration) {
        return database.transactAtLength(connection -> {
            try (PreparedStatement feed = connection.prepareStatement("""
                    UPDATE subscriber_feed
                    SET rereading = false, complete = true, leased_until = now() + make_interval(secs => ?)
                    WHERE lessee = ? AND epoch = ?""")) {
                feed.setDouble(1, duration.toSeconds());
                feed.setObject(2, replica);
                feed.setLong(3, lease.epoch());
                if (feed.executeUpdate() == 0) {
                    return false;
                }
            }
            note(
                    connection,
                    "SELECT mobile_node, false AS withdrawn FROM subscriber WHERE version = 0",
                    statement -> {});
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM subscriber WHERE version = 0")) {
                delete.executeUpdate();
            }
            return true;
        });
    }

    @Override
    public void release(Lease lease) {
        database.execute(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE subscriber_feed SET leased_until = '-infinity', lessee = NULL
                    WHERE lessee = ? AND epoch = ?""")) {
                update.setObject(1, replica);
                update.setLong(2, lease.epoch());
                update.executeUpdate();
            }
        });
    }

    @Override
    public List<Change> changes(LmaAddress anchor, int limit, Duration claim) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            List<Change> changes = new ArrayList<>();
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE profile_change c SET claimed_until = now() + make_interval(secs => ?)
                    FROM (SELECT anchor, mobile_node FROM profile_change
                          WHERE anchor = ? AND claimed_until < now()
                          ORDER BY claimed_until
                          LIMIT ?
                          FOR UPDATE SKIP LOCKED) due
                    WHERE c.anchor = due.anchor AND c.mobile_node = due.mobile_node
                    RETURNING c.mobile_node, c.change, c.withdrawn, c.changed_at""")) {
                update.setDouble(1, claim.toMillis() / 1000.0);
                update.setInt(2, number);
                update.setInt(3, limit);
                try (ResultSet rows = update.executeQuery()) {
                    while (rows.next()) {
                        changes.add(new Change(
                                anchor,
                                new MobileNodeIdentifier(rows.getString(1)),
                                (UUID) rows.getObject(2),
                                rows.getBoolean(3),
                                rows.getTimestamp(4).toInstant()));
                    }
                }
            }
            return changes;
        });
    }

    @Override
    public void lookedAt(Collection<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<Change> done = List.copyOf(changes);
        database.execute(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("""
                    DELETE FROM profile_change c
                    USING unnest(?::int4[], ?::text[], ?::text[]) AS d (anchor, mobile_node, change)
                    WHERE c.anchor = d.anchor AND c.mobile_node = d.mobile_node AND c.change = d.change::uuid""")) {
                new Columns<>(connection, delete, 1, done)
                        .integer(change -> anchors.number(change.anchor()))
                        .text(change -> change.mobileNode().value())
                        .text(change -> change.change().toString());
                delete.executeUpdate();
            }
        });
    }

    @Override
    public boolean isComplete() {
        if (!complete) {
            complete = database.transact(connection -> {
                try (PreparedStatement select = connection.prepareStatement("SELECT complete FROM subscriber_feed");
                        ResultSet row = select.executeQuery()) {
                    return row.next() && row.getBoolean(1);
                }
            });
        }
        return complete;
    }

    @Override
    public Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes(Collection<LinkLayerIdentifier> identifiers) {
        return database.transact(connection -> {
            Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes = new HashMap<>();
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT link_layer_identifier, mobile_node FROM subscriber_link_layer_identifier
                    WHERE link_layer_identifier = ANY (?)""")) {
                new Columns<>(connection, select, 1, List.copyOf(identifiers)).bytea(LinkLayerIdentifier::octets);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        mobileNodes.put(
                                LinkLayerIdentifier.of(rows.getBytes(1)), new MobileNodeIdentifier(rows.getString(2)));
                    }
                }
            }
            return mobileNodes;
        });
    }
}
