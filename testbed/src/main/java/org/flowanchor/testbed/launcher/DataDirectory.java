package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one folder in which data survives between runs; readable by its owner only, used by one launcher at a time.
 *
 * <p>The lock goes with the launcher's process, however that ends.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String RUN = "run";

    private final Path directory;
    private final FileChannel lock;

    private DataDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Opens the folder, making it when it is missing.
     *
     * @throws LaunchException when another launcher uses it
     */
    static DataDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            FileChannel channel = FileChannel.open(
                    directory.resolve(LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw inUse(directory, channel);
                }
            } catch (OverlappingFileLockException ownProcess) {
                throw inUse(directory, channel);
            }
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(java.nio.ByteBuffer.wrap(pid), 0);
            return new DataDirectory(directory, channel);
        } catch (IOException failure) {
            throw new LaunchException("cannot use " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /** Records of what launchers have to clean up. */
    Path run() {
        return directory.resolve(RUN);
    }

    Path postgres() {
        return directory.resolve("postgres");
    }

    Path kafka() {
        return directory.resolve("kafka");
    }

    /** Key and certificate of the development authority, and what it issued. */
    Path authority() {
        return directory.resolve("authority");
    }

    Path logs() {
        return directory.resolve("logs");
    }

    Path work() {
        return directory.resolve("work");
    }

    Path report(String scenario) {
        return directory.resolve("reports").resolve(scenario);
    }

    Path cleanupLog() {
        return directory.resolve("cleanup.log");
    }

    /** Forgets everything; to be called after the sweep, when nobody uses it. */
    void empty() {
        deleteContent(directory, Set.of(LOCK, RUN));
    }

    /** Moves the logs of the last run aside, to {@code logs/previous}, and empties the work directory. */
    void beginRun() {
        try {
            Path previous = logs().resolve("previous");
            deleteContent(previous, Set.of());
            Files.createDirectories(previous);
            try (Stream<Path> files = Files.list(logs())) {
                for (Path log : files.filter(Files::isRegularFile).toList()) {
                    Files.move(log, previous.resolve(log.getFileName()));
                }
            }
            deleteContent(work(), Set.of());
            Files.createDirectories(work());
        } catch (IOException failure) {
            throw new LaunchException("cannot use " + directory + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new LaunchException("cannot release " + directory + ": " + failure.getMessage(), failure);
        }
    }

    private static void deleteContent(Path directory, Set<String> kept) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.filter(
                            path -> !kept.contains(path.getFileName().toString()))
                    .toList()) {
                try (Stream<Path> files = Files.walk(entry)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException failure) {
            throw new LaunchException("cannot empty " + directory + ": " + failure.getMessage(), failure);
        }
    }

    private static LaunchException inUse(Path directory, FileChannel channel) throws IOException {
        channel.close();
        List<String> holder = Files.readAllLines(directory.resolve(LOCK));
        return new LaunchException("FlowAnchor already runs from here"
                + (holder.isEmpty() ? "" : " (process " + holder.getFirst() + ")")
                + ": end it with Ctrl-C there"
                + (holder.isEmpty() ? "." : ", or with kill " + holder.getFirst() + "."));
    }
}
