package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.OperatorRequests;
import org.flowanchor.mobility.LmaAddress;

/** Tables operator_request and operator_request_key: who writes an answer claims the key for its request, by a trigger. */
final class JdbcOperatorRequests implements OperatorRequests {
    private final Database database;

    JdbcOperatorRequests(Database database) {
        this.database = database;
    }

    @Override
    public Map<LmaAddress, Integer> answered(OperatorRequest request) {
        return database.read(connection -> {
            Map<LmaAddress, Integer> answers = new HashMap<>();
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT r.request, r.answer, host(a.lma_address)
                    FROM operator_request r JOIN anchor a USING (anchor)
                    WHERE r.idempotency_key = ?""")) {
                select.setString(1, request.key().text());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        require(request, rows.getString(1));
                        answers.put(LmaAddress.parse(rows.getString(3)), rows.getInt(2));
                    }
                }
            }
            return answers;
        });
    }

    private static void require(OperatorRequest request, String what) {
        if (!what.equals(request.what())) {
            throw new IdempotencyKeyReusedException(request.key());
        }
    }

    /**
     * What was answered at an anchor; empty: nothing yet.
     *
     * @throws IdempotencyKeyReusedException when something else was asked under that key, at whatever anchor
     */
    static OptionalInt answered(Connection connection, OperatorRequest request, int anchor) throws SQLException {
        OptionalInt answer = OptionalInt.empty();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT request, answer, anchor FROM operator_request WHERE idempotency_key = ?")) {
            select.setString(1, request.key().text());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    require(request, rows.getString(1));
                    if (rows.getInt(3) == anchor) {
                        answer = OptionalInt.of(rows.getInt(2));
                    }
                }
            }
        }
        return answer;
    }

    /** False: somebody was faster under that key, here or at another anchor. */
    static boolean remember(Connection connection, OperatorRequest request, int anchor, int answer)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM operator_request_key WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM operator_request_key WHERE claimed_at < now() - interval '24 hours'
                    FOR UPDATE SKIP LOCKED))""")) {
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO operator_request (idempotency_key, anchor, request, answer, written_at)
                VALUES (?, ?, ?, ?, now()) ON CONFLICT DO NOTHING""")) {
            insert.setString(1, request.key().text());
            insert.setInt(2, anchor);
            insert.setString(3, request.what());
            insert.setInt(4, answer);
            return insert.executeUpdate() > 0;
        }
    }
}
