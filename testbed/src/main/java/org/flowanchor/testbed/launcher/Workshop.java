package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run offers to whatever it plays or measures: supervised processes, a cleanup that cannot be escaped, a directory. */
public class Workshop {
    private final Supervisor supervisor;
    private final Path repository;
    private final Path workDirectory;

    Workshop(Supervisor supervisor, Path repository, Path workDirectory) {
        this.supervisor = supervisor;
        this.repository = repository;
        this.workDirectory = workDirectory;
    }

    /**
     * Starts any further process under supervision: agents, ends of traffic. Does not wait for readiness; see {@link
     * ServiceProcess#awaitReady}. It runs in a session of its own and is gone, at the latest, when the launcher is.
     *
     * @param name unique in this run; names its log file
     * @param command for example {@code ip netns exec <ns> java ...}; must not fork itself into the background
     * @param environment added to the launcher's own
     * @param readiness how to see that it works, or null when being alive is all
     * @throws LaunchException when it cannot be started
     */
    public ServiceProcess start(
            String name, List<String> command, Map<String, String> environment, @Nullable Readiness readiness) {
        return supervisor.start(name, command, environment, readiness, StopRule.LAB);
    }

    /**
     * Registers a command for the cleanup, which the watchdog also does when the launcher was killed. Register it
     * <em>before</em> the thing is made; commands and processes are undone in reverse order, each command has 10 s, and
     * its failing is logged and otherwise ignored.
     *
     * @param command words without a shell, for example {@code ip netns del <ns>}; no word empty or with tab or line end
     */
    public void onCleanup(List<String> command) {
        supervisor.onCleanup(command);
    }

    /**
     * Starts a PostgreSQL server of the run's own, durable, beside the platform's if there is one; returns when it takes connections.
     *
     * @param home where data and password live; with data of an earlier start it goes on with them
     * @param port on 127.0.0.1
     * @param settings as {@code name=value}
     */
    public PostgresServer startPostgres(Path home, int port, List<String> settings) {
        return PostgresServer.start(supervisor, home, Program.buildProducts(repository), port, settings);
    }

    /** A directory for files of this run, emptied before each run; absolute. */
    public Path workDirectory() {
        return workDirectory;
    }

    /** The words that start a JDK 25 java with our usual flags; the caller adds {@code -Xmx} and what to run. */
    public List<String> javaCommand() {
        return Jvm.command();
    }

    /** Flags with which a module's program starts in a fraction of the time; none while nobody made its start cache. */
    public List<String> startCacheFlags(String module) {
        return cache(module).useFlags();
    }

    /**
     * Makes the start cache of a module when it is missing.
     *
     * @param training from flags that record, starts a run that ends by itself, and returns when it has ended
     * @throws LaunchException when it cannot be made
     */
    public void makeStartCache(String module, Consumer<List<String>> training) {
        StartCache cache = cache(module);
        if (!cache.exists()) {
            cache.prepare();
            training.accept(cache.trainingFlags());
            cache.accept(module);
        }
    }

    private StartCache cache(String module) {
        return StartCache.of(Program.caches(repository), module, jar(module));
    }

    /** The runnable jar of a module, its libraries in {@code lib} beside it; absolute. */
    public Path jar(String module) {
        return Jvm.jar(repository, module);
    }
}
