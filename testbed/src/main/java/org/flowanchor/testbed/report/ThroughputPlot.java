package org.flowanchor.testbed.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Throughput against time, per flow above and per access below, with moves and events as labelled vertical lines. */
public final class ThroughputPlot {
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 560;
    private static final double HEADROOM = 1.45;
    private static final int LABEL_ROWS = 5;
    private static final Color MOVE = new Color(0x9a, 0x9a, 0x9a);
    private static final Color EVENT = new Color(0xc0, 0x39, 0x2b);
    private static final Color[] LINES = {
        new Color(0x1b, 0x6e, 0xc2), new Color(0xe0, 0x7b, 0x00), new Color(0x2e, 0x8b, 0x57),
        new Color(0x8e, 0x44, 0xad), new Color(0x00, 0x8b, 0x8b), new Color(0xb0, 0x30, 0x60),
        new Color(0x6b, 0x4f, 0x2a), new Color(0x55, 0x55, 0x55)
    };

    /** Something that happened once. */
    public record Event(double seconds, String text) {}

    private final String title;
    private final List<Report.Move> moves;
    private final List<Event> events;

    /**
     * @param moves drawn grey; those of one flow in quick succession share a label
     * @param events drawn red
     */
    public ThroughputPlot(String title, List<Report.Move> moves, List<Event> events) {
        this.title = title;
        this.moves = List.copyOf(moves);
        this.events = List.copyOf(events);
    }

    /** Writes a PNG; the directory is made when missing. Both charts begin with the first flow. */
    public void write(Path file, List<Series> flows, List<Series> accesses) {
        double begin = flows.stream()
                .filter(series -> series.seconds().length > 0)
                .mapToDouble(series -> series.seconds()[0])
                .min()
                .orElse(0);
        double end = flows.stream()
                .filter(series -> series.seconds().length > 0)
                .mapToDouble(series -> series.seconds()[series.seconds().length - 1])
                .max()
                .orElse(1);
        Span span = new Span(Math.max(0, Math.floor(begin) - 1), Math.ceil(end) + 1);
        List<Chart<?, ?>> charts = List.of(
                chart(
                        title + ": throughput per flow at the receiver (moves grey, events red)",
                        span,
                        flows,
                        moveLabels(moves),
                        MOVE.darker()),
                chart("throughput per access at the mobile node", span, accesses, events, EVENT));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            BitmapEncoder.saveBitmap(List.copyOf(charts), charts.size(), 1, file.toString(), BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private record Span(double begin, double end) {}

    /** One label per run of moves of one flow, and one for moves of several flows at the same moment. */
    static List<Event> moveLabels(List<Report.Move> moves) {
        List<Report.Move> sorted = moves.stream()
                .sorted(Comparator.comparingLong(Report.Move::enforcedAtMs))
                .toList();
        List<Event> labels = new ArrayList<>();
        int i = 0;
        while (i < sorted.size()) {
            int end = i + 1;
            while (end < sorted.size()
                    && sorted.get(end).enforcedAtMs() - sorted.get(end - 1).enforcedAtMs() < 1200) {
                end++;
            }
            List<Report.Move> run = sorted.subList(i, end);
            List<String> names = run.stream().map(Report.Move::flow).distinct().toList();
            boolean oneWay = run.stream().map(Report.Move::to).distinct().count() == 1;
            String to = oneWay ? " to " + run.getFirst().to() : " to and fro";
            String times = run.size() > names.size() ? ", " + run.size() + " moves" : "";
            labels.add(new Event(run.getFirst().enforcedAtMs() / 1000.0, String.join(", ", names) + to + times));
            i = end;
        }
        return labels;
    }

    private XYChart chart(String heading, Span span, List<Series> series, List<Event> labels, Color labelColor) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(heading)
                .xAxisTitle("seconds")
                .yAxisTitle("Mbit/s")
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setPlotContentSize(1.0)
                .setChartBackgroundColor(Color.WHITE)
                .setAnnotationTextFontColor(labelColor)
                .setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        chart.getStyler().setPlotGridLinesColor(new Color(0xe6, 0xe6, 0xe6));
        double top = 1;
        int color = 0;
        for (Series whole : series) {
            Series line = whole.within(span.begin(), span.end());
            if (line.seconds().length == 0) {
                continue;
            }
            XYSeries drawn = chart.addSeries(line.name(), line.seconds(), line.values());
            drawn.setMarker(SeriesMarkers.NONE);
            drawn.setLineColor(LINES[color++ % LINES.length]);
            drawn.setLineStyle(new BasicStroke(2));
            for (double value : line.values()) {
                top = Math.max(top, value);
            }
        }
        chart.getStyler()
                .setYAxisMin(0.0)
                .setYAxisMax(top * HEADROOM)
                .setXAxisMin(span.begin())
                .setXAxisMax(span.end())
                .setYAxisDecimalPattern("0")
                .setXAxisDecimalPattern("0");
        for (Report.Move move : moves) {
            line(chart, move.enforcedAtMs() / 1000.0, top, MOVE);
        }
        for (Event event : events) {
            line(chart, event.seconds(), top, EVENT);
        }
        write(chart, span, labels, top, labelColor);
        return chart;
    }

    /** A series of two points: annotations of a chart share one colour, series do not. */
    private static void line(XYChart chart, double seconds, double top, Color color) {
        XYSeries line = chart.addSeries(
                "line " + chart.getSeriesMap().size(), new double[] {seconds, seconds}, new double[] {0, top});
        line.setShowInLegend(false);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {4, 4}, 0));
    }

    /** Labels stand above the lines in rows, a neighbour never in the same row, each beside a line that reaches up to it. */
    private static void write(XYChart chart, Span span, List<Event> labels, double top, Color color) {
        double perLetter = (span.end() - span.begin()) * 0.0022;
        int row = 0;
        for (Event label : labels) {
            double half = label.text().length() * perLetter;
            double height = top * (1.06 + 0.08 * (LABEL_ROWS - 1 - row % LABEL_ROWS));
            // Text is centred on its place: right of its line, or left of it at the end of the chart.
            boolean right = label.seconds() + 2 * half < span.end();
            double centre = right ? label.seconds() + half + perLetter : label.seconds() - half - perLetter;
            chart.addAnnotation(new AnnotationText(label.text(), centre, height, false));
            line(chart, label.seconds(), height, color);
            row++;
        }
    }
}
