package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    /** A number of seconds that nobody else sleeps. */
    private String marker = "";

    @BeforeEach
    void chooseMarker() {
        marker = "4" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + "."
                + ProcessHandle.current().pid();
    }

    @Test
    void killedLauncherLeavesNeitherProcessNorThingNorRecord() throws Exception {
        Process launcher = startLauncher("3");
        awaitStarted(launcher);
        awaitChildren(3);

        launcher.destroyForcibly().waitFor();

        Await.until("record gone", SOON, () -> records().isEmpty());
        assertThat(ProcessesOfMarker.find(marker)).isEmpty();
        assertThat(directory.resolve("cleaned")).isDirectory();
    }

    @Test
    void launcherKilledWhileItStartsChildrenLeavesNone() throws Exception {
        Random moments = new Random(20_26);
        for (int round = 0; round < 8; round++) {
            Process launcher = startLauncher("endless");
            Await.until(
                    "first child", SOON, () -> !ProcessesOfMarker.find(marker).isEmpty());
            TimeUnit.MILLISECONDS.sleep(moments.nextInt(40));
            launcher.destroyForcibly().waitFor();
            Await.until("record gone", SOON, () -> records().isEmpty());
            Await.until(
                    "no child left", SOON, () -> ProcessesOfMarker.find(marker).isEmpty());
            Files.delete(directory.resolve("cleaned"));
        }
    }

    @Test
    void nextLauncherCleansUpWhenTheWatchdogWasKilledToo() throws Exception {
        Process launcher = startLauncher("2");
        awaitStarted(launcher);
        kill(watchdogPid());
        launcher.destroyForcibly().waitFor();
        awaitChildren(2);

        int swept = CleanupRecord.sweep(directory.resolve("run"), directory.resolve("cleanup.log"));

        assertThat(swept).isEqualTo(1);
        assertThat(ProcessesOfMarker.find(marker)).isEmpty();
        assertThat(directory.resolve("cleaned")).isDirectory();
        assertThat(records()).isEmpty();
    }

    @Test
    void closeCleansUpAlsoWhenTheWatchdogWasKilled() throws Exception {
        Supervisor supervisor = supervisor();
        supervisor.start("child", List.of("sleep", marker), Map.of(), null, StopRule.LAB);
        kill(watchdogPid());

        supervisor.close();

        assertThat(ProcessesOfMarker.find(marker)).isEmpty();
        assertThat(records()).isEmpty();
    }

    @Test
    void cleanupGoesBackwardsAndTakesEveryWordAsItIs() throws Exception {
        Path trace = directory.resolve("trace");
        Supervisor supervisor = supervisor();
        String append = "printf '%s\\n' \"$1\" >>" + trace;
        supervisor.onCleanup(List.of("sh", "-c", append, "sh", "namespace * $HOME 'a' \\n"));
        supervisor
                .start(
                        "agent",
                        List.of(
                                "sh",
                                "-c",
                                "trap 'echo agent >>" + trace + "; exit' TERM; echo up; while :; do sleep 0.02; done"),
                        Map.of(),
                        Readiness.logLine("up"),
                        StopRule.LAB)
                .awaitReady(SOON);
        supervisor.onCleanup(List.of("sh", "-c", append, "sh", "last made, first undone"));
        supervisor.onCleanup(List.of("false"));

        supervisor.close();

        assertThat(trace).content().isEqualTo("last made, first undone\nagent\nnamespace * $HOME 'a' \\n\n");
    }

    @Test
    void processThatIgnoresItsSignalIsKilledAfterItsGrace() throws Exception {
        Supervisor supervisor = supervisor();
        ServiceProcess stubborn = supervisor.start(
                "stubborn",
                List.of("sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"),
                Map.of(),
                Readiness.logLine("up"),
                new StopRule("test", "TERM", Duration.ofSeconds(1)));
        stubborn.awaitReady(SOON);

        supervisor.close();

        assertThat(stubborn.awaitExit(SOON)).isEqualTo(128 + 9);
    }

    @Test
    void strangerWithARecordedPidIsNotTouched() throws Exception {
        Process stranger = new ProcessBuilder("sleep", marker).start();
        try {
            long start = ProcessStat.of(stranger.pid()).orElseThrow().startTicks();
            Path run = Files.createDirectories(directory.resolve("run"));
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            Files.writeString(
                    run.resolve("1-1.record"),
                    "B\t" + boot + "\nW\t" + stranger.pid() + "\t1\nP\t" + stranger.pid() + "\t" + (start - 1)
                            + "\tg\tKILL\t1\tearlier\n");
            Files.writeString(
                    run.resolve("2-2.record"),
                    "B\tanother-boot\nP\t" + stranger.pid() + "\t" + start + "\tg\tKILL\t1\tbefore the reboot\n");

            assertThat(CleanupRecord.sweep(run, directory.resolve("cleanup.log")))
                    .isEqualTo(2);

            assertThat(records()).isEmpty();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void restartedProcessIsInTheRecordToo() throws Exception {
        Supervisor supervisor = supervisor();
        ServiceProcess child = supervisor.start("child", List.of("sleep", marker), Map.of(), null, StopRule.LAB);
        long first = child.pid();
        child.kill();
        assertThat(child.alive()).isFalse();

        child.restart();

        assertThat(child.alive()).isTrue();
        assertThat(child.pid()).isNotEqualTo(first);
        supervisor.close();
        assertThat(ProcessesOfMarker.find(marker)).isEmpty();
    }

    @Test
    void processThatEndsWhileStartingIsReportedWithItsLastLines() {
        try (Supervisor supervisor = supervisor()) {
            ServiceProcess failing = supervisor.start(
                    "failing",
                    List.of("sh", "-c", "echo no such database; exit 3"),
                    Map.of(),
                    Readiness.logLine("never"),
                    StopRule.LAB);

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> failing.awaitReady(SOON))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("failing ended while starting with exit code 3")
                    .hasMessageContaining("failing.log")
                    .hasMessageContaining("    no such database");
        }
    }

    @Test
    void missingProgramIsReported() {
        try (Supervisor supervisor = supervisor()) {
            ServiceProcess missing =
                    supervisor.start("missing", List.of("/no/such/program"), Map.of(), null, StopRule.LAB);

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> {
                        missing.awaitExit(SOON);
                        missing.awaitReady(SOON);
                    })
                    .hasMessageContaining("exit code 127")
                    .hasMessageContaining("/no/such/program");
        }
    }

    private Supervisor supervisor() {
        return new Supervisor(
                CleanupRecord.open(directory.resolve("run"), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                new Console(System.out, InstantSource.system()));
    }

    private Process startLauncher(String children) throws IOException {
        return new ProcessBuilder(
                        Jvm.executable().toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        FakeLauncher.class.getName(),
                        directory.toString(),
                        marker,
                        children)
                .redirectErrorStream(true)
                .start();
    }

    /** Each is a shell first, which nobody can tell by its command. */
    private void awaitChildren(int number) throws Exception {
        Await.until("children", SOON, () -> ProcessesOfMarker.find(marker).size() == number);
    }

    private static void awaitStarted(Process launcher) throws IOException {
        BufferedReader output = launcher.inputReader();
        String line = output.readLine();
        while (line != null && !line.equals("started")) {
            line = output.readLine();
        }
        assertThat(line).isEqualTo("started");
    }

    private List<Path> records() throws IOException {
        try (var files = Files.list(directory.resolve("run"))) {
            return files.filter(file -> file.toString().endsWith(".record")).toList();
        }
    }

    private long watchdogPid() throws IOException {
        return Files.readAllLines(records().getFirst()).stream()
                .filter(line -> line.startsWith("W\t"))
                .mapToLong(line -> Long.parseLong(line.split("\t", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Await.until(
                "watchdog gone",
                SOON,
                () -> ProcessStat.of(pid).filter(ProcessStat::running).isEmpty());
    }
}
