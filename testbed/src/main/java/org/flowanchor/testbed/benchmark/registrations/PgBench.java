package org.flowanchor.testbed.benchmark.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flowanchor.testbed.lab.HostCommand;

/** PostgreSQL's own benchmark, where it is installed: one row updated by key per transaction, prepared. */
final class PgBench {
    private static final Pattern RATE = Pattern.compile("^tps = ([0-9.]+)", Pattern.MULTILINE);

    private final Path program;
    private final Path script;
    private final List<String> connection;
    private final String password;

    private PgBench(Path program, Path script, List<String> connection, String password) {
        this.program = program;
        this.script = script;
        this.connection = connection;
        this.password = password;
    }

    /**
     * Empty: not installed.
     *
     * @param rows of the table {@code single_row} that {@link UpsertLoad} made
     */
    static Optional<PgBench> find(Path directory, int port, String database, String user, String password, int rows) {
        Optional<Path> program = Stream.concat(HostCommand.searchPath().stream(), installed())
                .map(folder -> folder.resolve("pgbench"))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path script = directory.resolve("one-row-update.sql");
        try {
            Files.writeString(script, """
                    \\set n random(0, %d)
                    UPDATE single_row SET version = version + 1 WHERE id = 'mn-' || :n;
                    """.formatted(rows - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(script.toString(), e);
        }
        return Optional.of(new PgBench(
                program.get(),
                script,
                List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", user, database),
                password));
    }

    private static Stream<Path> installed() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin")).toList().stream();
        } catch (IOException none) {
            return Stream.empty();
        }
    }

    /**
     * Transactions per second once all clients are connected. A number of transactions and no time: pgbench's time begins before it
     * connects, which may take longer than all that is measured.
     *
     * @param transactions of all clients
     */
    double run(int clients, int transactions) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                program.toString(),
                                "-n",
                                "-M",
                                "prepared",
                                "-f",
                                script.toString(),
                                "-c",
                                Integer.toString(clients),
                                "-j",
                                "2",
                                "-t",
                                Integer.toString(transactions / clients)),
                        connection.stream())
                .toList());
        builder.environment().put("PGPASSWORD", password);
        builder.redirectErrorStream(true);
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            Matcher rate = RATE.matcher(said);
            if (process.waitFor() != 0 || !rate.find()) {
                throw new IllegalStateException("pgbench: " + said);
            }
            return Double.parseDouble(rate.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(program.toString(), e);
        }
    }
}
