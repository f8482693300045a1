package org.flowanchor.binding.adapter.persistence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/** The outbox read in version order, and entries by key. What a caller asks for at least it may get a transaction more of. */
final class JdbcBindingLog implements BindingLog {
    /** Of an anchor's row: the timeline changes with a fail-over and with a restore, the system with a copy. */
    private static final String HISTORY = """
            concat_ws('/', incarnation, (SELECT system_identifier FROM pg_control_system()),
                      left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))""";

    /** Transactions read at once; each has up to some hundred changes. */
    private static final int ROWS = 8;

    private final Database database;
    private final Anchors anchors;
    private final Function<LmaAddress, RecentChanges> recent;

    JdbcBindingLog(Database database, Anchors anchors, Function<LmaAddress, RecentChanges> recent) {
        this.database = database;
        this.anchors = anchors;
        this.recent = recent;
    }

    @Override
    public Position position(LmaAddress anchor) {
        RecentChanges mine = recent.apply(anchor);
        long run = mine.run();
        Position now = database.read(connection -> position(connection, anchors.number(anchor)));
        mine.seen(now.history(), run);
        return now;
    }

    /** Versions of another history may name other changes. */
    private static Position position(Connection connection, int anchor) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT version, " + HISTORY + " FROM anchor WHERE anchor = ?")) {
            select.setInt(1, anchor);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Position(row.getLong(1), row.getString(2));
            }
        }
    }

    @Override
    public List<BindingCacheEntry> page(LmaAddress anchor, Optional<EntryKey> after, int limit) {
        return database.read(connection -> {
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
                        entries.add(BindingMessages.of(anchor, BindingRows.entry(rows), BindingRows.version(rows)));
                    }
                }
                return entries;
            }
        });
    }

    @Override
    public Optional<List<LoggedChange>> following(LmaAddress anchor, Position position, int limit) {
        RecentChanges mine = recent.apply(anchor);
        List<LoggedChange> known = mine.after(position, limit);
        if (!known.isEmpty()) {
            return Optional.of(known);
        }
        int number = anchors.number(anchor);
        long run = mine.run();
        return database.read(connection -> {
            List<LoggedChange> read = after(connection, number, position.version(), limit);
            // After them: what was read before is of no later history.
            String history = position(connection, number).history();
            mine.seen(history, run);
            return history.equals(position.history()) ? Optional.of(read) : Optional.empty();
        });
    }

    @Override
    public List<LoggedChange> after(LmaAddress anchor, long version, int limit) {
        int number = anchors.number(anchor);
        return database.read(connection -> after(connection, number, version, limit));
    }

    private static List<LoggedChange> after(Connection connection, int anchor, long version, int limit)
            throws SQLException {
        List<LoggedChange> changes = new ArrayList<>();
        long reached = version;
        int read = ROWS;
        while (changes.size() < limit && read == ROWS) {
            read = rowsAfter(connection, anchor, reached, version, limit, changes);
            reached = changes.isEmpty() ? version : changes.getLast().version();
        }
        return changes;
    }

    /** Adds the changes above {@code version} of the next few transactions; returns how many transactions. */
    private static int rowsAfter(
            Connection connection, int anchor, long reached, long version, int limit, List<LoggedChange> changes)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT version, mobile_node, binding_identifier, value, traceparent FROM outbox
                WHERE anchor = ? AND version > ? ORDER BY version LIMIT ?""")) {
            select.setInt(1, anchor);
            select.setLong(2, reached);
            select.setInt(3, ROWS);
            int transactions = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (changes.size() < limit && rows.next()) {
                    transactions++;
                    String[] mobileNodes = (String[]) rows.getArray(2).getArray();
                    Integer[] identifiers = (Integer[]) rows.getArray(3).getArray();
                    byte[][] values = (byte[][]) rows.getArray(4).getArray();
                    String[] traceparents = (String[]) rows.getArray(5).getArray();
                    long first = rows.getLong(1) - mobileNodes.length + 1;
                    for (int i = (int) Math.max(0, version - first + 1); i < mobileNodes.length; i++) {
                        changes.add(change(first + i, mobileNodes[i], identifiers[i], values[i], traceparents[i]));
                    }
                }
            }
            return transactions;
        }
    }

    static LoggedChange change(
            long version,
            String mobileNode,
            int bindingIdentifier,
            byte @Nullable [] value,
            @Nullable String traceparent) {
        try {
            return new LoggedChange(
                    version,
                    new EntryKey(new MobileNodeIdentifier(mobileNode), new BindingIdentifier(bindingIdentifier)),
                    value == null
                            ? Optional.empty()
                            : Optional.of(versioned(BindingCacheEntry.parseFrom(value), version)),
                    Optional.ofNullable(traceparent));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outbox: version " + version + " is not a binding", e);
        }
    }

    /** Values of earlier releases carry no version. */
    private static BindingCacheEntry versioned(BindingCacheEntry entry, long version) {
        return entry.getVersion() == version
                ? entry
                : entry.toBuilder().setVersion(version).build();
    }

    @Override
    public void acknowledged(LmaAddress anchor, Position position) {
        database.transact(connection -> {
            // Losing it costs prefixes some rest; waiting for the disk would cost every stream one write per step.
            try (PreparedStatement update = connection.prepareStatement("""
                    WITH hurried AS (SELECT set_config('synchronous_commit', 'off', true))
                    UPDATE anchor_acknowledgement k SET version = ? FROM hurried, anchor a
                    WHERE k.anchor = ? AND k.version < ? AND a.anchor = k.anchor AND ? =\s""" + HISTORY)) {
                update.setLong(1, position.version());
                update.setInt(2, anchors.number(anchor));
                update.setLong(3, position.version());
                update.setString(4, position.history());
                return update.executeUpdate();
            }
        });
    }
}
