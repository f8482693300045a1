package org.flowanchor.policy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A PostgreSQL that writes to disk as an operator's does: the embedded one's shortcuts are taken back, and that is asserted. */
final class DurablePostgres {
    private static final List<String> SHORTCUTS = List.of("fsync", "synchronous_commit", "full_page_writes");

    private final EmbeddedPostgres server;

    DurablePostgres() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            SHORTCUTS.forEach(shortcut -> builder.setServerConfig(shortcut, "on"));
            server = builder.start();
            for (String shortcut : SHORTCUTS) {
                String value = value("show " + shortcut, "postgres");
                if (!value.equals("on")) {
                    throw new IllegalStateException(shortcut + " is " + value);
                }
            }
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create database policy");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return server.getJdbcUrl("postgres", "policy");
    }

    /** First column of the first row. */
    String value(String query) {
        return value(query, "policy");
    }

    private String value(String query, String database) {
        try (Connection connection = server.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return String.valueOf(result.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }
}
