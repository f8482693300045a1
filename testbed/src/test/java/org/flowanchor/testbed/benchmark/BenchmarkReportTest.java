package org.flowanchor.testbed.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchmarkReportTest {
    private static final Samples FAST = Samples.of(90, 110, 100);
    private static final Samples SLOW = Samples.of(45, 60, 50);

    @Test
    void medianMinAndMaxAreThoseOfTheSamples() {
        Figure figure = Figure.of("forwarding", "packets/s", Samples.of(4, 1, 3, 2));
        assertThat(figure.median()).isEqualTo(2.5);
        assertThat(figure.min()).isEqualTo(1);
        assertThat(figure.max()).isEqualTo(4);
        assertThat(figure.runs()).isEqualTo(4);
        assertThat(Samples.of(10, 20, 30, 40, 50).percentile(75)).isEqualTo(40);
        assertThat(Samples.of(7).percentile(99)).isEqualTo(7);
    }

    @Test
    void aGoalIsMetOrMissedByItsSubject() {
        Figure beside = Figure.of("steered", "packets/s", SLOW).beside("unsteered", FAST);
        assertThat(beside.ratio()).isEqualTo(0.5);
        assertThat(beside.with(Goal.ratioAtLeast(0.8)).met()).isFalse();
        assertThat(beside.with(Goal.ratioAtLeast(0.5)).met()).isTrue();
        assertThat(beside.with(Goal.atMost(49)).met()).isFalse();
        assertThat(beside.with(Goal.atLeast(50)).goal()).isEqualTo("median >= 50");
        assertThat(beside.with(Goal.ratioAtLeast(0.8)).goal()).isEqualTo("ratio >= 0.8");
        assertThatThrownBy(() -> Figure.of("alone", "s", FAST).with(Goal.ratioAtLeast(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ratiosOfRoundsCompareWhatWasMeasuredBesideEachOther() {
        Samples ratios = SLOW.over(FAST);
        assertThat(ratios.min()).isEqualTo(0.5);
        assertThat(ratios.max()).isEqualTo(60 / 110.0);
        assertThatThrownBy(() -> SLOW.over(Samples.of(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyContenderIsMeasuredOnceARoundInATurningOrder() throws Exception {
        StringBuilder order = new StringBuilder();
        Rounds rounds = new Rounds()
                .add("a", () -> {
                    order.append('a');
                    return 1;
                })
                .add("b", () -> {
                    order.append('b');
                    return 2;
                })
                .add("c", () -> {
                    order.append('c');
                    return 3;
                });
        assertThat(rounds.run(3, (round, contender) -> {})).satisfies(samples -> {
            assertThat(samples.keySet()).containsExactly("a", "b", "c");
            assertThat(samples.values())
                    .allSatisfy(all -> assertThat(all.count()).isEqualTo(3));
        });
        assertThat(order.toString()).isEqualTo("abcbcacab");
        assertThatThrownBy(() -> rounds.add("a", () -> 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fileHasTheMembersThatOthersRelyOn(@TempDir Path directory) throws IOException {
        new BenchmarkReport(
                        "dataplane",
                        List.of(
                                Figure.of("alone", "s", FAST),
                                Figure.of("steered", "packets/s", SLOW)
                                        .beside("unsteered", FAST)
                                        .with(Goal.ratioAtLeast(0.8))))
                .write(directory.resolve("deep/out"));
        JsonNode report = new JsonMapper().readTree(Files.readString(directory.resolve("deep/out/benchmark.json")));
        assertThat(names(report)).containsExactly("benchmark", "figures");
        JsonNode alone = report.path("figures").path(0);
        JsonNode steered = report.path("figures").path(1);
        assertThat(names(alone))
                .containsExactly(
                        "name", "unit", "median", "min", "max", "runs", "rival", "rivalMedian", "ratio", "goal", "met");
        assertThat(alone.path("rival").isNull()).isTrue();
        assertThat(alone.path("met").isNull()).isTrue();
        assertThat(steered.path("ratio").asDouble()).isEqualTo(0.5);
        assertThat(steered.path("met").asBoolean()).isFalse();
    }

    private static List<String> names(JsonNode object) {
        return StreamSupport.stream(object.propertyNames().spliterator(), false).toList();
    }
}
