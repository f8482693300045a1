package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.BindingChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingStore.Commit;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.BindingTransaction.Assignment;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the net difference of one transaction in a handful of statements. The last one advances the anchor's version and numbers
 * everything from it; the row lock it takes lives only until the commit that follows, and makes versions dense and in commit order.
 */
final class BindingWriter {
    private static final String LAST_STATEMENT = """
            WITH advanced AS (
                UPDATE anchor SET version = version + ? WHERE anchor = ? RETURNING version
            ), change AS (
                SELECT advanced.version - ? + c.ordinal AS version, c.*
                FROM advanced,
                     unnest(?::text[], ?::int4[], ?::int4[], ?::text[], ?::int4[], ?::bytea[], ?::text[], ?::int8[],
                            ?::text[], ?::int4[], ?::int8[], ?::bytea[]) WITH ORDINALITY
                     AS c (mobile_node, binding_identifier, binding_priority, proxy_care_of_address,
                           access_technology_type, link_layer_identifier, state, expires_at_ms,
                           policy_group, sequence_number, last_timestamp, value, ordinal)
            ), written AS (
                INSERT INTO binding_cache_entry AS e (
                    anchor, mobile_node, binding_identifier, binding_priority, proxy_care_of_address,
                    access_technology_type, link_layer_identifier, state, expires_at, timer_at,
                    policy_group, sequence_number, last_timestamp, version)
                SELECT ?, mobile_node, binding_identifier, binding_priority, proxy_care_of_address::inet,
                       access_technology_type, link_layer_identifier, state,
                       to_timestamp(expires_at_ms / 1000.0), to_timestamp(expires_at_ms / 1000.0),
                       policy_group, sequence_number, last_timestamp, version
                FROM change WHERE value IS NOT NULL
                ON CONFLICT (anchor, mobile_node, binding_identifier) DO UPDATE SET
                    binding_priority = EXCLUDED.binding_priority,
                    proxy_care_of_address = EXCLUDED.proxy_care_of_address,
                    access_technology_type = EXCLUDED.access_technology_type,
                    link_layer_identifier = EXCLUDED.link_layer_identifier,
                    state = EXCLUDED.state,
                    expires_at = EXCLUDED.expires_at,
                    timer_at = least(e.timer_at, EXCLUDED.expires_at),
                    policy_group = EXCLUDED.policy_group,
                    sequence_number = EXCLUDED.sequence_number,
                    last_timestamp = EXCLUDED.last_timestamp,
                    version = EXCLUDED.version
            ), held AS (
                INSERT INTO binding_prefix (anchor, mobile_node, binding_identifier, prefix)
                SELECT ?, p.mobile_node, p.binding_identifier, p.prefix::cidr
                FROM unnest(?::text[], ?::int4[], ?::text[]) AS p (mobile_node, binding_identifier, prefix)
            ), released AS (
                UPDATE home_network_prefix h
                SET state = 'RESTING', released_at = now(), released_version = advanced.version
                FROM advanced, unnest(?::text[], ?::text[]) AS r (prefix, mobile_node)
                WHERE h.anchor = ? AND h.prefix = r.prefix::cidr AND h.mobile_node = r.mobile_node
            ), logged AS (
                INSERT INTO outbox (anchor, version, mobile_node, binding_identifier, value)
                SELECT ?, version, mobile_node, binding_identifier, value FROM change
            )
            SELECT version FROM advanced""";

    private final Connection connection;
    private final StoredAnchor stored;
    private final BindingTransaction transaction;
    private final List<BindingChange> changes;

    /** One outbox row, and the entry as it is from now on. */
    private record Row(BindingChange change, @Nullable BindingCacheEntry entry, byte @Nullable [] value) {}

    private record Held(BindingCacheEntry entry, HomeNetworkPrefix prefix) {}

    BindingWriter(Connection connection, StoredAnchor stored, BindingTransaction transaction) {
        this.connection = connection;
        this.stored = stored;
        this.transaction = transaction;
        this.changes = transaction.changes();
    }

    Commit write() throws SQLException {
        deleteEntries();
        deleteMobileNodes();
        assignPrefixes(transaction.assigned());
        return new Commit(writeEntries(), changes.size(), false);
    }

    private void deleteEntries() throws SQLException {
        List<BindingChange> removed =
                changes.stream().filter(BindingChange.Removed.class::isInstance).toList();
        if (removed.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM binding_cache_entry e
                USING unnest(?::text[], ?::int4[]) AS r (mobile_node, binding_identifier)
                WHERE e.anchor = ? AND e.mobile_node = r.mobile_node AND e.binding_identifier = r.binding_identifier""")) {
            new Columns<>(connection, delete, 1, removed)
                    .text(change -> change.mobileNodeIdentifier().value())
                    .integer(change -> change.bindingIdentifier().value());
            delete.setInt(3, stored.number());
            delete.executeUpdate();
        }
    }

    private void deleteMobileNodes() throws SQLException {
        Object[] emptied = transaction.withoutEntries().stream()
                .map(mobileNode -> mobileNode.value())
                .toArray();
        if (emptied.length == 0) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM mobile_node WHERE anchor = ? AND mobile_node = ANY (?)")) {
            delete.setInt(1, stored.number());
            delete.setArray(2, connection.createArrayOf("text", emptied));
            delete.executeUpdate();
        }
    }

    /** A prefix goes to a node that has it already (it rests), or to nobody's. Anything else is a conflict. */
    private void assignPrefixes(List<Assignment> assigned) throws SQLException {
        if (assigned.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO home_network_prefix AS h (anchor, prefix, pool, mobile_node, state)
                SELECT ?, a.prefix::cidr, a.pool::cidr, a.mobile_node, 'ASSIGNED'
                FROM unnest(?::text[], ?::text[], ?::text[]) AS a (prefix, pool, mobile_node)
                ORDER BY a.prefix::cidr
                ON CONFLICT (anchor, prefix) DO UPDATE
                    SET state = 'ASSIGNED', released_at = NULL, released_version = NULL
                    WHERE h.mobile_node = EXCLUDED.mobile_node""")) {
            insert.setInt(1, stored.number());
            new Columns<>(connection, insert, 2, assigned)
                    .text(assignment -> assignment.prefix().toString())
                    .text(assignment -> pool(assignment.prefix()).prefix().toString())
                    .text(assignment -> assignment.mobileNodeIdentifier().value());
            if (insert.executeUpdate() != assigned.size()) {
                throw new StoreConflictException("a prefix believed free is another mobile node's");
            }
        }
    }

    private PrefixPool pool(HomeNetworkPrefix prefix) {
        Optional<PrefixPool> pool = stored.everyPool().stream()
                .filter(candidate -> candidate.prefix().contains(prefix))
                .findFirst();
        return pool.orElseThrow(() -> new IllegalStateException(prefix + " is in no pool of the anchor"));
    }

    /** Returns the anchor's version after the transaction. */
    private long writeEntries() throws SQLException {
        List<Row> rows = new ArrayList<>();
        List<Held> held = new ArrayList<>();
        for (BindingChange change : changes) {
            switch (change) {
                case BindingChange.Written written -> {
                    BindingCacheEntry entry = written.entry();
                    byte[] value = BindingMessages.of(stored.anchor().lmaAddress(), entry)
                            .toByteArray();
                    rows.add(new Row(change, entry, value));
                    if (written.created()) {
                        entry.homeNetworkPrefixes().forEach(prefix -> held.add(new Held(entry, prefix)));
                    }
                }
                case BindingChange.Removed removed -> rows.add(new Row(removed, null, null));
            }
        }
        try (PreparedStatement last = connection.prepareStatement(LAST_STATEMENT)) {
            last.setLong(1, rows.size());
            last.setInt(2, stored.number());
            last.setLong(3, rows.size());
            bindRows(last, rows);
            last.setInt(16, stored.number());
            last.setInt(17, stored.number());
            new Columns<>(connection, last, 18, held)
                    .text(one -> one.entry().mobileNodeIdentifier().value())
                    .integer(one -> one.entry().bindingIdentifier().value())
                    .text(one -> one.prefix().toString());
            new Columns<>(connection, last, 21, transaction.released())
                    .text(assignment -> assignment.prefix().toString())
                    .text(assignment -> assignment.mobileNodeIdentifier().value());
            last.setInt(23, stored.number());
            last.setInt(24, stored.number());
            try (ResultSet version = last.executeQuery()) {
                if (!version.next()) {
                    throw new IllegalStateException("anchor " + stored.number() + " has no row");
                }
                return version.getLong(1);
            }
        }
    }

    private void bindRows(PreparedStatement last, List<Row> rows) throws SQLException {
        new Columns<>(connection, last, 4, rows)
                .text(row -> row.change.mobileNodeIdentifier().value())
                .integer(row -> row.change.bindingIdentifier().value())
                .integer(row -> row.entry == null ? null : row.entry.bindingPriority())
                .text(row -> row.entry == null
                        ? null
                        : row.entry.proxyCareOfAddress().toString())
                .integer(row -> row.entry == null
                        ? null
                        : row.entry.accessTechnologyType().value())
                .bytea(row -> row.entry == null
                        ? null
                        : row.entry
                                .linkLayerIdentifier()
                                .map(LinkLayerIdentifier::octets)
                                .orElse(null))
                .text(row -> row.entry == null ? null : row.entry.state().name())
                .bigint(row -> row.entry == null ? null : row.entry.expiresAt().toEpochMilli())
                .text(row -> row.entry == null ? null : row.entry.policyGroup())
                .integer(row -> row.entry == null ? null : row.entry.sequenceNumber())
                .bigint(row -> row.entry == null
                        ? null
                        : row.entry.timestamp().map(Timestamp::value).orElse(null))
                .bytea(row -> row.value);
    }
}
