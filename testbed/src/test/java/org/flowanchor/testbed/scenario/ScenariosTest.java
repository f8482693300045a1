package org.flowanchor.testbed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScenariosTest {
    @Test
    void namesAreUniqueAndFitACommandLine() {
        assertThat(Scenarios.all())
                .extracting(Scenario::name)
                .doesNotHaveDuplicates()
                .contains("offload");
        assertThat(Scenarios.all()).allSatisfy(scenario -> {
            assertThat(scenario.name()).matches("[a-z][a-z0-9-]*");
            assertThat(scenario.description()).isNotBlank();
        });
    }
}
