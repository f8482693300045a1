package org.flowanchor.testbed.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LabKernelIT {
    @Test
    void leavesNothingWhenClosed() {
        List<List<String>> registered = new ArrayList<>();
        String prefix;
        try (Lab lab = Lab.create(LabShape.DEFAULT, registered::add)) {
            prefix = lab.names().prefix();
            assertThat(names("/run/netns", prefix)).hasSize(LabNode.values().length);
            assertThat(names("/sys/class/net", prefix)).hasSize(1 + Lab.MANAGED.size());
        }
        assertThat(names("/run/netns", prefix)).isEmpty();
        assertThat(names("/sys/class/net", prefix)).isEmpty();
    }

    @Test
    void leavesNothingWhenOnlyTheRegisteredCommandsRun() {
        List<List<String>> registered = new ArrayList<>();
        Lab lab = Lab.create(LabShape.DEFAULT, registered::add);
        for (List<String> command : registered.reversed()) {
            try {
                HostCommand.run(command);
            } catch (LabException e) {
                // A part that went with another part.
            }
        }
        assertThat(names("/run/netns", lab.names().prefix())).isEmpty();
        assertThat(names("/sys/class/net", lab.names().prefix())).isEmpty();
    }

    @Test
    void removesWhatItMadeWhenTheHostRefuses() {
        List<String> own = new ArrayList<>();
        // More than the rate the shaper can hold in its 32-bit burst table: refused after the namespaces exist.
        LabShape impossible = new LabShape(Long.MAX_VALUE / 1_000_000, 6_000_000, 200);
        assertThatThrownBy(() -> Lab.create(impossible, command -> own.add(command.getLast())))
                .isInstanceOf(LabException.class);
        assertThat(own).hasSizeGreaterThan(LabNode.values().length);
        assertThat(names("/run/netns", "fa")).doesNotContainAnyElementsOf(own);
        assertThat(names("/sys/class/net", "fa")).doesNotContainAnyElementsOf(own);
    }

    @Test
    void agentsAreReachedOverTheManagementBridgeOnly() {
        try (Lab lab = Lab.create(LabShape.DEFAULT, command -> {})) {
            assertThat(lab.run(
                            LabNode.ANCHOR,
                            "ip",
                            "-6",
                            "route",
                            "get",
                            lab.managementAddress().toString()))
                    .contains("dev m0");
            assertThatThrownBy(() ->
                            lab.run(LabNode.CORRESPONDENT_NODE, "ip", "-6", "route", "get", "fd00::1", "oif", "m0"))
                    .isInstanceOf(LabException.class);
        }
    }

    private static List<String> names(String directory, String prefix) {
        String[] entries =
                Objects.requireNonNullElse(Path.of(directory).toFile().list(), new String[0]);
        List<String> found = new ArrayList<>();
        for (String entry : entries) {
            if (entry.startsWith(prefix)) {
                found.add(entry);
            }
        }
        found.sort(null);
        return found;
    }
}
