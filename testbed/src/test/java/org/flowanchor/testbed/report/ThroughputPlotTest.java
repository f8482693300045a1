package org.flowanchor.testbed.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.flowanchor.testbed.report.Report.Move;
import org.flowanchor.testbed.report.ThroughputPlot.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThroughputPlotTest {
    @Test
    void movesInQuickSuccessionShareALabel() {
        List<Move> moves = new ArrayList<>();
        moves.add(new Move("elephant-1", "WLAN", "LTE", "QOS", 10_000, 13_000));
        for (int i = 0; i < 20; i++) {
            moves.add(new Move("bulk", "WLAN", i % 2 == 0 ? "LTE" : "WLAN", "MANUAL", 20_000, 20_000 + 300 * i));
        }
        moves.add(new Move("bulk", "WLAN", "LTE", "OUTAGE", 40_000, 40_100));
        moves.add(new Move("small-2", "WLAN", "LTE", "OUTAGE", 40_000, 40_150));
        assertThat(ThroughputPlot.moveLabels(moves))
                .containsExactly(
                        new Event(13, "elephant-1 to LTE"),
                        new Event(20, "bulk to and fro, 20 moves"),
                        new Event(40.1, "bulk, small-2 to LTE"));
    }

    @Test
    void writesAPictureWithBothCharts(@TempDir Path directory) throws IOException {
        long[] bins = new long[300];
        java.util.Arrays.fill(bins, 50, 250, 90_000);
        Series flow = Series.ofBins("elephant-1", bins);
        Series access = Series.ofCounter("WLAN", new double[] {0, 10, 20}, new long[] {0, 5_000_000, 10_000_000});
        Path file = directory.resolve("plots/throughput.png");
        new ThroughputPlot(
                        "test",
                        List.of(new Move("elephant-1", "WLAN", "LTE", "QOS", 10_000, 13_000)),
                        List.of(new Event(5, "overload")))
                .write(file, List.of(flow), List.of(access));
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(1000);
        assertThat(ImageIO.read(file.toFile()).getHeight()).isGreaterThan(1000);
    }

    @Test
    void binsAreAveragedOverHalfSecondsAndBeginWithTheFirstArrival() {
        long[] bins = new long[15];
        java.util.Arrays.fill(bins, 5, 15, 12_500);
        Series series = Series.ofBins("x", bins);
        assertThat(series.seconds()).containsExactly(0.75, 1.25);
        assertThat(series.values()).containsExactly(1.0, 1.0);
    }
}
