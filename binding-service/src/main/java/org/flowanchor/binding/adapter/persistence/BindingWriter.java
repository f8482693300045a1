package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.BindingChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.BindingTransaction.Assignment;
import org.flowanchor.binding.application.BindingTransaction.Holding;
import org.flowanchor.binding.application.MessageChange;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.jspecify.annotations.Nullable;

/**
 * Writes the net difference of one transaction in two statements. The last one takes the anchor's row lock, which lives only until the
 * commit that follows, makes versions dense and in commit order, and finds out whether the anchor is in the state that was decided on.
 *
 * <p>Trap: plans are made when tables may be empty, and kept. Each row is looked up by its key in a subselect of its own (LATERAL ...
 * OFFSET 0), so that no plan can read a table and look for its rows among the parameters.
 */
final class BindingWriter {
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
                    WHERE h.mobile_node = EXCLUDED.mobile_node
                       OR (h.state = 'RESTING' AND h.lessee = ? AND h.leased_until > now())
                       -- A gateway names it: whoever leased it finds out.
                       OR (h.state = 'RESTING' AND h.released_at <= now() - make_interval(secs => ?)
                           AND h.released_version
                               <= coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = h.anchor), 0)
                           AND NOT EXISTS (SELECT 1 FROM subscriber_prefix s
                                           WHERE s.prefix = h.prefix AND s.mobile_node <> EXCLUDED.mobile_node))
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

    /** Of a transaction that changes no entry, only messages about some. */
    private static final String LAST_WITHOUT_CHANGES = """
            UPDATE anchor SET last_transaction = ? WHERE anchor = ? AND version = ? AND last_transaction = ?""";

    /**
     * With the commit, for one round trip less. Where the anchor is in another state the row of the outbox would have no anchor, so the
     * statement fails and the commit is not reached.
     */
    private static final String LAST_AND_COMMIT = """
            WITH advanced AS (
                UPDATE anchor SET version = ?, last_transaction = ?
                WHERE anchor = ? AND version = ? AND last_transaction = ?
                RETURNING anchor
            )
            INSERT INTO outbox (anchor, version, mobile_node, binding_identifier, value, traceparent)
            VALUES ((SELECT anchor FROM advanced), ?, ?, ?, ?, ?);
            COMMIT""";

    private static final String NOT_NULL_VIOLATION = "23502";

    private final StoredAnchor stored;
    private final AnchorState from;
    private final AnchorState to;
    private final UUID replica;
    private final Duration prefixRest;
    private final BindingTransaction transaction;
    private final List<Row> removed = new ArrayList<>();
    private final List<Row> written = new ArrayList<>();
    private final List<Row> all = new ArrayList<>();
    private final List<Assignment> assigned;
    private final List<Assignment> released;
    private final List<MessageChange> messages;
    private Map<ProxyCareOfAddress, Integer> sequenceNumbers = Map.of();

    /** One change; the entry as it is from now on. */
    private record Row(
            long version, BindingChange change, @Nullable BindingCacheEntry entry, byte @Nullable [] value) {
        BindingCacheEntry written() {
            return Objects.requireNonNull(entry);
        }
    }

    /**
     * Prepares the rows; needs no connection yet.
     *
     * @param from the state that was decided on
     * @param transactionNumber drawn for this transaction
     */
    BindingWriter(
            StoredAnchor stored,
            UUID replica,
            Duration prefixRest,
            AnchorState from,
            long transactionNumber,
            BindingTransaction transaction) {
        this.stored = stored;
        this.replica = replica;
        this.prefixRest = prefixRest;
        this.from = from;
        this.transaction = transaction;
        this.assigned = transaction.assigned();
        this.released = transaction.released();
        this.messages = transaction.messageChanges();
        long version = from.version();
        for (BindingChange change : transaction.changes()) {
            version++;
            Row row;
            switch (change) {
                case BindingChange.Written now -> {
                    BindingCacheEntry entry = now.entry();
                    row = new Row(
                            version,
                            change,
                            entry,
                            BindingMessages.of(stored.anchor().lmaAddress(), entry)
                                    .toByteArray());
                    written.add(row);
                }
                case BindingChange.Removed gone -> {
                    row = new Row(version, gone, null, null);
                    removed.add(row);
                }
            }
            all.add(row);
        }
        this.to = isEmpty() ? from : new AnchorState(version, transactionNumber);
    }

    /** How many sequence numbers of each gateway's the new messages take. */
    SortedMap<ProxyCareOfAddress, Integer> numbersWanted() {
        SortedMap<ProxyCareOfAddress, Integer> wanted = new TreeMap<>();
        for (MessageChange change : messages) {
            if (change instanceof MessageChange.Written written) {
                wanted.merge(written.message().key().gateway(), 1, Integer::sum);
            }
        }
        return wanted;
    }

    /** @param first number for each gateway */
    void number(Map<ProxyCareOfAddress, Integer> first) {
        sequenceNumbers = first;
    }

    /** Nothing changes. */
    boolean isEmpty() {
        return all.isEmpty() && messages.isEmpty() && !transaction.isConfirmed();
    }

    AnchorState from() {
        return from;
    }

    /** Every node of the transaction as it leaves them. */
    Collection<MobileNodeBindings> nodes() {
        return transaction.mobileNodes().stream().map(transaction::bindings).toList();
    }

    List<HomeNetworkPrefix> assignedPrefixes() {
        return assigned.stream().map(Assignment::prefix).toList();
    }

    /** Whose the prefixes are from now on that change hands. */
    Map<HomeNetworkPrefix, PrefixHolder> holders() {
        Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        released.forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), true)));
        assigned.forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), false)));
        return holders;
    }

    /** The state the transaction leads to; the one it was decided on when nothing changes. */
    AnchorState to() {
        return to;
    }

    int changes() {
        return all.size();
    }

    int messages() {
        return messages.size();
    }

    /**
     * Entries and prefixes; they belong to the state that {@link #advance} asks for.
     *
     * @throws StoreConflictException something is not as it was decided on: roll back
     */
    void writeRows(Connection connection) throws SQLException {
        if (!all.isEmpty()) {
            writeEntries(connection);
        }
        if (!messages.isEmpty()) {
            new MessageRows(connection, stored.number()).write(messages, sequenceNumbers);
        }
    }

    private void writeEntries(Connection connection) throws SQLException {
        int anchor = stored.number();
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            int next = new Columns<>(connection, statement, 1, removed)
                    .text(row -> row.change.mobileNodeIdentifier().value())
                    .integer(row -> row.change.bindingIdentifier().value())
                    .next();
            statement.setInt(next++, anchor);
            statement.setInt(next++, anchor);
            next = entries(connection, statement, next, written);
            statement.setInt(next++, anchor);
            next = new Columns<>(connection, statement, next, assigned)
                    .text(assignment -> assignment.prefix().toString())
                    .text(assignment -> pool(assignment.prefix()).prefix().toString())
                    .text(assignment -> assignment.mobileNodeIdentifier().value())
                    .next();
            statement.setObject(next++, replica);
            statement.setDouble(next++, prefixRest.toMillis() / 1000.0);
            statement.setLong(next++, to.version());
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
     * The last statement, and the commit: takes the anchor to the new state, and its row's lock until the commit, and logs the changes.
     * Not before: two replicas that are about to log the same version would wait for each other.
     *
     * @throws OvertakenException the anchor is not in the state that was decided on: roll back
     */
    void advance(Connection connection) throws SQLException {
        if (all.isEmpty()) {
            advanceWithoutChanges(connection);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(LAST_AND_COMMIT)) {
            statement.setLong(1, to.version());
            statement.setLong(2, to.transaction());
            statement.setInt(3, stored.number());
            statement.setLong(4, from.version());
            statement.setLong(5, from.transaction());
            statement.setLong(6, to.version());
            new Columns<>(connection, statement, 7, all)
                    .text(row -> row.change.mobileNodeIdentifier().value())
                    .integer(row -> row.change.bindingIdentifier().value())
                    .bytea(row -> row.value)
                    .text(row -> transaction
                            .traceparent(row.change.mobileNodeIdentifier())
                            .orElse(null));
            statement.execute();
        } catch (SQLException e) {
            if (NOT_NULL_VIOLATION.equals(e.getSQLState())) {
                throw new OvertakenException("another replica was faster");
            }
            throw e;
        }
    }

    private void advanceWithoutChanges(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_WITHOUT_CHANGES)) {
            statement.setLong(1, to.transaction());
            statement.setInt(2, stored.number());
            statement.setLong(3, from.version());
            statement.setLong(4, from.transaction());
            if (statement.executeUpdate() != 1) {
                throw new OvertakenException("another replica was faster");
            }
        }
    }

    private static int holdings(Connection connection, PreparedStatement statement, int next, List<Holding> holdings)
            throws SQLException {
        return new Columns<>(connection, statement, next, holdings)
                .text(holding -> holding.mobileNodeIdentifier().value())
                .integer(holding -> holding.bindingIdentifier().value())
                .text(holding -> holding.prefix().toString())
                .next();
    }

    private static int entries(Connection connection, PreparedStatement statement, int next, List<Row> rows)
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
                .bigint(Row::version)
                .next();
    }

    private PrefixPool pool(HomeNetworkPrefix prefix) {
        return stored.everyPool().stream()
                .filter(candidate -> candidate.prefix().contains(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(prefix + " is in no pool of the anchor"));
    }
}
