package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.flowanchor.agent.lab.Namespace;
import org.junit.jupiter.api.Test;

class NeighbourLimitKernelIT {
    /** In the machine's first namespace only. */
    private static final String LIMIT = "net/ipv6/neigh/default/gc_thresh2";

    @Test
    void theMachinesLimitIsReadInWhateverNamespace() {
        Namespace.requireRoot();
        assumeTrue(KernelSettings.exists(LIMIT), "not in the machine's first network namespace");
        try (Namespace gateway = new Namespace("neighbours");
                LinuxAccessKernel kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
            assertThat(gateway.<Integer>call(kernel::neighbourLimit)).isEqualTo(KernelSettings.number(LIMIT, -1));
        }
    }
}
