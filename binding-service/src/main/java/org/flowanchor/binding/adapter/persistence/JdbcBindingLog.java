package org.flowanchor.binding.adapter.persistence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** The outbox read in version order, and entries by key. */
final class JdbcBindingLog implements BindingLog {
    private final Database database;
    private final Anchors anchors;

    JdbcBindingLog(Database database, Anchors anchors) {
        this.database = database;
        this.anchors = anchors;
    }

    @Override
    public Position position(LmaAddress anchor) {
        return database.transact(connection -> {
            // The timeline changes with a fail-over and with a restore: versions after it may name other changes.
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT version, incarnation || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
                    FROM anchor WHERE anchor = ?""")) {
                select.setInt(1, anchors.number(anchor));
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return new Position(row.getLong(1), row.getString(2));
                }
            }
        });
    }

    @Override
    public List<BindingCacheEntry> page(LmaAddress anchor, Optional<EntryKey> after, int limit) {
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement(BindingRows.SELECT + """
                     WHERE e.anchor = ? AND (e.mobile_node, e.binding_identifier) > (?, ?)
                    ORDER BY e.mobile_node, e.binding_identifier
                    LIMIT ?""")) {
                select.setInt(1, anchors.number(anchor));
                select.setString(
                        2, after.map(key -> key.mobileNodeIdentifier().value()).orElse(""));
                select.setInt(
                        3, after.map(key -> key.bindingIdentifier().value()).orElse(0));
                select.setInt(4, limit);
                List<BindingCacheEntry> entries = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        entries.add(BindingMessages.of(anchor, BindingRows.entry(rows)).toBuilder()
                                .setVersion(BindingRows.version(rows))
                                .build());
                    }
                }
                return entries;
            }
        });
    }

    @Override
    public List<LoggedChange> after(LmaAddress anchor, long version, int limit) {
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT version, mobile_node, binding_identifier, value FROM outbox
                    WHERE anchor = ? AND version > ? ORDER BY version LIMIT ?""")) {
                select.setInt(1, anchors.number(anchor));
                select.setLong(2, version);
                select.setInt(3, limit);
                List<LoggedChange> changes = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        changes.add(change(rows));
                    }
                }
                return changes;
            }
        });
    }

    private static LoggedChange change(ResultSet row) throws SQLException {
        long version = row.getLong(1);
        byte[] value = row.getBytes(4);
        try {
            return new LoggedChange(
                    version,
                    new EntryKey(new MobileNodeIdentifier(row.getString(2)), new BindingIdentifier(row.getInt(3))),
                    value == null
                            ? Optional.empty()
                            : Optional.of(BindingCacheEntry.parseFrom(value).toBuilder()
                                    .setVersion(version)
                                    .build()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outbox row " + version + " is not a binding", e);
        }
    }

    @Override
    public void acknowledged(LmaAddress anchor, long version) {
        database.transact(connection -> {
            // Losing it costs prefixes some rest; waiting for the disk would cost every stream one write per step.
            try (PreparedStatement update = connection.prepareStatement("""
                    WITH hurried AS (SELECT set_config('synchronous_commit', 'off', true))
                    UPDATE anchor_acknowledgement SET version = ? FROM hurried WHERE anchor = ? AND version < ?""")) {
                update.setLong(1, version);
                update.setInt(2, anchors.number(anchor));
                update.setLong(3, version);
                return update.executeUpdate();
            }
        });
    }
}
