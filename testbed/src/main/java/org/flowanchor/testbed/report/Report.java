package org.flowanchor.testbed.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outcome of one scenario, written as {@code report.json}.
 *
 * @param passed every check held, and there was at least one
 * @param durationMs wall time of the scenario, without the start of the platform
 * @param kernel real network namespaces and a real kernel data plane
 */
public record Report(
        String scenario,
        boolean passed,
        long durationMs,
        boolean kernel,
        List<Check> checks,
        List<FlowFigures> flows,
        List<Move> moves) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * One thing that must hold.
     *
     * @param expected in words, with bounds and units
     * @param measured in the same words and units
     */
    public record Check(String name, String expected, String measured, boolean passed) {}

    /**
     * One flow over the whole scenario. Units are packets of UDP streams, requests of request loops; for a download the sender's
     * count is what the receiver is known to have been sent: the blocks up to the last one that arrived.
     *
     * @param selector the flow in downlink direction
     * @param moves how often another access carried it than before
     * @param longestGapMs longest time without an arrival while the flow was on, over all of the scenario
     */
    public record FlowFigures(
            String id,
            String selector,
            int moves,
            long sent,
            long received,
            long lost,
            long duplicated,
            long reordered,
            double longestGapMs) {}

    /**
     * One flow changed its access.
     *
     * @param reason MANUAL, QOS, OUTAGE or POLICY
     * @param requestedAtMs since the scenario began: the operator's request, or what caused the move
     * @param enforcedAtMs since the scenario began: the new access was seen to carry the flow
     */
    public record Move(String flow, String from, String to, String reason, long requestedAtMs, long enforcedAtMs) {}

    public Report {
        checks = List.copyOf(checks);
        flows = List.copyOf(flows);
        moves = List.copyOf(moves);
    }

    /** A report whose verdict follows from its checks. */
    public static Report of(
            String scenario,
            long durationMs,
            boolean kernel,
            List<Check> checks,
            List<FlowFigures> flows,
            List<Move> moves) {
        boolean passed = !checks.isEmpty() && checks.stream().allMatch(Check::passed);
        return new Report(scenario, passed, durationMs, kernel, checks, flows, moves);
    }

    /** Writes {@code report.json} into {@code directory}, which is made when missing. */
    public void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("report.json"), JSON.writeValueAsString(this) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("report in " + directory, e);
        }
    }
}
