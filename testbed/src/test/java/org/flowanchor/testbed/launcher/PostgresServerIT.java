package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    private static final Path BINARIES = Path.of("target", "run").toAbsolutePath();

    @TempDir
    Path directory;

    private Supervisor supervisor;
    private int port;

    @BeforeEach
    void openSupervisor() throws IOException {
        supervisor = newSupervisor("first");
        port = FreePorts.next();
    }

    @AfterEach
    void closeSupervisor() {
        supervisor.close();
    }

    @Test
    void runsDurablyWithAPasswordOnLoopback() throws Exception {
        PostgresServer server = PostgresServer.start(supervisor, home(), BINARIES, port);

        try (Connection connection = server.connect()) {
            assertThat(show(connection, "fsync")).isEqualTo("on");
            assertThat(show(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(show(connection, "full_page_writes")).isEqualTo("on");
            assertThat(show(connection, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(show(connection, "unix_socket_directories")).isEmpty();
        }
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), "flowanchor", "guessed"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsDataOverARestartAndOverKillingTheServerAndItsLauncher() throws Exception {
        PostgresServer server = PostgresServer.start(supervisor, home(), BINARIES, port);
        server.createDatabases(List.of("binding", "policy"));
        server.createDatabases(List.of("binding", "policy", "flow"));
        try (Connection connection = asOwner(server, "binding")) {
            connection.createStatement().execute("CREATE TABLE kept (value text)");
            connection.createStatement().execute("INSERT INTO kept VALUES ('acknowledged')");
        }

        supervisor.close();
        supervisor = newSupervisor("second");
        server = PostgresServer.start(supervisor, home(), BINARIES, port);
        try (Connection connection = asOwner(server, "binding")) {
            connection.createStatement().execute("INSERT INTO kept VALUES ('before kill')");
        }

        // As after kill -9 of a launcher whose record was lost: the server still runs, with its pid file.
        Supervisor third = newSupervisor("third");
        PostgresServer next = PostgresServer.start(third, home(), BINARIES, port);

        assertThat(server.process().alive()).isFalse();
        try (Connection connection = asOwner(next, "binding");
                ResultSet rows = connection.createStatement().executeQuery("SELECT count(*) FROM kept")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(2);
        }

        next.process().kill();
        PostgresServer last = PostgresServer.start(third, home(), BINARIES, port);
        try (Connection connection = asOwner(last, "flow")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        third.close();
        assertThat(last.process().alive()).isFalse();
    }

    @Test
    void pidFileThatNamesAStrangerIsIgnored() throws Exception {
        PostgresServer.start(supervisor, home(), BINARIES, port);
        supervisor.close();
        Path pidFile = home().resolve("data").resolve("postmaster.pid");
        Files.writeString(
                pidFile, ProcessHandle.current().pid() + "\n" + home().resolve("data") + "\n0\n" + port + "\n\n\n");

        supervisor = newSupervisor("second");
        PostgresServer server = PostgresServer.start(supervisor, home(), BINARIES, port);

        try (Connection connection = server.connect()) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void interruptedInitialisationIsDoneAgain() throws Exception {
        Files.createDirectories(home().resolve("data.new").resolve("base"));

        PostgresServer server = PostgresServer.start(supervisor, home(), BINARIES, port);

        assertThat(server.process().alive()).isTrue();
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedWithTheRemedy() throws Exception {
        Path data = Files.createDirectories(home().resolve("data"));
        Files.writeString(data.resolve("PG_VERSION"), "15\n");

        assertThatThrownBy(() -> PostgresServer.start(supervisor, home(), BINARIES, port))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("is of PostgreSQL 15")
                .hasMessageContaining("./run --fresh");
    }

    private static Connection asOwner(PostgresServer server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), database, server.password());
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    private Path home() {
        return directory.resolve("postgres");
    }

    private Supervisor newSupervisor(String name) {
        return new Supervisor(
                CleanupRecord.open(directory.resolve("run-" + name), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                new Console(System.out, InstantSource.system()));
    }
}
