package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    Path directory;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @BeforeEach
    void redirect() {
        System.setOut(new PrintStream(printed, true, UTF_8));
        System.setErr(new PrintStream(complained, true, UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();

        assertThat(printed.toString(UTF_8))
                .contains("--scenario NAME", "--report DIR", "--benchmark NAME", "--list", "--fresh");
    }

    @Test
    void listNamesTheScenariosWithTheirDescriptions() {
        assertThat(run("--list")).isZero();

        assertThat(printed.toString(UTF_8).lines()).anyMatch(line -> line.matches("offload +\\w.*"));
    }

    @Test
    void unknownOptionIsOneLineAndUsage() {
        assertThat(run("--speed", "9")).isEqualTo(2);

        assertThat(complained.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains("Unknown option", "--speed", "./run --help");
    }

    @Test
    void optionWithoutItsValueIsOneLineAndUsage() {
        assertThat(run("--scenario")).isEqualTo(2);

        assertThat(complained.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains("--scenario");
    }

    @Test
    void unknownScenarioIsAnsweredWithTheKnownOnes() {
        assertThat(run("--scenario", "onload")).isEqualTo(2);

        assertThat(complained.toString(UTF_8))
                .startsWith("Unknown scenario 'onload'; known: offload")
                .hasLineCount(1);
    }

    @Test
    void unknownBenchmarkIsRefused() {
        assertThat(run("--benchmark", "speed", "--report", "out")).isEqualTo(2);

        assertThat(complained.toString(UTF_8)).startsWith("Unknown benchmark 'speed'; known: ");
    }

    @Test
    void reportThatIsAFileIsRefusedBeforeAnythingStarts() throws Exception {
        Path file = Files.writeString(directory.resolve("report"), "");

        assertThat(run("--scenario", "offload", "--report", file.toString())).isEqualTo(2);

        assertThat(complained.toString(UTF_8)).isEqualTo("--report " + file + " is not a directory\n");
        assertThat(directory.resolve(".data")).doesNotExist();
    }

    @Test
    void scenarioAndBenchmarkTogetherAreRefused() {
        assertThat(run("--scenario", "offload", "--benchmark", "speed")).isEqualTo(2);
    }

    @Test
    void reportWithoutScenarioOrBenchmarkIsRefused() {
        assertThat(run("--report", "out")).isEqualTo(2);
    }

    private int run(String... arguments) {
        return Launcher.execute(new Launcher(directory), arguments);
    }
}
