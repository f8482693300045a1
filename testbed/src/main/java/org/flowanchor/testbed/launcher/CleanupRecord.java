package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The list of what this launcher has to take away, and the watchdog that takes it away.
 *
 * <p>The watchdog is a small shell process in a session of its own whose standard input is a pipe from the launcher. It
 * cleans up when that pipe ends: on {@link #close()} as on kill -9 of the launcher, so that both ways are the same and
 * the one is tested by the other. {@link #sweep} does what a watchdog could not do, because it was killed itself or the
 * machine stopped.
 *
 * <p>Traps: an entry must be in the record before the thing exists; a pid alone identifies nothing, hence its start
 * time; Java closes all descriptors above 2 in children, so nobody but the launcher holds the pipe.
 */
final class CleanupRecord implements AutoCloseable {
    private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(90);
    private static final Duration LISTING_LIMIT = Duration.ofSeconds(10);

    private final Path file;
    private final Path script;
    private final Path log;
    private final Process watchdog;
    private boolean closed;

    private CleanupRecord(Path file, Path script, Path log, Process watchdog) {
        this.file = file;
        this.script = script;
        this.log = log;
        this.watchdog = watchdog;
    }

    /**
     * Opens a record and starts its watchdog.
     *
     * @param directory where records are kept between runs
     * @param log where the watchdog writes what it does
     */
    static CleanupRecord open(Path directory, Path log) {
        try {
            Files.createDirectories(directory);
            Path script = writeScript(directory);
            ProcessStat self = ProcessStat.of(ProcessHandle.current().pid()).orElseThrow();
            Path file = directory.resolve(self.pid() + "-" + self.startTicks() + ".record");
            Files.writeString(file, "B\t" + bootId() + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Process watchdog = command(script, file, log, "watch").start();
            CleanupRecord record = new CleanupRecord(file, script, log, watchdog);
            long start = ProcessStat.of(watchdog.pid())
                    .map(ProcessStat::startTicks)
                    .orElseThrow(() -> new LaunchException("the watchdog ended at once, see " + log));
            record.append("W\t" + watchdog.pid() + "\t" + start);
            return record;
        } catch (IOException failure) {
            throw new LaunchException(
                    "cannot start the watchdog in " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Takes away what earlier launchers left: waits for their watchdogs, then does their work if they could not.
     *
     * @return how many records were found
     */
    static int sweep(Path directory, Path log) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        List<Path> records = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.record")) {
            found.forEach(records::add);
            for (Path file : records) {
                awaitWatchdog(file);
                if (Files.exists(file)) {
                    sweepOne(writeScript(directory), file, log);
                }
            }
        } catch (IOException failure) {
            throw new LaunchException("cannot clean up after an earlier run: " + failure.getMessage(), failure);
        }
        return records.size();
    }

    /** The words that start a command under this record, in front of the command itself. */
    List<String> launchWords(String name, StopRule rule) {
        return List.of(
                "setsid",
                "sh",
                "-c",
                resource("child.sh"),
                "flowanchor-child",
                file.toString(),
                Long.toString(ProcessHandle.current().pid()),
                rule.group(),
                rule.signal(),
                Long.toString(rule.grace().toSeconds()),
                name);
    }

    /** Returns when the process has written itself into the record, or has ended. */
    void awaitListed(Process process) {
        long deadline = System.nanoTime() + LISTING_LIMIT.toNanos();
        String entry = "\nP\t" + process.pid() + "\t";
        try {
            while (process.isAlive() && !Files.readString(file).contains(entry)) {
                if (System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new LaunchException("process " + process.pid() + " did not enter " + file);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (IOException failure) {
            process.destroyForcibly();
            throw new UncheckedIOException(failure);
        }
    }

    /** Adds a command; commands and processes are undone in reverse order. */
    void add(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("empty cleanup command");
        }
        for (String word : command) {
            if (word.isEmpty() || word.indexOf('\t') >= 0 || word.indexOf('\n') >= 0) {
                throw new IllegalArgumentException(
                        "word of a cleanup command is empty or holds a tab or line end: " + command);
            }
        }
        append("C\t" + String.join("\t", command));
    }

    private synchronized void append(String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new LaunchException("cannot write " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** Takes everything away and waits until that is done. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            sayClose();
            if (!watchdog.waitFor(CLEANUP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LaunchException("cleanup is not done after " + CLEANUP_LIMIT.toSeconds() + " s, see " + log);
            }
            if (Files.exists(file)) {
                sweepOne(script, file, log);
            }
        } catch (IOException failure) {
            throw new LaunchException("cleanup failed: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sayClose() {
        try (OutputStream words = watchdog.getOutputStream()) {
            words.write("close\n".getBytes(UTF_8));
        } catch (IOException watchdogIsGone) {
            // Then the sweep does its work.
        }
    }

    private static void sweepOne(Path script, Path file, Path log) throws IOException {
        Process sweep = command(script, file, log, "sweep").start();
        try {
            if (!sweep.waitFor(CLEANUP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                sweep.destroyForcibly();
                throw new LaunchException("cleanup is not done after " + CLEANUP_LIMIT.toSeconds() + " s, see " + log);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWatchdog(Path file) throws IOException {
        String[] watchdog = Files.readString(file)
                .lines()
                .filter(line -> line.startsWith("W\t"))
                .findFirst()
                .map(line -> line.split("\t", -1))
                .orElse(new String[0]);
        if (watchdog.length != 3 || !Files.readString(file).startsWith("B\t" + bootId() + "\n")) {
            return;
        }
        long pid = Long.parseLong(watchdog[1]);
        long start = Long.parseLong(watchdog[2]);
        long deadline = System.nanoTime() + CLEANUP_LIMIT.toNanos();
        while (ProcessStat.of(pid)
                        .filter(stat -> stat.startTicks() == start && stat.running())
                        .isPresent()
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static ProcessBuilder command(Path script, Path file, Path log, String mode) {
        return new ProcessBuilder("setsid", "sh", script.toString(), file.toString(), mode)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private static Path writeScript(Path directory) throws IOException {
        Path script = directory.resolve("watchdog.sh");
        // A watchdog may be reading the old file: a shell reads its script as it goes, so replace, never rewrite.
        Path fresh = Files.createTempFile(directory, "watchdog", ".new");
        Files.writeString(fresh, resource("watchdog.sh"));
        Files.move(fresh, script, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return script;
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(CleanupRecord.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }
}
