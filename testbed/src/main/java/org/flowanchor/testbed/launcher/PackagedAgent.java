package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The agent's process as its package starts it (module mag-agent, {@code src/packaging/mag-agent}), start cache included. */
public final class PackagedAgent {
    /** The module, and the name of its start cache. */
    public static final String MODULE = "mag-agent";

    /** Of the process. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    private static final List<String> FLAGS = List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-Xms16m",
            "-Xmx128m",
            "-Xmn6m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            "-XX:-ShrinkHeapInSteps",
            "-XX:TrimNativeHeapInterval=5000",
            "--sun-misc-unsafe-memory-access=allow");

    private static final Duration TRAINING_LIMIT = Duration.ofSeconds(120);

    private PackagedAgent() {}

    /** Of the virtual machine, without those of the start cache. */
    static List<String> flags() {
        List<String> flags = new ArrayList<>(Jvm.flags());
        flags.addAll(FLAGS);
        return flags;
    }

    /**
     * The words that start an agent.
     *
     * @param jar this version of it
     * @param flags further ones, of the virtual machine
     */
    public static List<String> command(Workshop workshop, Path jar, List<String> flags, Path configuration) {
        List<String> command = new ArrayList<>(workshop.javaCommand());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString(), "run", "--config", configuration.toString()));
        return command;
    }

    /**
     * Once after each build: an agent that starts, becomes ready and ends, so that the next ones start faster. What it loads is what the
     * next ones find in their cache, and memory depends on that: every training speaks mutual TLS, as operators' agents do.
     *
     * @param configuration with certificates
     * @param place from words to those that run them where the agent finds its interfaces and its services
     */
    public static void train(Workshop workshop, Path configuration, UnaryOperator<List<String>> place) {
        workshop.makeStartCache(MODULE, flags -> {
            List<String> words = command(workshop, workshop.jar(MODULE), flags, configuration);
            words.add("--until-ready");
            ServiceProcess run = workshop.start("agent-training", place.apply(words), ENVIRONMENT, null);
            try {
                if (run.awaitExit(TRAINING_LIMIT) != 0) {
                    throw new LaunchException("no start cache for agents, see " + run.log());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LaunchException("interrupted while the start cache of agents was made");
            }
        });
    }
}
