package org.flowanchor.testbed.scenario;

import java.util.List;

/** All scenarios. */
public final class Scenarios {
    private Scenarios() {}

    /** In the order in which they are listed. */
    public static List<Scenario> all() {
        return List.of(new OffloadScenario(), new WireScenario(), new AgentScenario(), new BindingFaultsScenario());
    }
}
