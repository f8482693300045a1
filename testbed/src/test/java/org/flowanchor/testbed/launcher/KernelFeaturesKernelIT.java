package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelFeaturesKernelIT {
    @Test
    void kernelOfThisMachineHasWhatTheLabNeedsAndTheProbeIsRemoved() {
        String namespace = "fa-probe-" + ProcessHandle.current().pid();

        assertThat(Prerequisites.ofKernel(namespace)).isEmpty();

        assertThat(Files.exists(Path.of("/run/netns", namespace))).isFalse();
    }

    @Test
    void refusedNamespaceIsNamed() {
        String tooLong = "n".repeat(300);

        assertThat(Prerequisites.ofKernel(tooLong))
                .singleElement()
                .asString()
                .startsWith("The kernel refuses network namespaces (");
    }
}
