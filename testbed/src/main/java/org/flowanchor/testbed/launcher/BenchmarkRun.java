package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.BenchmarkReport;
import org.flowanchor.testbed.benchmark.Figure;
import org.jspecify.annotations.Nullable;

/** Runs one benchmark within its bound of time, writes what came out and prints it. */
final class BenchmarkRun {
    private static final long AFTER_INTERRUPT_MILLIS = 5_000;

    private final Console console;
    private final Path log;

    /** @param log where stack traces go */
    BenchmarkRun(Console console, Path log) {
        this.console = console;
        this.log = log;
    }

    /** @return whether it could be measured, whatever the goals */
    boolean measure(Benchmark benchmark, Workshop workshop, Optional<Platform> platform, Path reportDirectory)
            throws InterruptedException {
        try {
            Files.createDirectories(reportDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(reportDirectory.toString(), e);
        }
        BenchmarkContext context = new BenchmarkContext(workshop, platform, console, reportDirectory);
        AtomicReference<@Nullable List<Figure>> figures = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        console.step("Measuring " + benchmark.name() + ": " + benchmark.description());
        Thread thread = Thread.ofPlatform().name("benchmark").daemon().start(() -> {
            try {
                figures.set(benchmark.measure(context));
            } catch (Throwable broken) {
                failure.set(broken);
            }
        });
        if (!thread.join(benchmark.bound())) {
            thread.interrupt();
            thread.join(AFTER_INTERRUPT_MILLIS);
            console.error(benchmark.name() + " did not end within "
                    + benchmark.bound().toSeconds() + " s");
            return false;
        }
        Throwable broken = failure.get();
        List<Figure> measured = figures.get();
        if (broken != null || measured == null) {
            write(broken);
            console.error(benchmark.name() + " could not be measured: " + broken + "; details in " + log);
            return false;
        }
        new BenchmarkReport(benchmark.name(), measured).write(reportDirectory);
        print(measured);
        console.url("figures", reportDirectory.resolve("benchmark.json").toString());
        return true;
    }

    private void print(List<Figure> figures) {
        long bounded = figures.stream().filter(figure -> figure.met() != null).count();
        long met = figures.stream()
                .filter(figure -> Boolean.TRUE.equals(figure.met()))
                .count();
        console.step(met + " of " + bounded + " goals met");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "figure", "median", "min", "max", "runs", "unit", "beside", "ratio", "goal"));
        for (Figure figure : figures) {
            Boolean kept = figure.met();
            rows.add(List.of(
                    kept == null ? "" : kept ? "met" : "MISSED",
                    figure.name(),
                    number(figure.median()),
                    number(figure.min()),
                    number(figure.max()),
                    Integer.toString(figure.runs()),
                    figure.unit(),
                    figure.rival() == null ? "" : figure.rival() + " " + number(figure.rivalMedian()),
                    number(figure.ratio()),
                    figure.goal() == null ? "" : figure.goal()));
        }
        console.table(rows);
    }

    private static String number(@Nullable Double value) {
        if (value == null) {
            return "";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f", value);
    }

    private void write(@Nullable Throwable broken) {
        if (broken == null) {
            return;
        }
        StringWriter text = new StringWriter();
        broken.printStackTrace(new PrintWriter(text));
        try {
            Files.writeString(log, text.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            console.error("cannot write " + log + ": " + unwritable.getMessage() + "\n" + text);
        }
    }
}
