package org.flowanchor.testbed.benchmark.dataplane;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Samples;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Forwarding against the number of flows, and what a move takes; both scales logarithmic. */
final class DataplanePlot {
    private static final Color OURS = new Color(0x1b, 0x6e, 0xc2);
    private static final Color RULES = new Color(0xe0, 0x7b, 0x00);
    private static final Color QUEUE = new Color(0x8e, 0x44, 0xad);
    private static final Color PLAIN = new Color(0x55, 0x55, 0x55);

    private final Map<String, Samples> rates;
    private final List<Figure> figures;

    DataplanePlot(Map<String, Samples> rates, List<Figure> figures) {
        this.rates = rates;
        this.figures = figures;
    }

    void write(Path file) {
        List<Chart<?, ?>> charts = List.of(forwarding(), moves());
        try {
            BitmapEncoder.saveBitmap(charts, 1, 2, file.toString(), BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private XYChart forwarding() {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(600)
                .title("Forwarding at the anchor: median of 9 rounds, bars from least to most")
                .xAxisTitle("steered flows")
                .yAxisTitle("packets/s, one core, sender included")
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(LegendPosition.InsideSW);
        series(chart, "FlowAnchor: maps", Forwarding.FLOWS, Forwarding::flows, OURS);
        series(chart, "ip6tables: a rule per flow", Forwarding.RIVAL_FLOWS, Forwarding::ip6tables, RULES);
        series(chart, "NFQUEUE", List.of(Forwarding.QUEUED_FLOWS), any -> Forwarding.QUEUE, QUEUE);
        level(chart, "FlowAnchor, no steered flow", Forwarding.NONE, OURS.brighter());
        level(chart, "same tunnel, nothing steers", Forwarding.PLAIN, PLAIN);
        return chart;
    }

    /** Of what was measured: rivals may not have been there. */
    private void series(XYChart chart, String title, List<Integer> sizes, IntFunction<String> name, Color color) {
        if (!rates.containsKey(name.apply(sizes.getFirst()))) {
            return;
        }
        double[] x = new double[sizes.size()];
        double[] y = new double[sizes.size()];
        double[] error = new double[sizes.size()];
        for (int at = 0; at < x.length; at++) {
            Samples samples = Objects.requireNonNull(rates.get(name.apply(sizes.get(at))));
            x[at] = sizes.get(at);
            y[at] = samples.median();
            error[at] = Math.max(samples.max() - samples.median(), samples.median() - samples.min());
            error[at] = Math.min(error[at], y[at] * 0.9);
        }
        XYSeries series = chart.addSeries(title, x, y, error);
        series.setLineColor(color);
        series.setMarkerColor(color);
        series.setMarker(SeriesMarkers.CIRCLE);
    }

    private void level(XYChart chart, String title, String name, Color color) {
        double median = Objects.requireNonNull(rates.get(name)).median();
        XYSeries series = chart.addSeries(title, new double[] {10, 1_000_000}, new double[] {median, median});
        series.setLineColor(color);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new java.awt.BasicStroke(1.5f, 0, 0, 1, new float[] {6, 4}, 0));
    }

    private CategoryChart moves() {
        List<String> names = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        for (Figure figure : figures) {
            if (figure.name().startsWith("move") && figure.name().endsWith(" flows")) {
                names.add(figure.name()
                        .replace("move by ip6tables, one process each,", "ip6tables,")
                        .replace("move, ", "")
                        .replace(" a second, ", "/s, "));
                medians.add(figure.median());
            }
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(900)
                .height(600)
                .title("A move of one flow until the kernel has it: median")
                .yAxisTitle("microseconds")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        // Bars begin at zero otherwise, which no logarithm has.
        chart.getStyler().setYAxisMin(10.0);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisLabelRotation(30);
        chart.getStyler().setLabelsVisible(true);
        chart.getStyler().setLabelsRotation(0);
        chart.addSeries("median", names, medians).setFillColor(OURS);
        return chart;
    }
}
