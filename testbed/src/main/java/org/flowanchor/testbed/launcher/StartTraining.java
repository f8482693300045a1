package org.flowanchor.testbed.launcher;

import java.time.Duration;
import java.util.List;

/**
 * Makes the start caches that are missing, one after the other, while the platform serves. It costs some 30 s of one
 * core per service and saves a start more than half of its time: worth it for who starts again, a waste for who runs
 * one scenario, hence never before a story is played.
 *
 * <p>A training run of a service ends after its beans are made and before any of them is started: it serves nothing,
 * consumes nothing, and finds the schema as the running service left it.
 */
final class StartTraining {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Supervisor supervisor;
    private final Console console;

    StartTraining(Supervisor supervisor, Console console) {
        this.supervisor = supervisor;
        this.console = console;
    }

    /** Begins in the background; does nothing when every program has its cache. */
    void begin(List<Program> programs) {
        List<Program> untrained =
                programs.stream().filter(program -> !program.cache().exists()).toList();
        if (!untrained.isEmpty()) {
            console.detail("Preparing faster starts in the background");
            Thread.ofVirtual().name("training").start(() -> train(untrained));
        }
    }

    /** Makes the cache of each; the first that fails ends it. */
    void train(List<Program> programs) {
        for (Program program : programs) {
            try {
                program.cache().prepare();
                ServiceProcess run = supervisor.start(
                        program.name() + "-training",
                        program.trainingCommand(),
                        program.environment(),
                        new Readiness.LogLine("training does not get ready"),
                        StopRule.TRAINING);
                if (run.awaitExit(LIMIT) != 0) {
                    console.detail("No faster start of " + program.name() + ", see " + run.log());
                    return;
                }
                program.cache().accept(program.name());
            } catch (LaunchException failure) {
                console.detail("No faster start of " + program.name() + ": " + failure.getMessage());
                return;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        console.detail("The next start will be faster");
    }
}
