package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.flowanchor.agent.lab.Namespace;
import org.junit.jupiter.api.Test;

class RestartCounterKernelIT {
    private static final int NAMESPACES = 20;

    /** Numbers of namespaces in /proc come again; a gateway that is a container gets a new one with each start. */
    @Test
    void h05_itIsAnotherInEachNamespaceAndTheSameAsLongAsThatIsThere() {
        Namespace.requireRoot();
        Set<Long> counters = new HashSet<>();
        for (int i = 0; i < NAMESPACES; i++) {
            try (Namespace gateway = new Namespace("counter")) {
                long counter = gateway.<Long>call(RestartCounter::read);
                assertThat(counter).isBetween(0L, 0xffff_ffffL);
                assertThat(gateway.<Long>call(RestartCounter::read)).isEqualTo(counter);
                counters.add(counter);
            }
        }
        assertThat(counters).hasSize(NAMESPACES);
    }
}
