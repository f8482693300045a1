package org.flowanchor.testbed.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.flowanchor.testbed.report.Report.Check;
import org.flowanchor.testbed.report.Report.FlowFigures;
import org.flowanchor.testbed.report.Report.Move;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static final Check HOLDS = new Check("attach-wlan", "yes", "yes", true);
    private static final Check FAILS = new Check("attach-lte", "yes", "no", false);

    @Test
    void passesOnlyWhenThereAreChecksAndAllHold() {
        assertThat(Report.of("x", 1, true, List.of(), List.of(), List.of()).passed())
                .isFalse();
        assertThat(Report.of("x", 1, true, List.of(HOLDS), List.of(), List.of()).passed())
                .isTrue();
        assertThat(Report.of("x", 1, true, List.of(HOLDS, FAILS), List.of(), List.of())
                        .passed())
                .isFalse();
    }

    @Test
    void fileHasTheMembersThatOthersRelyOn(@TempDir Path directory) throws IOException {
        Report.of(
                        "offload",
                        1234,
                        true,
                        List.of(HOLDS),
                        List.of(new FlowFigures("bulk", "udp", 20, 100, 100, 0, 0, 0, 4.5)),
                        List.of(new Move("bulk", "WLAN", "LTE", "MANUAL", 10, 20)))
                .write(directory.resolve("deep/out"));
        JsonNode report = new JsonMapper().readTree(Files.readString(directory.resolve("deep/out/report.json")));
        assertThat(names(report))
                .containsExactly("scenario", "passed", "durationMs", "kernel", "checks", "flows", "moves");
        assertThat(names(report.path("checks").path(0))).containsExactly("name", "expected", "measured", "passed");
        assertThat(names(report.path("flows").path(0)))
                .containsExactly(
                        "id",
                        "selector",
                        "moves",
                        "sent",
                        "received",
                        "lost",
                        "duplicated",
                        "reordered",
                        "longestGapMs");
        assertThat(names(report.path("moves").path(0)))
                .containsExactly("flow", "from", "to", "reason", "requestedAtMs", "enforcedAtMs");
        assertThat(report.path("durationMs").asLong()).isEqualTo(1234);
        assertThat(report.path("kernel").asBoolean()).isTrue();
    }

    private static List<String> names(JsonNode object) {
        return StreamSupport.stream(object.propertyNames().spliterator(), false).toList();
    }
}
