package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows as arrays, one per column: a set of any size is one statement and one plan. */
final class Columns<T> {
    private final Connection connection;
    private final PreparedStatement statement;
    private final List<T> rows;
    private int next;

    /** @param first index of the first parameter to set */
    Columns(Connection connection, PreparedStatement statement, int first, List<T> rows) {
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        this.next = first;
    }

    /** Index of the parameter after those that are set. */
    int next() {
        return next;
    }

    Columns<T> text(Function<? super T, @Nullable String> value) throws SQLException {
        return array("text", rows.stream().map(value).toArray(String[]::new));
    }

    Columns<T> integer(Function<? super T, @Nullable Integer> value) throws SQLException {
        return array("int4", rows.stream().map(value).toArray(Integer[]::new));
    }

    Columns<T> bigint(Function<? super T, @Nullable Long> value) throws SQLException {
        return array("int8", rows.stream().map(value).toArray(Long[]::new));
    }

    Columns<T> bytea(Function<? super T, byte @Nullable []> value) throws SQLException {
        return array("bytea", rows.stream().map(value).toArray(byte[][]::new));
    }

    private Columns<T> array(String type, @Nullable Object[] values) throws SQLException {
        statement.setArray(next++, connection.createArrayOf(type, values));
        return this;
    }
}
