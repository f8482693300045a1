package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.flowanchor.testbed.report.Report;
import org.flowanchor.testbed.scenario.Scenario;
import org.flowanchor.testbed.scenario.ScenarioContext;
import org.jspecify.annotations.Nullable;

/** Plays one scenario within a bound of time and prints what came out. */
final class ScenarioRun {
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final Console console;
    private final Path log;
    private final Duration bound;
    private final boolean serves;

    /**
     * Creates one.
     *
     * @param log where stack traces go
     * @param bound after which a scenario has failed
     * @param serves the platform is served when it has been played
     */
    ScenarioRun(Console console, Path log, Duration bound, boolean serves) {
        this.console = console;
        this.log = log;
        this.bound = bound;
        this.serves = serves;
    }

    /**
     * Plays it.
     *
     * @return whether every check held
     */
    boolean play(Scenario scenario, Platform platform, Path reportDirectory) throws InterruptedException {
        AtomicReference<@Nullable Report> report = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        ScenarioContext context = new ScenarioContext(platform, console, Optional.of(reportDirectory), serves);
        Thread player = Thread.ofPlatform().name("scenario").daemon().start(() -> {
            try {
                report.set(scenario.play(context));
            } catch (Throwable broken) {
                failure.set(broken);
            }
        });
        console.step("Playing " + scenario.name() + ": " + scenario.description());
        if (!player.join(bound)) {
            String where = Arrays.stream(player.getStackTrace())
                    .map(frame -> "    at " + frame)
                    .collect(Collectors.joining("\n"));
            write("scenario " + scenario.name() + " was, after " + bound.toSeconds() + " s,\n" + where + "\n");
            player.interrupt();
            player.join(AFTER_INTERRUPT);
            console.error(
                    scenario.name() + " did not end within " + bound.toSeconds() + " s; where it was is in " + log);
            return false;
        }
        Throwable broken = failure.get();
        if (broken != null) {
            write(stackTrace(broken));
            console.error(scenario.name() + " could not be played: " + describe(broken) + "; details in " + log);
            return false;
        }
        Report outcome = report.get();
        if (outcome == null) {
            console.error(scenario.name() + " ended without a report");
            return false;
        }
        print(outcome, reportDirectory);
        return outcome.passed();
    }

    private void print(Report report, Path reportDirectory) {
        long held = report.checks().stream().filter(Report.Check::passed).count();
        console.step(report.scenario()
                + (report.passed()
                        ? ": every check held"
                        : ": FAILED, " + held + " of " + report.checks().size() + " checks held"));
        List<List<String>> rows = new ArrayList<>();
        for (Report.Check check : report.checks()) {
            rows.add(List.of(check.passed() ? "PASS" : "FAIL", check.name(), "expected: " + check.expected()));
            rows.add(List.of("", "", "measured: " + check.measured()));
        }
        console.table(rows);
        console.url("report", reportDirectory.toString());
    }

    private void write(String text) {
        try {
            Files.writeString(
                    log, text, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            console.error("cannot write " + log + ": " + unwritable.getMessage() + "\n" + text);
        }
    }

    private static String describe(Throwable broken) {
        String message = broken.getMessage();
        return message == null ? broken.toString() : message;
    }

    private static String stackTrace(Throwable broken) {
        java.io.StringWriter text = new java.io.StringWriter();
        broken.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
