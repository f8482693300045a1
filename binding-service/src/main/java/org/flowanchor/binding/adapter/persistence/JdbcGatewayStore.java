package org.flowanchor.binding.adapter.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.flowanchor.binding.application.GatewayRequest;
import org.flowanchor.binding.application.GatewayStore;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.UnknownGatewayException;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Tables gateway and gateway_message.
 *
 * <p>Traps: a gateway's row is locked after mobile nodes and before the anchor, nothing here takes the other locks; and before its
 * messages that concern no single mobile node.
 */
final class JdbcGatewayStore implements GatewayStore {
    private static final String LOCKED = " FOR UPDATE";
    private static final String WITHOUT_LOCK = "";

    private final Database database;
    private final Anchors anchors;

    JdbcGatewayStore(Database database, Anchors anchors) {
        this.database = database;
        this.anchors = anchors;
    }

    @Override
    public List<Ready> take(LmaAddress anchor, Set<ProxyCareOfAddress> reachable, int limit) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE gateway_message m SET sent = m.transmissions
                    FROM (SELECT message FROM gateway_message
                          WHERE anchor = ? AND proxy_care_of_address = ANY (?::inet[]) AND sent < transmissions
                          ORDER BY message
                          LIMIT ?
                          FOR UPDATE SKIP LOCKED) taken
                    WHERE m.message = taken.message
                    RETURNING host(m.proxy_care_of_address), m.kind, m.sequence_number, m.mobile_node,
                              m.revocation_trigger, m.binding_identifiers, m.on_link_prefixes::text[],
                              m.off_link_prefixes::text[], m.transmissions, m.due_at, m.realm""")) {
                update.setInt(1, number);
                update.setArray(2, texts(connection, reachable));
                update.setInt(3, limit);
                List<Ready> ready = new ArrayList<>();
                try (ResultSet rows = update.executeQuery()) {
                    while (rows.next()) {
                        ready.add(ready(rows));
                    }
                }
                return ready;
            }
        });
    }

    private static Ready ready(ResultSet row) throws SQLException {
        ProxyCareOfAddress gateway = ProxyCareOfAddress.parse(row.getString(1));
        String mobileNode = row.getString(4);
        if (mobileNode != null) {
            return new Ready(gateway, MessageRows.message(row).message(new MobileNodeIdentifier(mobileNode)));
        }
        return switch (MessageKind.valueOf(row.getString(2))) {
            case HEARTBEAT -> new Ready(gateway, Heartbeat.request(row.getLong(3)));
            case BINDING_REVOCATION_INDICATION ->
                new Ready(
                        gateway,
                        new BindingRevocationIndication(
                                row.getInt(3),
                                new RevocationTrigger(row.getInt(5)),
                                true,
                                Optional.ofNullable(row.getString(11)).map(realm -> new Realm(realm).identifier()),
                                List.of(),
                                gateway));
            case UPDATE_NOTIFICATION -> throw new IllegalStateException("an Update Notification names a mobile node");
        };
    }

    @Override
    public Optional<MobileNodeIdentifier> mobileNode(
            LmaAddress anchor, ProxyCareOfAddress gateway, MessageKind kind, long sequenceNumber) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT mobile_node FROM gateway_message
                    WHERE proxy_care_of_address = ?::inet AND sequence_number = ? AND kind = ? AND anchor = ?""")) {
                select.setString(1, gateway.toString());
                select.setLong(2, sequenceNumber);
                select.setString(3, kind.name());
                select.setInt(4, number);
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.ofNullable(row.getString(1)).map(MobileNodeIdentifier::new)
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public List<Unanswered> unanswered(LmaAddress anchor, ProxyCareOfAddress gateway) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT kind, sequence_number, mobile_node FROM gateway_message
                    WHERE proxy_care_of_address = ?::inet AND anchor = ? AND sent > 0
                    ORDER BY message DESC
                    LIMIT 1000""")) {
                select.setString(1, gateway.toString());
                select.setInt(2, number);
                List<Unanswered> unanswered = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        unanswered.add(new Unanswered(
                                MessageKind.valueOf(rows.getString(1)),
                                rows.getLong(2),
                                Optional.ofNullable(rows.getString(3)).map(MobileNodeIdentifier::new)));
                    }
                }
                return unanswered;
            }
        });
    }

    @Override
    public GatewayPeer.Decision decide(LmaAddress anchor, ProxyCareOfAddress gateway, PeerDecision decision) {
        int number = anchors.number(anchor);
        return database.transact(connection -> write(connection, number, known(connection, number, gateway), decision));
    }

    @Override
    public GatewayPeer learn(LmaAddress anchor, ProxyCareOfAddress gateway, UnaryOperator<GatewayPeer> shown) {
        int number = anchors.number(anchor);
        Optional<GatewayPeer> present =
                database.read(connection -> found(connection, number, gateway, WITHOUT_LOCK)).stream()
                        .findFirst();
        if (present.isPresent() && shown.apply(present.get()).equals(present.get())) {
            return present.get();
        }
        return database.transact(connection -> {
            GatewayPeer peer = known(connection, number, gateway);
            GatewayPeer after = shown.apply(peer);
            if (!after.equals(peer)) {
                GatewayPeerRows.update(connection, number, after);
            }
            return after;
        });
    }

    @Override
    public void decideOnce(
            LmaAddress anchor, GatewayRequest request, BindingRevocationAcknowledgement answer, PeerDecision decision) {
        int number = anchors.number(anchor);
        database.execute(connection -> {
            GatewayPeer peer = known(connection, number, request.gateway());
            // After the lock: of two that are the same, one waits for the other here.
            RequestRows requests = new RequestRows(connection, number);
            if (requests.answers(Set.of(request)).isEmpty()) {
                write(connection, number, peer, decision);
                requests.write(Map.of(request, answer));
            }
        });
    }

    /** Locked; from now on there is a row. */
    private static GatewayPeer known(Connection connection, int anchor, ProxyCareOfAddress gateway)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO gateway (anchor, proxy_care_of_address) VALUES (?, ?::inet) ON CONFLICT DO NOTHING""")) {
            insert.setInt(1, anchor);
            insert.setString(2, gateway.toString());
            insert.executeUpdate();
        }
        return locked(connection, anchor, gateway);
    }

    /** There must be a row. */
    private static GatewayPeer locked(Connection connection, int anchor, ProxyCareOfAddress gateway)
            throws SQLException {
        return found(connection, anchor, gateway, LOCKED).getFirst();
    }

    /** If there is one. */
    private static List<GatewayPeer> found(Connection connection, int anchor, ProxyCareOfAddress gateway, String lock)
            throws SQLException {
        return GatewayPeerRows.read(
                connection, "WHERE anchor = ? AND proxy_care_of_address = ?::inet" + lock, statement -> {
                    statement.setInt(1, anchor);
                    statement.setString(2, gateway.toString());
                });
    }

    @Override
    public List<GatewayPeer.Decision> decideDue(LmaAddress anchor, Instant now, int limit, DueDecision decision) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            List<GatewayPeer.Decision> decisions = new ArrayList<>();
            List<GatewayPeer> due = GatewayPeerRows.read(
                    connection,
                    "WHERE anchor = ? AND heartbeat_at <= ? ORDER BY proxy_care_of_address LIMIT ? FOR UPDATE SKIP LOCKED",
                    statement -> {
                        statement.setInt(1, number);
                        statement.setTimestamp(2, Timestamp.from(now));
                        statement.setInt(3, limit);
                    });
            for (GatewayPeer peer : due) {
                boolean sent = isHeartbeatSent(connection, number, peer.proxyCareOfAddress());
                decisions.add(
                        write(connection, number, peer, (present, bound) -> decision.decide(present, bound, sent)));
            }
            return decisions;
        });
    }

    private static GatewayPeer.Decision write(
            Connection connection, int anchor, GatewayPeer peer, PeerDecision decision) throws SQLException {
        GatewayPeer.Decision decided = decision.decide(peer, isBound(connection, anchor, peer.proxyCareOfAddress()));
        if (!decided.peer().equals(peer)) {
            GatewayPeerRows.update(connection, anchor, decided.peer());
        }
        if (decided.request().isPresent()) {
            replaceHeartbeat(
                    connection,
                    anchor,
                    peer.proxyCareOfAddress(),
                    decided.request().get(),
                    decided.peer().heartbeats().nextAt());
        }
        return decided;
    }

    private static boolean isBound(Connection connection, int anchor, ProxyCareOfAddress gateway) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT EXISTS (SELECT FROM binding_cache_entry
                               WHERE proxy_care_of_address = ?::inet AND anchor = ? AND state = 'ACTIVE')""")) {
            select.setString(1, gateway.toString());
            select.setInt(2, anchor);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static boolean isHeartbeatSent(Connection connection, int anchor, ProxyCareOfAddress gateway)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT NOT EXISTS (SELECT FROM gateway_message
                                   WHERE proxy_care_of_address = ?::inet AND mobile_node IS NULL AND kind = 'HEARTBEAT'
                                     AND anchor = ? AND sent = 0)""")) {
            select.setString(1, gateway.toString());
            select.setInt(2, anchor);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void replaceHeartbeat(
            Connection connection, int anchor, ProxyCareOfAddress gateway, Heartbeat request, Optional<Instant> dueAt)
            throws SQLException {
        deleteOfPeer(connection, anchor, gateway, MessageKind.HEARTBEAT);
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO gateway_message (anchor, proxy_care_of_address, kind, sequence_number, due_at)
                VALUES (?, ?::inet, 'HEARTBEAT', ?, ?)""")) {
            insert.setInt(1, anchor);
            insert.setString(2, gateway.toString());
            insert.setLong(3, request.sequenceNumber());
            insert.setTimestamp(4, Timestamp.from(dueAt.orElseThrow()));
            insert.executeUpdate();
        }
    }

    private static int deleteOfPeer(Connection connection, int anchor, ProxyCareOfAddress gateway, MessageKind kind)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM gateway_message
                WHERE proxy_care_of_address = ?::inet AND mobile_node IS NULL AND kind = ? AND anchor = ?""")) {
            delete.setString(1, gateway.toString());
            delete.setString(2, kind.name());
            delete.setInt(3, anchor);
            return delete.executeUpdate();
        }
    }

    @Override
    public Map<ProxyCareOfAddress, Set<MessageKind>> unknownMessages(LmaAddress anchor) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            Map<ProxyCareOfAddress, Set<MessageKind>> unknown = new HashMap<>();
            GatewayPeerRows.read(
                            connection,
                            "WHERE anchor = ? AND unknown_messages <> '{}'",
                            statement -> statement.setInt(1, number))
                    .forEach(peer -> unknown.put(peer.proxyCareOfAddress(), peer.unknown()));
            return unknown;
        });
    }

    @Override
    public Collection<GatewayPeer> losing(LmaAddress anchor, Instant now) {
        int number = anchors.number(anchor);
        return database.transact(connection ->
                GatewayPeerRows.read(connection, "WHERE anchor = ? AND lost_from <= ?", statement -> {
                    statement.setInt(1, number);
                    statement.setTimestamp(2, Timestamp.from(now));
                }));
    }

    @Override
    public List<MobileNodeIdentifier> bound(
            LmaAddress anchor, ProxyCareOfAddress gateway, GatewayPeer.Loss loss, int limit) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT DISTINCT mobile_node FROM binding_cache_entry
                    WHERE proxy_care_of_address = ?::inet AND anchor = ? AND state = 'ACTIVE' AND accepted_at < ?
                      AND (?::text IS NULL OR lower(substr(mobile_node, strpos(mobile_node, '@'))) = ?)
                    LIMIT ?""")) {
                String realm = loss.realm().map(one -> one.identifier().value()).orElse(null);
                select.setString(1, gateway.toString());
                select.setInt(2, number);
                select.setTimestamp(3, Timestamp.from(loss.before()));
                select.setString(4, realm);
                select.setString(5, realm);
                select.setInt(6, limit);
                List<MobileNodeIdentifier> bound = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        bound.add(new MobileNodeIdentifier(rows.getString(1)));
                    }
                }
                return bound;
            }
        });
    }

    private static boolean isKnown(Connection connection, int anchor, ProxyCareOfAddress gateway) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT EXISTS (SELECT FROM gateway WHERE anchor = ? AND proxy_care_of_address = ?::inet)
                    OR EXISTS (SELECT FROM binding_cache_entry WHERE proxy_care_of_address = ?::inet AND anchor = ?)""")) {
            select.setInt(1, anchor);
            select.setString(2, gateway.toString());
            select.setString(3, gateway.toString());
            select.setInt(4, anchor);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public boolean revokeAll(LmaAddress anchor, GatewayRevocation revocation) {
        int number = anchors.number(anchor);
        ProxyCareOfAddress gateway = revocation.gateway();
        Optional<Realm> realm = revocation.realm();
        return database.transact(connection -> {
            if (!isKnown(connection, number, gateway)) {
                throw new UnknownGatewayException(gateway);
            }
            Map<ProxyCareOfAddress, Integer> first =
                    new SequenceNumbers(connection, number).take(new TreeMap<>(Map.of(gateway, 1)));
            GatewayPeer peer = locked(connection, number, gateway);
            // After the lock: of two that are the same, one waits for the other here.
            if (revocation.request().isPresent()
                    && JdbcOperatorRequests.answered(
                                    connection, revocation.request().get(), number)
                            .isPresent()) {
                return true;
            }
            Optional<GatewayPeer> revoked = peer.revoked(realm, revocation.now(), revocation.patience());
            if (revoked.isEmpty()) {
                return false;
            }
            if (revocation.request().isPresent()
                    && !JdbcOperatorRequests.remember(
                            connection, revocation.request().get(), number, 1)) {
                // The same one would have waited for the lock.
                throw new IdempotencyKeyReusedException(
                        revocation.request().get().key());
            }
            GatewayPeerRows.update(connection, number, revoked.get());
            deleteOfPeer(connection, number, gateway, MessageKind.BINDING_REVOCATION_INDICATION);
            if (revocation.dueAt().isEmpty()) {
                return true;
            }
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO gateway_message (
                        anchor, proxy_care_of_address, kind, sequence_number, revocation_trigger, realm, due_at)
                    VALUES (?, ?::inet, 'BINDING_REVOCATION_INDICATION', ?, ?, ?, ?)""")) {
                insert.setInt(1, number);
                insert.setString(2, gateway.toString());
                insert.setInt(3, first.getOrDefault(gateway, 0));
                insert.setInt(
                        4,
                        realm.isPresent()
                                ? RevocationTrigger.REVOKING_MOBILITY_NODE_LOCAL_POLICY.value()
                                : RevocationTrigger.PER_PEER_POLICY.value());
                insert.setString(5, realm.map(Realm::name).orElse(null));
                insert.setTimestamp(6, Timestamp.from(revocation.dueAt().get()));
                insert.executeUpdate();
            }
            return true;
        });
    }

    @Override
    public boolean settleRevokeAll(LmaAddress anchor, ProxyCareOfAddress gateway, long sequenceNumber, Instant now) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            // The gateway before its messages, as everywhere here.
            List<GatewayPeer> peer = found(connection, number, gateway, LOCKED);
            try (PreparedStatement delete = connection.prepareStatement("""
                    DELETE FROM gateway_message
                    WHERE proxy_care_of_address = ?::inet AND sequence_number = ? AND anchor = ? AND mobile_node IS NULL
                      AND kind = 'BINDING_REVOCATION_INDICATION'""")) {
                delete.setString(1, gateway.toString());
                delete.setLong(2, sequenceNumber);
                delete.setInt(3, number);
                if (delete.executeUpdate() == 0) {
                    return false;
                }
            }
            for (GatewayPeer one : peer) {
                GatewayPeerRows.update(connection, number, one.revocationAnswered(now));
            }
            return true;
        });
    }

    @Override
    public int peerMessagesDue(LmaAddress anchor, Instant now, int limit, PeerMessageWork work) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            record Due(long message, Optional<Instant> next) {}
            List<Due> due = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT message, kind, transmissions, host(proxy_care_of_address) FROM gateway_message
                    WHERE anchor = ? AND due_at <= ? AND mobile_node IS NULL
                    ORDER BY due_at
                    LIMIT ?
                    FOR UPDATE SKIP LOCKED""")) {
                select.setInt(1, number);
                select.setTimestamp(2, Timestamp.from(now));
                select.setInt(3, limit);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        due.add(new Due(
                                rows.getLong(1),
                                work.next(
                                        ProxyCareOfAddress.parse(rows.getString(4)),
                                        MessageKind.valueOf(rows.getString(2)),
                                        rows.getInt(3))));
                    }
                }
            }
            int repeated = 0;
            for (Due one : due) {
                if (one.next().isPresent()) {
                    repeat(connection, one.message(), one.next().get());
                    repeated++;
                } else {
                    delete(connection, one.message());
                }
            }
            return repeated;
        });
    }

    private static void repeat(Connection connection, long message, Instant dueAt) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE gateway_message SET transmissions = transmissions + 1, due_at = ? WHERE message = ?")) {
            update.setTimestamp(1, Timestamp.from(dueAt));
            update.setLong(2, message);
            update.executeUpdate();
        }
    }

    private static void delete(Connection connection, long message) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM gateway_message WHERE message = ?")) {
            delete.setLong(1, message);
            delete.executeUpdate();
        }
    }

    @Override
    public long restartCounter(LmaAddress anchor) {
        int number = anchors.number(anchor);
        return database.transact(connection -> {
            // The upper half of a system's identifier is when it was made, in seconds, as the stored counter is.
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT greatest(restart_counter, (SELECT system_identifier FROM pg_control_system()) >> 32)
                           + ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int - 1
                    FROM anchor WHERE anchor = ?""")) {
                select.setInt(1, number);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getLong(1) & 0xffff_ffffL;
                }
            }
        });
    }

    private static Array texts(Connection connection, Collection<ProxyCareOfAddress> gateways) throws SQLException {
        return connection.createArrayOf(
                "text", gateways.stream().map(ProxyCareOfAddress::toString).toArray());
    }
}
