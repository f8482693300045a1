package org.flowanchor.binding;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;

/** A database of its own on a real PostgreSQL that keeps what it commits. */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private final String name = "binding_" + NUMBERS.incrementAndGet();
    private final List<HikariDataSource> pools = new ArrayList<>();

    /** Started once per process, stopped with it. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start(durable());

        /** A copy of it is there sooner than all migrations. */
        private static final class Migrated {
            static final String TEMPLATE = new TestDatabase(POSTGRES, "template1").migrate().name;
        }

        static EmbeddedPostgres.Builder durable() {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", "100");
        }

        static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) {
            try {
                return builder.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private EmbeddedPostgres server;

    private TestDatabase(EmbeddedPostgres server, String template) {
        this.server = server;
        administer("CREATE DATABASE " + name + " TEMPLATE " + template);
    }

    /** Without tables. */
    public static TestDatabase empty() {
        return new TestDatabase(Server.POSTGRES, "template1");
    }

    public static TestDatabase migrated() {
        return new TestDatabase(Server.POSTGRES, Server.Migrated.TEMPLATE);
    }

    /** On a server that {@link #restart} may be done to. */
    public static TestDatabase migratedOnAServerOfItsOwn(Path directory) {
        return new TestDatabase(Server.start(ofItsOwn(directory)), "template1").migrate();
    }

    private static EmbeddedPostgres.Builder ofItsOwn(Path directory) {
        return Server.durable().setDataDirectory(directory).setCleanDataDirectory(false);
    }

    private TestDatabase migrate() {
        Flyway.configure().dataSource(url(), "postgres", "").load().migrate();
        return this;
    }

    /**
     * Stops the server, which must be this database's own, and starts it on what it kept.
     *
     * @param restored as after a restore to a point in time: it goes on at the next timeline
     */
    public void restart(Path directory, boolean restored) throws IOException {
        server.close();
        EmbeddedPostgres.Builder builder = ofItsOwn(directory);
        if (restored) {
            Files.createFile(directory.resolve("recovery.signal"));
            builder.setServerConfig("restore_command", "false");
            // Nobody is let in before it is.
            builder.setServerConfig("hot_standby", "off");
        }
        server = Server.start(builder);
    }

    public String url() {
        return server.getJdbcUrl("postgres", name);
    }

    /** A connection pool, as one replica has it. */
    public HikariDataSource pool() {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(url());
        configuration.setMaximumPoolSize(12);
        configuration.setMinimumIdle(1);
        HikariDataSource pool = new HikariDataSource(configuration);
        pools.add(pool);
        return pool;
    }

    private void administer(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For every connection from now on. */
    public void set(String setting, String value) {
        administer("ALTER DATABASE " + name + " SET " + setting + " = " + value);
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = server.getDatabase("postgres", name).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** First column of every row. */
    public List<String> query(String sql) {
        try (Connection connection = server.getDatabase("postgres", name).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public long number(String sql) {
        return Long.parseLong(query(sql).getFirst());
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
        administer("DROP DATABASE " + name + " WITH (FORCE)");
        if (server != Server.POSTGRES) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
