package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes so that none can outlive the launcher, and says when one ends that should not.
 *
 * <p>Each child leads a session of its own: Ctrl-C reaches the launcher only, which then stops them in order.
 */
final class Supervisor implements AutoCloseable {
    private final CleanupRecord record;
    private final Path logs;
    private final Console console;
    private boolean started;
    private boolean closing;

    Supervisor(CleanupRecord record, Path logs, Console console) {
        this.record = record;
        this.logs = logs;
        this.console = console;
    }

    ServiceProcess start(
            String name,
            List<String> command,
            Map<String, String> environment,
            @Nullable Readiness readiness,
            StopRule rule) {
        ServiceProcess process =
                new ServiceProcess(this, name, command, environment, readiness, rule, logs.resolve(name + ".log"));
        process.launch();
        return process;
    }

    /** Starts one incarnation; returns after it is in the record. */
    synchronized Process launch(
            String name, List<String> command, Map<String, String> environment, StopRule rule, Path log) {
        if (closing) {
            throw new LaunchException("not starting " + name + ": the launcher is stopping");
        }
        List<String> words = new ArrayList<>(record.launchWords(name, rule));
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(logs);
            Process process = builder.start();
            started = true;
            record.awaitListed(process);
            return process;
        } catch (IOException failure) {
            throw new LaunchException("cannot start " + name + ": " + failure.getMessage(), failure);
        }
    }

    synchronized void onCleanup(List<String> command) {
        if (closing) {
            throw new LaunchException("the launcher is stopping");
        }
        record.add(command);
    }

    /** Called when an incarnation ended that nobody asked to end. */
    void endedUnasked(ServiceProcess process, int exitCode) {
        synchronized (this) {
            if (closing) {
                return;
            }
        }
        console.error(process.name() + " ended by itself with exit code " + exitCode + ", see " + process.log());
    }

    /** Whether any process was started. */
    synchronized boolean started() {
        return started;
    }

    /** Whether the cleanup has begun. */
    synchronized boolean closing() {
        return closing;
    }

    /** Stops everything and waits until that is done; a second caller waits with the first. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        record.close();
    }
}
