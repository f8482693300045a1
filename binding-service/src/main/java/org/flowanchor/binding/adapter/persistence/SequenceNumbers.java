package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Sequence numbers of messages to gateways (RFC 7077 section 4.1): one counter per gateway, random at first. They are drawn in a short
 * transaction of their own, so that no gateway's row is locked while an anchor's transaction is under way. Its disk is not waited for: a
 * number that is drawn twice after a crash meets the key of gateway_message.
 */
final class SequenceNumbers {
    private static final int MODULUS = 0x10000;
    private final Connection connection;
    private final int anchor;

    SequenceNumbers(Connection connection, int anchor) {
        this.connection = connection;
        this.anchor = anchor;
    }

    static Map<ProxyCareOfAddress, Integer> draw(
            Database database, int anchor, SortedMap<ProxyCareOfAddress, Integer> counts) {
        return database.transact(connection -> {
            try (PreparedStatement patience =
                    connection.prepareStatement("SELECT set_config('synchronous_commit', 'off', true)")) {
                patience.executeQuery();
            }
            return new SequenceNumbers(connection, anchor).take(counts);
        });
    }

    /** The first number of each run; the gateways' rows are locked, in ascending order. */
    Map<ProxyCareOfAddress, Integer> take(SortedMap<ProxyCareOfAddress, Integer> counts) throws SQLException {
        Map<ProxyCareOfAddress, Integer> first = new HashMap<>();
        for (Map.Entry<ProxyCareOfAddress, Integer> wanted : counts.entrySet()) {
            first.put(wanted.getKey(), take(wanted.getKey(), wanted.getValue()));
        }
        return first;
    }

    private int take(ProxyCareOfAddress gateway, int count) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO gateway (anchor, proxy_care_of_address) VALUES (?, ?::inet) ON CONFLICT DO NOTHING")) {
            insert.setInt(1, anchor);
            insert.setString(2, gateway.toString());
            insert.executeUpdate();
        }
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE gateway SET next_sequence = (next_sequence + ?) % ?
                WHERE anchor = ? AND proxy_care_of_address = ?::inet
                RETURNING next_sequence""")) {
            update.setInt(1, count);
            update.setInt(2, MODULUS);
            update.setInt(3, anchor);
            update.setString(4, gateway.toString());
            try (ResultSet row = update.executeQuery()) {
                row.next();
                return Math.floorMod(row.getInt(1) - count, MODULUS);
            }
        }
    }
}
