package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.OperatorRequests;
import org.flowanchor.mobility.LmaAddress;

/** Table operator_request. */
final class JdbcOperatorRequests implements OperatorRequests {
    private final Database database;
    private final Anchors anchors;

    JdbcOperatorRequests(Database database, Anchors anchors) {
        this.database = database;
        this.anchors = anchors;
    }

    @Override
    public OptionalInt answered(OperatorRequest request) {
        return database.read(connection -> answered(connection, request, OptionalInt.empty()));
    }

    @Override
    public void remember(OperatorRequest request, Set<LmaAddress> at, int answer) {
        List<Integer> numbers = at.stream().map(anchors::number).sorted().toList();
        database.execute(connection -> {
            for (int i = 0; i < numbers.size(); i++) {
                // The sum is the answer.
                remember(connection, request, numbers.get(i), i == 0 ? answer : 0);
            }
        });
    }

    /**
     * What was answered.
     *
     * @param at one anchor; empty: all together
     */
    static OptionalInt answered(Connection connection, OperatorRequest request, OptionalInt at) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT request, answer, anchor FROM operator_request WHERE idempotency_key = ?""")) {
            select.setString(1, request.key().text());
            OptionalInt sum = OptionalInt.empty();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getString(1).equals(request.what())) {
                        throw new IdempotencyKeyReusedException(request.key());
                    }
                    if (at.isEmpty() || at.getAsInt() == rows.getInt(3)) {
                        sum = OptionalInt.of(sum.orElse(0) + rows.getInt(2));
                    }
                }
            }
            return sum;
        }
    }

    static void remember(Connection connection, OperatorRequest request, int anchor, int answer) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM operator_request WHERE written_at < now() - interval '24 hours'")) {
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO operator_request (idempotency_key, anchor, request, answer, written_at)
                VALUES (?, ?, ?, ?, now()) ON CONFLICT DO NOTHING""")) {
            insert.setString(1, request.key().text());
            insert.setInt(2, anchor);
            insert.setString(3, request.what());
            insert.setInt(4, answer);
            if (insert.executeUpdate() == 0) {
                // Somebody was faster: the same request was answered, or another one is refused.
                answered(connection, request, OptionalInt.of(anchor));
            }
        }
    }
}
