package org.flowanchor.binding.adapter.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.flowanchor.binding.application.MessageChange;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.binding.domain.OutstandingMessage.Content;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/** Rows of gateway_message that concern one mobile node each. Few in any transaction: most have none. */
final class MessageRows {
    private static final String COLUMNS = """
            host(proxy_care_of_address), kind, sequence_number, mobile_node, revocation_trigger, binding_identifiers,
            on_link_prefixes::text[], off_link_prefixes::text[], transmissions, due_at""";

    private final Connection connection;
    private final int anchor;

    MessageRows(Connection connection, int anchor) {
        this.connection = connection;
        this.anchor = anchor;
    }

    Map<MobileNodeIdentifier, List<OutstandingMessage>> of(Collection<MobileNodeIdentifier> mobileNodes)
            throws SQLException {
        Map<MobileNodeIdentifier, List<OutstandingMessage>> messages = new HashMap<>();
        if (mobileNodes.isEmpty()) {
            return messages;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM gateway_message WHERE anchor = ? AND mobile_node = ANY (?)")) {
            select.setInt(1, anchor);
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            mobileNodes.stream()
                                    .map(MobileNodeIdentifier::value)
                                    .toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    messages.computeIfAbsent(new MobileNodeIdentifier(rows.getString(4)), node -> new ArrayList<>())
                            .add(message(rows));
                }
            }
        }
        return messages;
    }

    static OutstandingMessage message(ResultSet row) throws SQLException {
        MessageKind kind = MessageKind.valueOf(row.getString(2));
        Content content = switch (kind) {
            case UPDATE_NOTIFICATION ->
                new Content.FlowMobilityInitiate(prefixes(row.getArray(7)), prefixes(row.getArray(8)));
            case BINDING_REVOCATION_INDICATION ->
                new Content.BindingRevocation(
                        new RevocationTrigger(row.getInt(5)),
                        Arrays.stream((Integer[]) row.getArray(6).getArray())
                                .map(BindingIdentifier::new)
                                .toList(),
                        prefixes(row.getArray(7)));
            case HEARTBEAT -> throw new IllegalStateException("a heartbeat concerns no mobile node");
        };
        return new OutstandingMessage(
                new OutstandingMessage.Key(ProxyCareOfAddress.parse(row.getString(1)), kind),
                OptionalInt.of(row.getInt(3)),
                content,
                row.getInt(9),
                row.getTimestamp(10).toInstant());
    }

    static List<HomeNetworkPrefix> prefixes(Array array) throws SQLException {
        return Arrays.stream((String[]) array.getArray())
                .map(HomeNetworkPrefix::parse)
                .toList();
    }

    /**
     * Settled ones go first: a new one may take the place of one of them.
     *
     * @param firstNumbers of the new ones, by gateway
     */
    void write(List<MessageChange> changes, Map<ProxyCareOfAddress, Integer> firstNumbers) throws SQLException {
        List<MessageChange.Settled> settled = new ArrayList<>();
        List<MessageChange.Repeated> repeated = new ArrayList<>();
        List<MessageChange.Written> written = new ArrayList<>();
        for (MessageChange change : changes) {
            switch (change) {
                case MessageChange.Settled one -> settled.add(one);
                case MessageChange.Repeated one -> repeated.add(one);
                case MessageChange.Written one -> written.add(one);
            }
        }
        delete(settled);
        repeat(repeated);
        insert(written, new HashMap<>(firstNumbers));
    }

    private void delete(List<MessageChange.Settled> settled) throws SQLException {
        if (settled.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM gateway_message
                WHERE proxy_care_of_address = ?::inet AND sequence_number = ? AND kind = ? AND anchor = ?""")) {
            for (MessageChange.Settled one : settled) {
                name(delete, 1, one.message());
                delete.setInt(4, anchor);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static void name(PreparedStatement statement, int first, OutstandingMessage message) throws SQLException {
        statement.setString(first, message.key().gateway().toString());
        statement.setLong(first + 1, message.sequenceNumber().orElseThrow());
        statement.setString(first + 2, message.key().kind().name());
    }

    private void repeat(List<MessageChange.Repeated> repeated) throws SQLException {
        if (repeated.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE gateway_message SET transmissions = ?, due_at = ?
                WHERE proxy_care_of_address = ?::inet AND sequence_number = ? AND kind = ? AND anchor = ?""")) {
            for (MessageChange.Repeated one : repeated) {
                update.setInt(1, one.message().transmissions());
                update.setTimestamp(2, Timestamp.from(one.message().dueAt()));
                name(update, 3, one.message());
                update.setInt(6, anchor);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private void insert(List<MessageChange.Written> written, Map<ProxyCareOfAddress, Integer> next)
            throws SQLException {
        if (written.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO gateway_message (
                    anchor, proxy_care_of_address, kind, sequence_number, mobile_node, revocation_trigger,
                    binding_identifiers, on_link_prefixes, off_link_prefixes, due_at)
                VALUES (?, ?::inet, ?, ?, ?, ?, ?, ?::cidr[], ?::cidr[], ?)""")) {
            for (MessageChange.Written one : written) {
                OutstandingMessage message = one.message();
                ProxyCareOfAddress gateway = message.key().gateway();
                int number = Objects.requireNonNull(next.get(gateway), "no sequence number for the gateway");
                next.put(gateway, number + 1 & 0xffff);
                insert.setInt(1, anchor);
                insert.setString(2, gateway.toString());
                insert.setString(3, message.key().kind().name());
                insert.setLong(4, number);
                insert.setString(5, one.mobileNodeIdentifier().value());
                switch (message.content()) {
                    case Content.FlowMobilityInitiate initiate -> {
                        insert.setNull(6, Types.INTEGER);
                        insert.setArray(7, connection.createArrayOf("int4", new Integer[0]));
                        insert.setArray(8, texts(initiate.onLinkPrefixes()));
                        insert.setArray(9, texts(initiate.offLinkPrefixes()));
                    }
                    case Content.BindingRevocation revocation -> {
                        insert.setInt(6, revocation.trigger().value());
                        insert.setArray(
                                7,
                                connection.createArrayOf(
                                        "int4",
                                        revocation.bindingIdentifiers().stream()
                                                .map(BindingIdentifier::value)
                                                .toArray()));
                        insert.setArray(8, texts(revocation.homeNetworkPrefixes()));
                        insert.setArray(9, texts(List.of()));
                    }
                }
                insert.setTimestamp(10, Timestamp.from(message.dueAt()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private Array texts(List<HomeNetworkPrefix> prefixes) throws SQLException {
        return connection.createArrayOf(
                "text", prefixes.stream().map(HomeNetworkPrefix::toString).toArray());
    }
}
