package org.flowanchor.testbed.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells people what happens: one line per step, details indented, and for long steps at most one progress line a
 * second. Never a carriage return, so that a log reads as a terminal does. Safe for use by several threads.
 */
public final class Console {
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    private final PrintStream out;
    private final InstantSource clock;
    private final Instant begin;
    private Instant lastProgress = Instant.MIN;
    private boolean stopping;

    /**
     * Creates a console.
     *
     * @param out where lines go
     * @param clock for the elapsed seconds in front of each step
     */
    public Console(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.begin = clock.instant();
    }

    /** Prints a step, with the seconds since the console was made. */
    public synchronized void step(String text) {
        line(timed(text));
        lastProgress = Instant.MIN;
    }

    /** Prints something worth knowing about the present step. */
    public synchronized void detail(String text) {
        line("           " + text);
    }

    /**
     * Prints how far a long step is; calls within a second of the last progress line of the same step print nothing.
     *
     * @param what the step
     * @param fraction done, 0 to 1
     */
    public synchronized void progress(String what, double fraction) {
        Instant now = clock.instant();
        if (now.isBefore(lastProgress.equals(Instant.MIN) ? now : lastProgress.plus(PROGRESS_INTERVAL))) {
            return;
        }
        lastProgress = now;
        line(String.format(Locale.ROOT, "           %s: %.0f %%", what, Math.clamp(fraction, 0, 1) * 100));
    }

    /** Prints an address that people can open. */
    public synchronized void url(String name, String url) {
        line(String.format(Locale.ROOT, "           %-28s %s", name, url));
    }

    /** Prints something that went wrong. */
    public synchronized void error(String text) {
        line("ERROR: " + text);
    }

    /** Prints a step of the cleanup; from the first on, nothing else is printed: what fails now was stopped. */
    synchronized void stopping(String text) {
        stopping = false;
        line(timed(text));
        stopping = true;
    }

    /**
     * Prints a table with left-aligned columns.
     *
     * @param rows of the same number of cells each
     */
    public synchronized void table(List<List<String>> rows) {
        for (String row : format(rows)) {
            line(row);
        }
    }

    /** Time since the console was made. */
    public Duration elapsed() {
        return Duration.between(begin, clock.instant());
    }

    static List<String> format(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).repeat(" ", widths[column] - cell.length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private String timed(String text) {
        return String.format(Locale.ROOT, "[%6.1f s] %s", elapsed().toMillis() / 1000.0, text);
    }

    private void line(String text) {
        if (stopping) {
            return;
        }
        out.println(text);
        out.flush();
    }
}
