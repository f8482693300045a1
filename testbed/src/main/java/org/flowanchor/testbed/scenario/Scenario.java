package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import org.flowanchor.testbed.report.Report;

/** A story that can be played on a running platform. */
public interface Scenario {
    /** Name on the command line: lower case with hyphens. */
    String name();

    /** One sentence for the list of scenarios. */
    String description();

    /** Settings of binding-service beside those of the lab, as {@code --name=value}. */
    default List<String> bindingServiceSettings() {
        return List.of();
    }

    /** After which it has failed. */
    default Duration bound() {
        return Duration.ofMinutes(5);
    }

    /**
     * Plays it, printing each step to the context's console, and writes report and plots when the context names a directory. What it
     * makes outside this process is registered for the platform's cleanup first; after it returns, the lab and the agents go on, so
     * that one can look at them.
     *
     * @return what was measured; a check that does not hold is in the report, not an exception
     * @throws RuntimeException when the scenario cannot be played at all; what was made is left to the platform's cleanup
     */
    Report play(ScenarioContext context);
}
