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

/** The outbox read in version order, and all entries of one moment. */
final class JdbcBindingLog implements BindingLog {
    private static final int FETCH = 1000;
    private final Database database;
    private final Anchors anchors;

    JdbcBindingLog(Database database, Anchors anchors) {
        this.database = database;
        this.anchors = anchors;
    }

    @Override
    public Snapshot snapshot(LmaAddress anchor) {
        int number = anchors.number(anchor);
        return database.readSnapshot(connection -> {
            long version;
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT version FROM anchor WHERE anchor = ?")) {
                select.setInt(1, number);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    version = row.getLong(1);
                }
            }
            List<BindingCacheEntry> entries = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    BindingRows.SELECT + " WHERE e.anchor = ? ORDER BY e.mobile_node, e.binding_identifier")) {
                select.setFetchSize(FETCH);
                select.setInt(1, number);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        entries.add(BindingMessages.of(anchor, BindingRows.entry(rows)).toBuilder()
                                .setVersion(BindingRows.version(rows))
                                .build());
                    }
                }
            }
            return new Snapshot(version, entries);
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
                    new MobileNodeIdentifier(row.getString(2)),
                    new BindingIdentifier(row.getInt(3)),
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
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE anchor_acknowledgement SET version = ? WHERE anchor = ? AND version < ?")) {
                update.setLong(1, version);
                update.setInt(2, anchors.number(anchor));
                update.setLong(3, version);
                return update.executeUpdate();
            }
        });
    }
}
