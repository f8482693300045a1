package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One supervised child process, which may live several times.
 *
 * <p>States: running; ended (killed, stopped, or by itself, which the launcher reports when it was ready and failed). {@link #restart()} leads back
 * to running. Methods that change the state are for one thread at a time.
 */
public final class ServiceProcess {
    private static final int LAST_LINES = 15;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    private final Supervisor supervisor;
    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final @Nullable Readiness readiness;
    private final StopRule rule;
    private final Path log;
    private volatile @Nullable Incarnation present;

    ServiceProcess(
            Supervisor supervisor,
            String name,
            List<String> command,
            Map<String, String> environment,
            @Nullable Readiness readiness,
            StopRule rule,
            Path log) {
        this.supervisor = supervisor;
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.readiness = readiness;
        this.rule = rule;
        this.log = log;
    }

    /** Name given at start; also that of the log file. */
    public String name() {
        return name;
    }

    /** Pid of the present or, when it ended, the last incarnation. */
    public long pid() {
        return incarnation().process.pid();
    }

    /** Whether it runs. */
    public boolean alive() {
        return incarnation().process.isAlive();
    }

    /** Exit code of the last incarnation, 128 + n when signal n ended it. */
    public int awaitExit(Duration timeout) throws InterruptedException {
        Process process = incarnation().process;
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LaunchException(name + " still runs after " + timeout.toMillis() + " ms");
        }
        return process.exitValue();
    }

    /** Its standard output and error, of all incarnations of this run. */
    public Path log() {
        return log;
    }

    /** Sends SIGKILL and returns when the process is gone; nothing to do for one that ended. */
    public void kill() {
        Incarnation incarnation = incarnation();
        incarnation.asked = true;
        incarnation.process.destroyForcibly();
        awaitGone(incarnation.process);
    }

    /** Asks it to stop with its signal; after the given time SIGKILL. */
    public void stop(Duration grace) {
        Incarnation incarnation = incarnation();
        incarnation.asked = true;
        incarnation.process.destroy();
        try {
            if (!incarnation.process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again with the same command line, killing it first when it still runs. Does not wait for readiness. */
    public void restart() {
        kill();
        launch();
    }

    /**
     * Waits until it does its work; one started without a readiness only has to be alive.
     *
     * @throws LaunchException when it ended or is not ready in time, with the last lines of its log
     */
    public void awaitReady(Duration timeout) {
        Incarnation incarnation = incarnation();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            if (!incarnation.process.isAlive()) {
                throw new LaunchException(
                        name + " ended while starting with exit code " + incarnation.process.exitValue() + tail());
            }
            if (ready(incarnation)) {
                incarnation.ready = true;
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new LaunchException(name + " is not ready after " + timeout.toSeconds() + " s" + tail());
            }
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new LaunchException("interrupted while waiting for " + name);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    void launch() {
        long logStart = logSize();
        Process process = supervisor.launch(name, command, environment, rule, log);
        Incarnation incarnation = new Incarnation(process, logStart);
        incarnation.ready = readiness == null;
        present = incarnation;
        process.onExit().thenAccept(ended -> {
            if (incarnation.ready && !incarnation.asked && ended.exitValue() != 0) {
                supervisor.endedUnasked(this, ended.exitValue());
            }
        });
    }

    private boolean ready(Incarnation incarnation) {
        return switch (readiness) {
            case null -> true;
            case Readiness.Http http -> answers(http);
            case Readiness.Port port -> accepts(port);
            case Readiness.LogLine line -> since(incarnation.logStart).contains(line.text());
        };
    }

    /** With the old client of the JDK: the new one costs a second of start-up here. */
    private static boolean answers(Readiness.Http http) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) http.uri().toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) PROBE_LIMIT.toMillis());
            connection.setReadTimeout((int) PROBE_LIMIT.toMillis());
            try {
                return connection.getResponseCode() / 100 == 2;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean accepts(Readiness.Port port) {
        try (Socket socket = new Socket()) {
            socket.connect(port.address(), (int) PROBE_LIMIT.toMillis());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String since(long offset) {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(Math.min(offset, channel.size()));
            return new String(java.nio.channels.Channels.newInputStream(channel).readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            return "";
        }
    }

    private long logSize() {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private String tail() {
        List<String> lines = since(incarnation().logStart).lines().toList();
        return "; its log " + log + " ends:\n"
                + lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                        .map(line -> "    " + line)
                        .collect(Collectors.joining("\n"));
    }

    private Incarnation incarnation() {
        Incarnation incarnation = present;
        if (incarnation == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return incarnation;
    }

    private static void awaitGone(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One life of the process. */
    private static final class Incarnation {
        private final Process process;
        private final long logStart;
        private volatile boolean ready;
        private volatile boolean asked;

        private Incarnation(Process process, long logStart) {
            this.process = process;
            this.logStart = logStart;
        }
    }
}
