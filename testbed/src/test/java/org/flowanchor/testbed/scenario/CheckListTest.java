package org.flowanchor.testbed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.report.Report.Check;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.junit.jupiter.api.Test;

class CheckListTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CheckList checks = new CheckList(
            new Console(new PrintStream(printed, true, StandardCharsets.UTF_8), InstantSource.system()),
            List.of("first", "second", "third"));

    @Test
    void aCheckThatDoesNotHoldLetsTheStoryGoOn() {
        checks.check("first", "yes", () -> new Finding(false, "no"));
        checks.check("second", "yes", () -> new Finding(true, "yes"));
        assertThat(checks.checks())
                .containsExactly(new Check("first", "yes", "no", false), new Check("second", "yes", "yes", true));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("FAILED first: no")
                .contains("ok    second: yes");
    }

    @Test
    void aCheckThatCannotBeMeasuredEndsTheStoryAndEveryLaterOneFails() {
        checks.check("first", "yes", () -> {
            throw new LabException("no such link");
        });
        boolean[] taken = {false};
        checks.step(() -> taken[0] = true);
        checks.check("second", "yes", () -> new Finding(true, "yes"));
        assertThat(taken[0]).isFalse();
        assertThat(checks.checks())
                .containsExactly(
                        new Check("first", "yes", "no such link", false),
                        new Check("second", "yes", "not reached", false));
    }

    @Test
    void aStepThatFailsEndsTheStory() {
        checks.step(() -> {
            throw new ScenarioException("not within 10 s: something");
        });
        checks.check("first", "yes", () -> new Finding(true, "yes"));
        assertThat(checks.checks()).containsExactly(new Check("first", "yes", "not reached", false));
    }

    @Test
    void checksComeInTheirOrder() {
        assertThatThrownBy(() -> checks.check("second", "yes", () -> new Finding(true, "yes")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("first");
    }
}
