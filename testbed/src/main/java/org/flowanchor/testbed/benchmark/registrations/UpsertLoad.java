package org.flowanchor.testbed.benchmark.registrations;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The rival: one durable upsert of one row per transaction, each of the threads with a connection and a prepared statement of its own.
 * What an anchor could do that commits each update by itself, with one table and nothing to decide. Arguments: JDBC URL, user, rows,
 * threads; the password is in the environment.
 */
public final class UpsertLoad implements LoadDialogue.Generator {
    private static final int VALUE_OCTETS = 160;

    private final String url;
    private final String user;
    private final int rows;
    private final List<Connection> connections = new ArrayList<>();
    private final ExecutorService threads;

    private UpsertLoad(String[] arguments) {
        this.url = arguments[0];
        this.user = arguments[1];
        this.rows = Integer.parseInt(arguments[2]);
        int concurrent = Integer.parseInt(arguments[3]);
        this.threads = Executors.newFixedThreadPool(concurrent, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (int i = 0; i < concurrent; i++) {
                connections.add(DriverManager.getConnection(url, user, System.getenv("PGPASSWORD")));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(url, e);
        }
    }

    /** Started by {@link RegistrationsBenchmark}. */
    public static void main(String[] arguments) throws Exception {
        LoadDialogue.hold(new UpsertLoad(arguments));
    }

    @Override
    public LoadResult fill() throws SQLException {
        long began = System.nanoTime();
        try (Statement statement = connections.getFirst().createStatement()) {
            statement.execute(
                    "CREATE TABLE single_row (id text PRIMARY KEY, value bytea NOT NULL, version bigint NOT NULL)"
                            + " WITH (fillfactor = 80)");
            statement.execute("INSERT INTO single_row SELECT 'mn-' || n, decode(repeat('ab', " + VALUE_OCTETS
                    + "), 'hex'), 0 FROM generate_series(0, " + (rows - 1) + ") n");
        }
        return new LoadResult(rows, 0, (System.nanoTime() - began) / 1e9, 0, 0, 0, 0);
    }

    @Override
    public LoadResult run(double seconds) throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        double processorBegan = ClosedLoop.processorSeconds();
        long until = began + (long) (seconds * 1e9);
        List<Callable<long[]>> tasks = new ArrayList<>();
        for (Connection connection : connections) {
            tasks.add(() -> upserts(connection, until));
        }
        List<long[]> latencies = new ArrayList<>();
        for (Future<long[]> one : threads.invokeAll(tasks)) {
            latencies.add(one.get());
        }
        return LoadResult.of(
                latencies.stream().flatMapToLong(Arrays::stream).toArray(),
                0,
                (System.nanoTime() - began) / 1e9,
                ClosedLoop.processorSeconds() - processorBegan);
    }

    private long[] upserts(Connection connection, long until) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] value = new byte[VALUE_OCTETS];
        List<Long> latencies = new ArrayList<>();
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO single_row (id, value, version) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET value = EXCLUDED.value, version = EXCLUDED.version""")) {
            for (long began = System.nanoTime(); began - until < 0; began = System.nanoTime()) {
                random.nextBytes(value);
                upsert.setString(1, "mn-" + random.nextInt(rows));
                upsert.setBytes(2, value);
                upsert.setLong(3, began);
                upsert.executeUpdate();
                latencies.add(System.nanoTime() - began);
            }
        }
        return latencies.stream().mapToLong(Long::longValue).toArray();
    }
}
