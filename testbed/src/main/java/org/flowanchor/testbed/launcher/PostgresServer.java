package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Embedded PostgreSQL, durable, data kept between runs, on loopback with a password of its own.
 *
 * <p>Traps: the server refuses to run as root, so it runs in a user namespace ({@code unshare -U}), where its files
 * still belong to it. A server whose launcher was killed lives on, and one would silently talk to it; a stale {@code
 * postmaster.pid} whose pid now is somebody else's stops the next start. Both are looked at before a start. The data
 * directory is made beside its place and renamed, so that an interrupted {@code initdb} leaves nothing half done.
 */
public final class PostgresServer {
    /** What durability rests on; checked in the running server, not only asked for. */
    static final List<String> DURABILITY = List.of("fsync", "synchronous_commit", "full_page_writes");

    private static final String ADMINISTRATOR = "flowanchor";
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final ServiceProcess process;
    private final Path data;
    private final int port;
    private final String password;

    private PostgresServer(ServiceProcess process, Path data, int port, String password) {
        this.process = process;
        this.data = data;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @param home where data and password live
     * @param programs where its programs are unpacked, unless they are there
     * @param port on 127.0.0.1
     */
    static PostgresServer start(Supervisor supervisor, Path home, Path programs, int port) {
        return start(supervisor, home, programs, port, List.of());
    }

    /** @param settings as {@code name=value}; one that makes commits less durable is found and refused */
    static PostgresServer start(Supervisor supervisor, Path home, Path programs, int port, List<String> settings) {
        try {
            Files.createDirectories(home);
            PostgresBinaries binaries = PostgresBinaries.unpack(programs);
            Path data = home.resolve("data");
            stopLeftover(data);
            String password = initialise(supervisor, binaries, home, data);
            ServiceProcess process = supervisor.start(
                    "postgresql",
                    command(binaries, data, port, settings),
                    Map.of("LC_ALL", "C", "TZ", "UTC"),
                    Readiness.logLine("database system is ready to accept connections"),
                    StopRule.POSTGRES);
            process.awaitReady(START_LIMIT);
            PostgresServer server = new PostgresServer(process, data, port, password);
            server.checkDurability();
            return server;
        } catch (IOException failure) {
            throw new LaunchException("cannot start PostgreSQL in " + home + ": " + failure.getMessage(), failure);
        }
    }

    /** The server's process; its backends are its children. */
    public ServiceProcess process() {
        return process;
    }

    /** SIGKILL to the postmaster; returns when its backends have noticed and are gone, too. */
    public void kill() {
        process.kill();
        awaitNobody(STOP_LIMIT);
    }

    /** Starts it again on its data after {@link #kill}: it recovers from its write-ahead log. Returns when it takes connections. */
    public void restart() {
        try {
            stopLeftover(data);
        } catch (IOException failure) {
            throw new LaunchException("cannot look at " + data + ": " + failure.getMessage(), failure);
        }
        process.restart();
        process.awaitReady(START_LIMIT);
    }

    /** SIGSTOP to server and backends: connections stay, nothing answers. Register {@link #resumption} for cleanup first. */
    public void pause() {
        signalAll("-STOP");
    }

    /** After {@link #pause}. */
    public void resume() {
        signalAll("-CONT");
    }

    /** The command that ends a pause, in case nobody else does. */
    public List<String> resumption() {
        return List.of("pkill", "-CONT", "-P", Long.toString(process.pid()));
    }

    private void signalAll(String signal) {
        try {
            for (ProcessHandle one : workingIn(data)) {
                Commands.run("kill", signal, Long.toString(one.pid()));
            }
        } catch (IOException failure) {
            throw new LaunchException("cannot look at " + data + ": " + failure.getMessage(), failure);
        }
    }

    private void awaitNobody(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!workingIn(data).isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new LaunchException("backends in " + data + " outlive their server");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        } catch (IOException failure) {
            throw new LaunchException("cannot look at " + data + ": " + failure.getMessage(), failure);
        }
    }

    /** Where a database is; the user is {@link #user}. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** The role that owns a database. */
    public String user(String database) {
        return database;
    }

    /** The working directory of the server and its backends. */
    public Path dataDirectory() {
        return data;
    }

    /** Of every role. */
    public String password() {
        return password;
    }

    /** Makes databases that do not exist yet, each owned by a role of its name. */
    public void createDatabases(List<String> names) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String name : names) {
                if (!name.matches("[a-z]+")) {
                    throw new IllegalArgumentException("not a plain database name: " + name);
                }
                if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name)) {
                    statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
                }
                if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
                    statement.execute("CREATE DATABASE " + name + " OWNER " + name);
                }
            }
        } catch (SQLException failure) {
            throw new LaunchException("cannot create databases: " + failure.getMessage(), failure);
        }
    }

    /** A connection of the administrator. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl("postgres"), ADMINISTRATOR, password);
    }

    private void checkDurability() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String setting : DURABILITY) {
                try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
                    if (!row.next() || !"on".equals(row.getString(1))) {
                        throw new LaunchException(
                                "PostgreSQL runs with " + setting + " not on: commits would not be durable");
                    }
                }
            }
        } catch (SQLException failure) {
            throw new LaunchException("cannot ask PostgreSQL for its settings: " + failure.getMessage(), failure);
        }
    }

    private static List<String> command(PostgresBinaries binaries, Path data, int port, List<String> settings) {
        List<String> words = new ArrayList<>(unprivileged());
        words.addAll(
                List.of(binaries.program("postgres").toString(), "-D", data.toString(), "-p", Integer.toString(port)));
        for (String setting : DURABILITY) {
            words.addAll(List.of("-c", setting + "=on"));
        }
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=100",
                "shared_buffers=64MB",
                "huge_pages=off",
                "max_wal_size=256MB",
                "log_checkpoints=off",
                "log_timezone=UTC",
                "timezone=UTC")) {
            words.addAll(List.of("-c", setting));
        }
        for (String setting : settings) {
            words.addAll(List.of("-c", setting));
        }
        return words;
    }

    private static List<String> unprivileged() {
        return Prerequisites.runsAsRoot() ? List.of("unshare", "-U") : List.of();
    }

    private static String initialise(Supervisor supervisor, PostgresBinaries binaries, Path home, Path data)
            throws IOException {
        Path passwordFile = home.resolve("password");
        if (Files.exists(data)) {
            String version = Files.readString(data.resolve("PG_VERSION")).strip();
            if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
                throw new LaunchException("the data in " + data + " is of PostgreSQL " + version
                        + ", this build brings " + PostgresBinaries.MAJOR_VERSION + ": empty it with ./run --fresh");
            }
            if (!Files.exists(passwordFile)) {
                throw new LaunchException(passwordFile + " is missing: empty the data with ./run --fresh");
            }
            return Files.readString(passwordFile).strip();
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, password);
        Path fresh = home.resolve("data.new");
        delete(fresh);
        List<String> words = new ArrayList<>(unprivileged());
        words.addAll(List.of(
                binaries.program("initdb").toString(),
                "-D",
                fresh.toString(),
                "-U",
                ADMINISTRATOR,
                "-E",
                "UTF8",
                "--no-locale",
                "--auth=scram-sha-256",
                "--pwfile=" + passwordFile));
        ServiceProcess initdb =
                supervisor.start("postgresql-initdb", words, Map.of("LC_ALL", "C"), null, StopRule.POSTGRES);
        try {
            if (initdb.awaitExit(START_LIMIT) != 0) {
                throw new LaunchException("initdb failed, see " + initdb.log());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted while PostgreSQL was initialised", interrupted);
        }
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        return password;
    }

    /** Stops a server of an earlier run on this data and removes a pid file that means nothing any more. */
    private static void stopLeftover(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        for (ProcessHandle leftover : workingIn(data)) {
            Commands.run("kill", "-INT", Long.toString(leftover.pid()));
        }
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        while (!workingIn(data).isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        workingIn(data).forEach(ProcessHandle::destroyForcibly);
        while (!workingIn(data).isEmpty() && System.nanoTime() < deadline + STOP_LIMIT.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        Files.deleteIfExists(pidFile);
    }

    /** The server and its backends: they have made the data directory their working directory. */
    private static List<ProcessHandle> workingIn(Path data) throws IOException {
        Path real = data.toRealPath();
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (workingDirectory(process).filter(real::equals).isPresent()) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<Path> workingDirectory(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("cwd")));
        } catch (IOException goneOrKernelThread) {
            return Optional.empty();
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
