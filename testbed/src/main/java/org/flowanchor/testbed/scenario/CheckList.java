package org.flowanchor.testbed.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.launcher.LaunchException;
import org.flowanchor.testbed.report.Report.Check;

/**
 * The checks of a scenario in their order. One that cannot be measured fails with the reason; those after it are then not reached and
 * fail too, so that a report always names every check.
 */
final class CheckList {
    /** What was found, in the words of the expectation. */
    record Finding(boolean holds, String measured) {}

    private final Console console;
    private final List<String> names;
    private final List<Check> checks = new ArrayList<>();
    private boolean stopped;

    CheckList(Console console, List<String> names) {
        this.console = console;
        this.names = List.copyOf(names);
    }

    /** Measures the next check. */
    void check(String name, String expected, Supplier<Finding> measure) {
        String next = names.get(checks.size());
        if (!next.equals(name)) {
            throw new IllegalStateException("the next check is " + next + ", not " + name);
        }
        if (stopped) {
            add(new Check(name, expected, "not reached", false));
            return;
        }
        try {
            Finding finding = measure.get();
            add(new Check(name, expected, finding.measured(), finding.holds()));
        } catch (ScenarioException | LabException | LaunchException e) {
            stopped = true;
            add(new Check(name, expected, String.valueOf(e.getMessage()), false));
        }
    }

    /** A step between checks; not taken when the story cannot go on. */
    void step(Runnable step) {
        if (stopped) {
            return;
        }
        try {
            step.run();
        } catch (ScenarioException | LabException | LaunchException e) {
            stopped = true;
            console.error(String.valueOf(e.getMessage()));
        }
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    private void add(Check check) {
        checks.add(check);
        console.step((check.passed() ? "ok    " : "FAILED ") + check.name() + ": " + check.measured());
        if (!check.passed()) {
            console.detail("expected " + check.expected());
        }
    }
}
