package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.flowanchor.binding.application.RelayStore;
import org.flowanchor.mobility.LmaAddress;

/** Leases by the database's clock, the one clock all replicas share. */
final class JdbcRelayStore implements RelayStore {
    private final Database database;
    private final Anchors anchors;
    private final UUID replica;

    JdbcRelayStore(Database database, Anchors anchors, UUID replica) {
        this.database = database;
        this.anchors = anchors;
        this.replica = replica;
    }

    @Override
    public Optional<Lease> lease(LmaAddress anchor, Duration duration) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            // A lease that has more than half of its time left is not written again.
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT epoch, position, coalesce(topic, '') FROM relay
                    WHERE anchor = ? AND lessee = ? AND leased_until > now() + make_interval(secs => ?)""")) {
                select.setInt(1, number);
                select.setObject(2, replica);
                select.setDouble(3, duration.toSeconds() / 2.0);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        return Optional.of(lease(row));
                    }
                }
            }
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE relay
                    SET epoch = CASE WHEN lessee = ? THEN epoch ELSE epoch + 1 END,
                        lessee = ?,
                        leased_until = now() + make_interval(secs => ?)
                    WHERE anchor = ? AND (lessee = ? OR leased_until < now())
                    RETURNING epoch, position, coalesce(topic, '')""")) {
                update.setObject(1, replica);
                update.setObject(2, replica);
                update.setDouble(3, duration.toSeconds());
                update.setInt(4, number);
                update.setObject(5, replica);
                try (ResultSet row = update.executeQuery()) {
                    return row.next() ? Optional.of(lease(row)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public boolean renew(LmaAddress anchor, Lease lease, Duration duration) {
        return database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE relay SET leased_until = now() + make_interval(secs => ?)
                    WHERE anchor = ? AND lessee = ? AND epoch = ?""")) {
                update.setDouble(1, duration.toSeconds());
                update.setInt(2, anchors.number(anchor));
                update.setObject(3, replica);
                update.setLong(4, lease.epoch());
                return update.executeUpdate() == 1;
            }
        });
    }

    @Override
    public boolean advance(LmaAddress anchor, Lease lease, long position, Duration duration) {
        return database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE relay SET position = ?, leased_until = now() + make_interval(secs => ?)
                    WHERE anchor = ? AND lessee = ? AND epoch = ? AND position <= ?""")) {
                update.setLong(1, position);
                update.setDouble(2, duration.toSeconds());
                update.setInt(3, anchors.number(anchor));
                update.setObject(4, replica);
                update.setLong(5, lease.epoch());
                update.setLong(6, position);
                return update.executeUpdate() == 1;
            }
        });
    }

    private static Lease lease(ResultSet row) throws SQLException {
        return new Lease(row.getLong(1), row.getLong(2), row.getString(3));
    }

    @Override
    public boolean filled(LmaAddress anchor, Lease lease, String topic, long version) {
        return database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    // A database that lost its last commits is before the position.
                    "UPDATE relay SET topic = ?, position = least(position, ?) WHERE anchor = ? AND lessee = ? AND epoch = ?")) {
                update.setString(1, topic);
                update.setLong(2, version);
                update.setInt(3, anchors.number(anchor));
                update.setObject(4, replica);
                update.setLong(5, lease.epoch());
                return update.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void release(LmaAddress anchor, Lease lease) {
        database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE relay SET leased_until = '-infinity', lessee = NULL
                    WHERE anchor = ? AND lessee = ? AND epoch = ?""")) {
                update.setInt(1, anchors.number(anchor));
                update.setObject(2, replica);
                update.setLong(3, lease.epoch());
                return update.executeUpdate();
            }
        });
    }

    @Override
    public int prune(LmaAddress anchor, Duration retention, int limit) {
        return database.transact(connection -> {
            if (!isOldestOlderThan(connection, anchors.number(anchor), retention)) {
                return 0;
            }
            try (PreparedStatement delete = connection.prepareStatement("""
                    DELETE FROM outbox o
                    USING (SELECT c.version, c.created_at, r.position
                           FROM (SELECT version, created_at FROM outbox WHERE anchor = ? ORDER BY version LIMIT ?) c,
                                relay r
                           WHERE r.anchor = ?) c
                    WHERE o.anchor = ? AND o.version = c.version
                      AND c.version <= c.position AND c.created_at < now() - make_interval(secs => ?)""")) {
                int number = anchors.number(anchor);
                delete.setInt(1, number);
                delete.setInt(2, limit);
                delete.setInt(3, number);
                delete.setInt(4, number);
                delete.setDouble(5, retention.toSeconds());
                return delete.executeUpdate();
            }
        });
    }

    private static boolean isOldestOlderThan(Connection connection, int anchor, Duration age) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT created_at < now() - make_interval(secs => ?) FROM outbox
                WHERE anchor = ? ORDER BY version LIMIT 1""")) {
            select.setDouble(1, age.toSeconds());
            select.setInt(2, anchor);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Override
    public long pending() {
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT coalesce(sum(a.version - r.position), 0) FROM anchor a JOIN relay r USING (anchor)");
                    ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
