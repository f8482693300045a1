package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.testbed.report.Report;
import org.flowanchor.testbed.scenario.Scenario;
import org.flowanchor.testbed.scenario.ScenarioContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioRunIT {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Console console = new Console(new PrintStream(printed, true, UTF_8), InstantSource.system());
    private Supervisor supervisor;
    private Platform platform;

    @BeforeEach
    void openPlatform() {
        supervisor = new Supervisor(
                CleanupRecord.open(directory.resolve("run"), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                console);
        ServiceProcess idle = supervisor.start("idle", List.of("sleep", "600"), Map.of(), null, StopRule.LAB);
        Services.Service service = new Services.Service(URI.create("http://127.0.0.1:8080"), idle);
        platform = new Platform(
                supervisor,
                new Services(service, service, service),
                Optional.empty(),
                DevelopmentAuthority.open(directory.resolve("authority")),
                directory,
                directory);
    }

    @AfterEach
    void closePlatform() {
        platform.close();
    }

    @Test
    void printsEachCheckWithWhatWasExpectedAndMeasured() throws Exception {
        boolean passed = play(
                Duration.ofSeconds(30),
                context -> report(
                        new Report.Check("attach-wlan", "one binding", "1 binding", true),
                        new Report.Check("moved", "lost 0", "lost 3", false)));

        assertThat(passed).isFalse();
        assertThat(text())
                .contains(
                        "FAILED, 1 of 2 checks held",
                        "PASS  attach-wlan",
                        "FAIL  moved",
                        "expected: lost 0",
                        "measured: lost 3");
    }

    @Test
    void passesWhenEveryCheckHolds() throws Exception {
        assertThat(play(
                        Duration.ofSeconds(30),
                        context -> report(new Report.Check("attach-wlan", "one binding", "1 binding", true))))
                .isTrue();
        assertThat(text()).contains("every check held");
    }

    @Test
    void scenarioThatDoesNotEndHasFailedAfterItsBound() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);

        boolean passed = play(Duration.ofMillis(200), context -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                interrupted.countDown();
            }
            return report();
        });

        assertThat(passed).isFalse();
        interrupted.await();
        assertThat(text()).contains("story did not end within 0 s");
        assertThat(Files.readString(directory.resolve("launcher.log"))).contains("CountDownLatch.await");
    }

    @Test
    void scenarioThatCannotBePlayedHasFailedWithItsReason() throws Exception {
        boolean passed = play(Duration.ofSeconds(30), context -> {
            throw new IllegalStateException("no bridge");
        });

        assertThat(passed).isFalse();
        assertThat(text()).contains("story could not be played: no bridge");
        assertThat(Files.readString(directory.resolve("launcher.log"))).contains("IllegalStateException");
    }

    private boolean play(Duration bound, Function<ScenarioContext, Report> story) throws InterruptedException {
        Scenario scenario = new Scenario() {
            @Override
            public String name() {
                return "story";
            }

            @Override
            public String description() {
                return "for this test";
            }

            @Override
            public Report play(ScenarioContext context) {
                return story.apply(context);
            }
        };
        return new ScenarioRun(console, directory.resolve("launcher.log"), bound, false)
                .play(scenario, platform, directory.resolve("report"));
    }

    private static Report report(Report.Check... checks) {
        return Report.of("story", 1, false, List.of(checks), List.of(), List.of());
    }

    private String text() {
        return printed.toString(UTF_8);
    }
}
