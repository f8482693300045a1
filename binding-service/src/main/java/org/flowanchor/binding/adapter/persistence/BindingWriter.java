package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.BindingChange;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.BindingTransaction.Assignment;
import org.flowanchor.binding.application.MessageChange;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Writes the net difference of one transaction in two statements. The last one takes the anchor's row lock, which lives only until the
 * commit that follows, makes versions dense and in commit order, and finds out whether the anchor is in the state that was decided on.
 */
final class BindingWriter {
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
    private final List<ChangedRow> removed = new ArrayList<>();
    private final List<ChangedRow> written = new ArrayList<>();
    private final List<ChangedRow> all = new ArrayList<>();
    private final List<Assignment> assigned;
    private final List<Assignment> released;
    private final List<Assignment> assignedAndReleased;
    private final List<MessageChange> messages;
    private Map<ProxyCareOfAddress, Integer> sequenceNumbers = Map.of();

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
        this.assignedAndReleased = transaction.assignedAndReleased();
        this.messages = transaction.messageChanges();
        long version = from.version();
        for (BindingChange change : transaction.changes()) {
            version++;
            ChangedRow row;
            switch (change) {
                case BindingChange.Written now -> {
                    BindingCacheEntry entry = now.entry();
                    row = new ChangedRow(
                            version,
                            change,
                            entry,
                            BindingMessages.of(stored.anchor().lmaAddress(), entry, version));
                    written.add(row);
                }
                case BindingChange.Removed gone -> {
                    row = new ChangedRow(version, gone, null, null);
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
        return all.isEmpty()
                && messages.isEmpty()
                && assignedAndReleased.isEmpty()
                && transaction.answers().isEmpty()
                && !transaction.isConfirmed();
    }

    AnchorState from() {
        return from;
    }

    /** Every node of the transaction as it leaves them. */
    Collection<MobileNodeBindings> nodes() {
        return transaction.after();
    }

    List<HomeNetworkPrefix> assignedPrefixes() {
        return Stream.concat(assigned.stream(), assignedAndReleased.stream())
                .map(Assignment::prefix)
                .toList();
    }

    /** Whose the prefixes are from now on that change hands. */
    Map<HomeNetworkPrefix, PrefixHolder> holders() {
        Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        Stream.concat(released.stream(), assignedAndReleased.stream())
                .forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), true)));
        assigned.forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), false)));
        return holders;
    }

    /** The state the transaction leads to; the one it was decided on when nothing changes. */
    AnchorState to() {
        return to;
    }

    /** The changes as a reader of the log finds them. */
    List<LoggedChange> logged() {
        List<LoggedChange> logged = new ArrayList<>(all.size());
        for (ChangedRow row : all) {
            logged.add(row.logged(transaction.traceparent(row.change().mobileNodeIdentifier())));
        }
        return logged;
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
        ChangedRows rows = new ChangedRows(connection, stored, replica, prefixRest);
        if (!all.isEmpty()) {
            rows.write(transaction, removed, written, assigned, released, to.version());
        }
        if (!assignedAndReleased.isEmpty()) {
            rows.rest(assignedAndReleased, to.version());
        }
        if (!messages.isEmpty()) {
            new MessageRows(connection, stored.number()).write(messages, sequenceNumbers);
        }
        if (!transaction.answers().isEmpty()) {
            new RequestRows(connection, stored.number()).write(transaction.answers());
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
                    .text(row -> row.change().mobileNodeIdentifier().value())
                    .integer(row -> row.change().bindingIdentifier().value())
                    .bytea(ChangedRow::value)
                    .text(row -> transaction
                            .traceparent(row.change().mobileNodeIdentifier())
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
}
