package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.BindingTransaction.Assignment;
import org.flowanchor.binding.application.BindingTransaction.Holding;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Entries and prefixes of one transaction, in one statement.
 *
 * <p>Trap: plans are made when tables may be empty, and kept. Each row is looked up by its key in a subselect of its own (LATERAL ...
 * OFFSET 0), so that no plan can read a table and look for its rows among the parameters.
 */
final class ChangedRows {
    /** Of a prefix that has a row h, for the node of EXCLUDED. */
    private static final String WHERE_FREE = """
            WHERE h.mobile_node = EXCLUDED.mobile_node
            OR (h.state = 'RESTING' AND h.lessee = ? AND h.leased_until > now() AND NOT h.kept)
            -- A gateway names it: whoever leased it finds out.
            OR (h.state = 'RESTING' AND h.released_at <= now() - make_interval(secs => ?)
                AND h.released_version
                    <= coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = h.anchor), 0)
                AND NOT EXISTS (SELECT 1 FROM subscriber_prefix s
                                WHERE s.prefix = h.prefix AND s.mobile_node <> EXCLUDED.mobile_node))
            """;

    private static final String ROWS = """
            WITH removed AS (
                DELETE FROM binding_cache_entry e
                USING unnest(?::text[], ?::int4[]) AS r (mobile_node, binding_identifier), LATERAL (
                    SELECT ctid AS place FROM binding_cache_entry
                    WHERE anchor = ? AND mobile_node = r.mobile_node AND binding_identifier = r.binding_identifier
                    OFFSET 0) found
                WHERE e.ctid = found.place
                RETURNING 1
            ), written AS (
                INSERT INTO binding_cache_entry AS e (
                    anchor, mobile_node, binding_identifier, binding_priority, home_network_prefixes,
                    proxy_care_of_address, access_technology_type, link_layer_identifier, state, expires_at, timer_at,
                    policy_group, sequence_number, last_timestamp, accepted_at, link_local_address, service_selection,
                    prefix_kind, signalling, hold_until, facts, version)
                SELECT ?, mobile_node, binding_identifier, binding_priority, home_network_prefixes,
                       proxy_care_of_address::inet, access_technology_type, link_layer_identifier, state,
                       to_timestamp(expires_at_ms::float8 / 1000),
                       to_timestamp(least(expires_at_ms, hold_until_ms)::float8 / 1000),
                       policy_group, sequence_number, last_timestamp, to_timestamp(accepted_at_ms::float8 / 1000),
                       link_local_address::inet, service_selection, prefix_kind, signalling,
                       to_timestamp(hold_until_ms::float8 / 1000), facts, version
                FROM unnest(?::text[], ?::int4[], ?::int4[], ?::bytea[], ?::text[], ?::int4[], ?::bytea[], ?::text[],
                            ?::int8[], ?::text[], ?::int4[], ?::int8[], ?::int8[], ?::text[], ?::text[], ?::text[],
                            ?::bytea[], ?::int8[], ?::bytea[], ?::int8[])
                    AS c (mobile_node, binding_identifier, binding_priority, home_network_prefixes,
                          proxy_care_of_address, access_technology_type, link_layer_identifier, state, expires_at_ms,
                          policy_group, sequence_number, last_timestamp, accepted_at_ms, link_local_address,
                          service_selection, prefix_kind, signalling, hold_until_ms, facts, version)
                ON CONFLICT (anchor, mobile_node, binding_identifier) DO UPDATE SET
                    binding_priority = EXCLUDED.binding_priority,
                    home_network_prefixes = EXCLUDED.home_network_prefixes,
                    proxy_care_of_address = EXCLUDED.proxy_care_of_address,
                    access_technology_type = EXCLUDED.access_technology_type,
                    link_layer_identifier = EXCLUDED.link_layer_identifier,
                    state = EXCLUDED.state,
                    expires_at = EXCLUDED.expires_at,
                    timer_at = least(e.timer_at, EXCLUDED.timer_at),
                    policy_group = EXCLUDED.policy_group,
                    sequence_number = EXCLUDED.sequence_number,
                    last_timestamp = EXCLUDED.last_timestamp,
                    accepted_at = EXCLUDED.accepted_at,
                    link_local_address = EXCLUDED.link_local_address,
                    service_selection = EXCLUDED.service_selection,
                    prefix_kind = EXCLUDED.prefix_kind,
                    signalling = EXCLUDED.signalling,
                    hold_until = EXCLUDED.hold_until,
                    facts = EXCLUDED.facts,
                    version = EXCLUDED.version
            ), assigned AS (
                INSERT INTO home_network_prefix AS h (anchor, prefix, pool, mobile_node, state)
                SELECT ?, a.prefix::cidr, a.pool::cidr, a.mobile_node, 'ASSIGNED'
                FROM unnest(?::text[], ?::text[], ?::text[]) AS a (prefix, pool, mobile_node)
                ON CONFLICT (anchor, prefix) DO UPDATE
                    SET mobile_node = EXCLUDED.mobile_node, state = 'ASSIGNED', released_at = NULL,
                        released_version = NULL, lessee = NULL, leased_until = NULL
                    """ + WHERE_FREE + """
                RETURNING 1
            ), released AS (
                UPDATE home_network_prefix h
                SET state = 'RESTING', released_at = now(), released_version = ?
                FROM unnest(?::text[], ?::text[]) AS r (prefix, mobile_node), LATERAL (
                    SELECT ctid AS place FROM home_network_prefix
                    WHERE anchor = ? AND prefix = r.prefix::cidr AND mobile_node = r.mobile_node
                    OFFSET 0) found
                WHERE h.ctid = found.place
                RETURNING 1
            ), given AS (
                DELETE FROM binding_prefix p
                USING unnest(?::text[], ?::int4[], ?::text[]) AS g (mobile_node, binding_identifier, prefix), LATERAL (
                    SELECT ctid AS place FROM binding_prefix
                    WHERE anchor = ? AND mobile_node = g.mobile_node
                      AND binding_identifier = g.binding_identifier AND prefix = g.prefix::cidr
                    OFFSET 0) found
                WHERE p.ctid = found.place
            ), taken AS (
                INSERT INTO binding_prefix (anchor, mobile_node, binding_identifier, prefix)
                SELECT ?, t.mobile_node, t.binding_identifier, t.prefix::cidr
                FROM unnest(?::text[], ?::int4[], ?::text[]) AS t (mobile_node, binding_identifier, prefix)
            )
            SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM assigned)
                       + (SELECT count(*) FROM released)""";

    private static final String REST = """
            INSERT INTO home_network_prefix AS h (
                anchor, prefix, pool, mobile_node, state, released_at, released_version)
            SELECT ?, a.prefix::cidr, a.pool::cidr, a.mobile_node, 'RESTING', now(), ?
            FROM unnest(?::text[], ?::text[], ?::text[]) AS a (prefix, pool, mobile_node)
            ON CONFLICT (anchor, prefix) DO UPDATE
                SET mobile_node = EXCLUDED.mobile_node, state = 'RESTING', released_at = EXCLUDED.released_at,
                    released_version = EXCLUDED.released_version, lessee = NULL, leased_until = NULL
                """ + WHERE_FREE;

    private final Connection connection;
    private final StoredAnchor stored;
    private final UUID replica;
    private final Duration prefixRest;

    ChangedRows(Connection connection, StoredAnchor stored, UUID replica, Duration prefixRest) {
        this.connection = connection;
        this.stored = stored;
        this.replica = replica;
        this.prefixRest = prefixRest;
    }

    /**
     * @param version the anchor's, after the transaction
     * @throws StoreConflictException something is not as it was decided on: roll back
     */
    void write(
            BindingTransaction transaction,
            List<ChangedRow> removed,
            List<ChangedRow> written,
            List<Assignment> assigned,
            List<Assignment> released,
            long version)
            throws SQLException {
        int anchor = stored.number();
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            int next = new Columns<>(connection, statement, 1, removed)
                    .text(row -> row.change().mobileNodeIdentifier().value())
                    .integer(row -> row.change().bindingIdentifier().value())
                    .next();
            statement.setInt(next++, anchor);
            statement.setInt(next++, anchor);
            next = entries(connection, statement, next, written);
            statement.setInt(next++, anchor);
            next = given(statement, next, assigned);
            statement.setLong(next++, version);
            next = new Columns<>(connection, statement, next, released)
                    .text(assignment -> assignment.prefix().toString())
                    .text(assignment -> assignment.mobileNodeIdentifier().value())
                    .next();
            statement.setInt(next++, anchor);
            next = holdings(connection, statement, next, transaction.given());
            statement.setInt(next++, anchor);
            statement.setInt(next++, anchor);
            holdings(connection, statement, next, transaction.taken());
            long expected = (long) removed.size() + assigned.size() + released.size();
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getLong(1) != expected) {
                    throw new StoreConflictException("a prefix believed free is another mobile node's, or an entry "
                            + "is not what it was: " + row.getLong(1) + " rows of " + expected);
                }
            }
        }
    }

    /**
     * Prefixes that nodes were given and gave up again rest for them, as if that had been two transactions.
     *
     * @param version the anchor's, after the transaction
     * @throws StoreConflictException a prefix is not free, as it was believed to be: roll back
     */
    void rest(List<Assignment> assignedAndReleased, long version) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(REST)) {
            insert.setInt(1, stored.number());
            insert.setLong(2, version);
            given(insert, 3, assignedAndReleased);
            if (insert.executeUpdate() != assignedAndReleased.size()) {
                throw new StoreConflictException("a prefix believed free is another mobile node's");
            }
        }
    }

    private int given(PreparedStatement statement, int first, List<Assignment> assignments) throws SQLException {
        int next = new Columns<>(connection, statement, first, assignments)
                .text(assignment -> assignment.prefix().toString())
                .text(assignment -> pool(assignment.prefix()).prefix().toString())
                .text(assignment -> assignment.mobileNodeIdentifier().value())
                .next();
        statement.setObject(next++, replica);
        statement.setDouble(next++, prefixRest.toMillis() / 1000.0);
        return next;
    }

    private static int holdings(Connection connection, PreparedStatement statement, int next, List<Holding> holdings)
            throws SQLException {
        return new Columns<>(connection, statement, next, holdings)
                .text(holding -> holding.mobileNodeIdentifier().value())
                .integer(holding -> holding.bindingIdentifier().value())
                .text(holding -> holding.prefix().toString())
                .next();
    }

    private static int entries(Connection connection, PreparedStatement statement, int next, List<ChangedRow> rows)
            throws SQLException {
        return new Columns<>(connection, statement, next, rows)
                .text(row -> row.written().mobileNodeIdentifier().value())
                .integer(row -> row.written().bindingIdentifier().value())
                .integer(row -> row.written().bindingPriority())
                .bytea(row -> BindingRows.prefixes(row.written().homeNetworkPrefixes()))
                .text(row -> row.written().proxyCareOfAddress().toString())
                .integer(row -> row.written().accessTechnologyType().value())
                .bytea(row -> row.written()
                        .linkLayerIdentifier()
                        .map(LinkLayerIdentifier::octets)
                        .orElse(null))
                .text(row -> row.written().state().name())
                .bigint(row -> row.written().expiresAt().toEpochMilli())
                .text(row -> row.written().policyGroup())
                .integer(row -> row.written().sequenceNumber())
                .bigint(row -> row.written().timestamp().map(Timestamp::value).orElse(null))
                .bigint(row -> row.written().acceptedAt().toEpochMilli())
                .text(row -> row.written()
                        .linkLocalAddress()
                        .map(Ipv6Address::toString)
                        .orElse(null))
                .text(row -> row.written()
                        .serviceSelection()
                        .map(ServiceSelection::value)
                        .orElse(null))
                .text(row -> row.written().prefixKind().name())
                .bytea(row -> BindingMessages.signalling(row.written())
                        .map(message -> message.toByteArray())
                        .orElse(null))
                .bigint(row -> row.written()
                        .flowMobility()
                        .holdUntil()
                        .map(Instant::toEpochMilli)
                        .orElse(null))
                .bytea(row -> BindingMessages.facts(row.written())
                        .map(message -> message.toByteArray())
                        .orElse(null))
                .bigint(ChangedRow::version)
                .next();
    }

    private PrefixPool pool(HomeNetworkPrefix prefix) {
        return stored.everyPool().stream()
                .filter(candidate -> candidate.prefix().contains(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(prefix + " is in no pool of the anchor"));
    }
}
