package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Goal;
import org.flowanchor.testbed.benchmark.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkRunIT {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Console console = new Console(new PrintStream(printed, true, UTF_8), InstantSource.system());
    private Supervisor supervisor;

    @BeforeEach
    void openSupervisor() {
        supervisor = new Supervisor(
                CleanupRecord.open(directory.resolve("run"), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                console);
    }

    @AfterEach
    void closeSupervisor() {
        supervisor.close();
    }

    private interface Measuring {
        List<Figure> measure(BenchmarkContext context) throws InterruptedException;
    }

    private boolean run(Duration bound, Measuring measuring) throws InterruptedException {
        Benchmark benchmark = new Benchmark() {
            @Override
            public String name() {
                return "speed";
            }

            @Override
            public String description() {
                return "for this test";
            }

            @Override
            public Needs needs() {
                return Needs.HOST;
            }

            @Override
            public Duration bound() {
                return bound;
            }

            @Override
            public List<Figure> measure(BenchmarkContext context) throws InterruptedException {
                return measuring.measure(context);
            }
        };
        return new BenchmarkRun(console, directory.resolve("launcher.log"))
                .measure(
                        benchmark,
                        new Workshop(supervisor, directory, directory),
                        Optional.empty(),
                        directory.resolve("out"));
    }

    @Test
    void aMissedGoalIsPrintedAndWrittenAndNoFailure() throws Exception {
        assertThat(run(
                        Duration.ofMinutes(1),
                        context -> List.of(Figure.of("steered", "packets/s", Samples.of(5))
                                .beside("unsteered", Samples.of(10))
                                .with(Goal.ratioAtLeast(0.8)))))
                .isTrue();
        assertThat(printed.toString(UTF_8)).contains("0 of 1 goals met", "MISSED", "steered", "ratio >= 0.8");
        assertThat(Files.readString(directory.resolve("out/benchmark.json"))).contains("\"met\" : false");
    }

    @Test
    void whatCannotBeMeasuredIsAFailureWithItsReasonAndNoFile() throws Exception {
        assertThat(run(Duration.ofMinutes(1), context -> {
                    throw new IllegalStateException("no kernel of this kind");
                }))
                .isFalse();
        assertThat(printed.toString(UTF_8)).contains("speed could not be measured", "no kernel of this kind");
        assertThat(directory.resolve("out/benchmark.json")).doesNotExist();
    }

    @Test
    void whatDoesNotEndIsInterruptedAfterItsBound() throws Exception {
        assertThat(run(Duration.ofMillis(50), context -> {
                    new CountDownLatch(1).await();
                    return List.of();
                }))
                .isFalse();
        assertThat(printed.toString(UTF_8)).contains("speed did not end within");
    }
}
