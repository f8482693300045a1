package org.flowanchor.binding.adapter.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/** Rows of the table gateway as peers. */
final class GatewayPeerRows {
    /** Unqualified columns of gateway, the first 15 of a row that {@link #peer} reads. */
    static final String PEER = """
            host(proxy_care_of_address), on_the_wire, restart_counter, counted_at, heartbeat_sequence, heartbeat_unanswered,
            missing_heartbeats, reachable, heartbeat_at, known_messages, unknown_messages, lost_before, lost_bindings,
            lost_from, lost_realm""";

    private GatewayPeerRows() {}

    @FunctionalInterface
    interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** @param condition with its parameters, which {@code binder} sets */
    static List<GatewayPeer> read(Connection connection, String condition, Binder binder) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + PEER + " FROM gateway " + condition)) {
            binder.bind(select);
            List<GatewayPeer> peers = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    peers.add(peer(rows));
                }
            }
            return peers;
        }
    }

    static GatewayPeer peer(ResultSet row) throws SQLException {
        long counter = row.getLong(3);
        OptionalLong restartCounter = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(counter);
        Timestamp lostBefore = row.getTimestamp(12);
        return new GatewayPeer(
                ProxyCareOfAddress.parse(row.getString(1)),
                row.getBoolean(2),
                new GatewayPeer.RestartCounter(restartCounter, instant(row.getTimestamp(4))),
                new GatewayPeer.Heartbeats(
                        row.getLong(5),
                        row.getBoolean(6),
                        row.getInt(7),
                        row.getBoolean(8),
                        instant(row.getTimestamp(9))),
                kinds(row.getArray(10)),
                kinds(row.getArray(11)),
                lostBefore == null
                        ? Optional.empty()
                        : Optional.of(new GatewayPeer.Loss(
                                lostBefore.toInstant(),
                                GatewayPeer.Loss.How.valueOf(row.getString(13)),
                                row.getTimestamp(14).toInstant(),
                                Optional.ofNullable(row.getString(15)).map(Realm::new))));
    }

    private static Optional<Instant> instant(@Nullable Timestamp timestamp) {
        return Optional.ofNullable(timestamp).map(Timestamp::toInstant);
    }

    private static Set<MessageKind> kinds(Array array) throws SQLException {
        return Arrays.stream((String[]) array.getArray())
                .map(MessageKind::valueOf)
                .collect(Collectors.toSet());
    }

    static void update(Connection connection, int anchor, GatewayPeer peer) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE gateway SET on_the_wire = ?, restart_counter = ?, counted_at = ?, heartbeat_sequence = ?,
                    heartbeat_unanswered = ?, missing_heartbeats = ?, reachable = ?, heartbeat_at = ?,
                    known_messages = ?, unknown_messages = ?, lost_before = ?, lost_bindings = ?, lost_from = ?,
                    lost_realm = ?
                WHERE anchor = ? AND proxy_care_of_address = ?::inet""")) {
            update.setBoolean(1, peer.onTheWire());
            if (peer.restartCounter().value().isPresent()) {
                update.setLong(2, peer.restartCounter().value().getAsLong());
            } else {
                update.setNull(2, Types.BIGINT);
            }
            update.setTimestamp(3, timestamp(peer.restartCounter().at()));
            update.setLong(4, peer.heartbeats().sequenceNumber());
            update.setBoolean(5, peer.heartbeats().unanswered());
            update.setInt(6, peer.heartbeats().missing());
            update.setBoolean(7, peer.heartbeats().reachable());
            update.setTimestamp(8, timestamp(peer.heartbeats().nextAt()));
            update.setArray(9, kinds(connection, peer.known()));
            update.setArray(10, kinds(connection, peer.unknown()));
            update.setTimestamp(11, timestamp(peer.loss().map(GatewayPeer.Loss::before)));
            update.setString(12, peer.loss().map(loss -> loss.how().name()).orElse(null));
            update.setTimestamp(13, timestamp(peer.loss().map(GatewayPeer.Loss::from)));
            update.setString(
                    14,
                    peer.loss()
                            .flatMap(GatewayPeer.Loss::realm)
                            .map(Realm::name)
                            .orElse(null));
            update.setInt(15, anchor);
            update.setString(16, peer.proxyCareOfAddress().toString());
            update.executeUpdate();
        }
    }

    private static @Nullable Timestamp timestamp(Optional<Instant> instant) {
        return instant.map(Timestamp::from).orElse(null);
    }

    private static Array kinds(Connection connection, Set<MessageKind> kinds) throws SQLException {
        return connection.createArrayOf(
                "text", kinds.stream().map(MessageKind::name).sorted().toArray());
    }
}
