package org.flowanchor.testbed.benchmark.registrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flowanchor.testbed.launcher.PostgresServer;

/** What a server has written and used so far. */
final class MeasuredDatabase {
    private final PostgresServer server;

    MeasuredDatabase(PostgresServer server) {
        this.server = server;
    }

    PostgresServer server() {
        return server;
    }

    /** Octets of write-ahead log since the server was made. */
    long walPosition() {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("write-ahead log of the benchmark's PostgreSQL", e);
        }
    }

    /** What one change takes in the outbox of a service, with its index; without a broker none of them is pruned. */
    double outboxOctetsPerChange(String name) {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(name), server.user(name), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_total_relation_size('outbox')::float8 / sum(cardinality(mobile_node)) FROM outbox")) {
            row.next();
            return row.getDouble(1);
        } catch (SQLException e) {
            throw new IllegalStateException("outbox of " + name, e);
        }
    }

    double processorSeconds() {
        try {
            return ProcessorTime.secondsOfThoseIn(server.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
