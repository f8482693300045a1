package org.flowanchor.agent.application;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.Sample;
import org.flowanchor.agent.application.FlowReport.CarriedFlow;
import org.flowanchor.agent.domain.FlowRates;
import org.flowanchor.agent.domain.FlowRates.FlowRate;
import org.flowanchor.agent.domain.LinkRates;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;

/**
 * What the anchor sees of its flows and tunnels, once per interval, on a thread of its own. Flows are read less often when there are so
 * many that reading them would be felt.
 */
public final class AnchorTelemetry {
    /** A reading and its report may take this part of a processor. */
    private static final long SHARE = 20;

    /**
     * Between two readings of flows. The kernel remembers a connection that was reset for 10 s (nf_conntrack_tcp_timeout_close), others
     * longer: a reading comes before that, and finds what the flow carried last.
     */
    public static final Duration LONGEST_INTERVAL = Duration.ofSeconds(9);

    /** {@link #sample} is called once a second. */
    private static final long LONGEST_REST_NANOS =
            LONGEST_INTERVAL.minusSeconds(1).toNanos();

    /** A part is 100 KB and as many objects as there are figures in it. */
    private static final int FLOWS_PER_PART = 1_000;

    /** Within so long every active flow with an exception is reported; the flow-manager takes one for idle after 30 s. */
    private static final int REPORTED_WITHIN_MILLIS = 20_000;

    private static final AccessTechnologyType UNKNOWN = new AccessTechnologyType(0);

    private final LmaAddress lmaAddress;
    private final AnchorKernel kernel;
    private final AnchorLoop loop;
    private final SampleSink<FlowReport> flowReports;
    private final SampleSink<LinkReport> linkReports;
    private final AgentMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final LongSupplier processorTime;
    private final FlowRates flowRates;
    private final LinkRates linkRates = new LinkRates();
    private final Stopwatch flowInterval;
    private final Stopwatch linkInterval;
    private long nextFlowReading;

    /**
     * @param processorTime nanoseconds that the calling thread had a processor
     * @param maxFlows most flows of one report
     */
    public AnchorTelemetry(
            LmaAddress lmaAddress,
            AnchorKernel kernel,
            AnchorLoop loop,
            SampleSink<FlowReport> flowReports,
            SampleSink<LinkReport> linkReports,
            AgentMetrics metrics,
            InstantSource clock,
            LongSupplier nanoTime,
            LongSupplier processorTime,
            int maxFlows) {
        this.lmaAddress = lmaAddress;
        this.kernel = kernel;
        this.loop = loop;
        this.flowReports = flowReports;
        this.linkReports = linkReports;
        this.metrics = metrics;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.processorTime = processorTime;
        this.flowRates = new FlowRates(maxFlows, FLOWS_PER_PART, this::hasException);
        this.flowInterval = new Stopwatch(nanoTime);
        this.linkInterval = new Stopwatch(nanoTime);
        this.nextFlowReading = nanoTime.getAsLong();
    }

    /**
     * One interval ends: reads the kernel and reports.
     *
     * @throws KernelException when it cannot be read; the next call covers the time since the last good one
     */
    public void sample() throws KernelException {
        loop.tendTracking();
        AnchorView view = loop.view();
        if (view == null) {
            return;
        }
        sampleFlows(view);
        sampleTunnels(view);
    }

    private boolean hasException(FiveTuple flow) {
        AnchorView view = loop.view();
        return view != null && view.hasException(flow);
    }

    /**
     * Not before {@link #SHARE} times as long has passed as the last reading and its report had a processor: on a busy machine it takes
     * longer, but no more.
     */
    private void sampleFlows(AnchorView view) throws KernelException {
        long begin = nanoTime.getAsLong();
        if (begin - nextFlowReading < 0) {
            return;
        }
        long worked = processorTime.getAsLong();
        try {
            kernel.trackedFlows(flowRates);
            reportFlows(view);
        } finally {
            long nanos = processorTime.getAsLong() - worked;
            metrics.metered(nanos);
            nextFlowReading = begin + Math.min(SHARE * nanos, LONGEST_REST_NANOS);
        }
    }

    private void reportFlows(AnchorView view) {
        int interval = flowInterval.lap();
        long millis = clock.millis();
        metrics.trackedFlows(flowRates.size());
        flowRates.turns(Math.clamp(REPORTED_WITHIN_MILLIS / Math.max(interval, 1), 1, FlowRates.MOST_TURNS));
        flowRates.next(part -> {
            List<CarriedFlow> flows = new ArrayList<>(part.size());
            for (FlowRate rate : part) {
                flows.add(new CarriedFlow(rate, view.gateway(rate.flow())));
            }
            boolean taken = flowReports.offer(new FlowReport(millis, interval, flows, flowRates.size()));
            if (!taken) {
                metrics.sampleDropped(Sample.FLOW);
            }
            return taken;
        });
    }

    private void sampleTunnels(AnchorView view) throws KernelException {
        var tunnels = kernel.tunnels();
        int interval = linkInterval.lap();
        long millis = clock.millis();
        tunnels.forEach((gateway, counters) -> linkRates.next(counters).ifPresent(rate -> {
            LinkReport report = new LinkReport(
                    gateway,
                    lmaAddress,
                    LinkReport.Kind.TUNNEL,
                    view.bindings().accessTechnologyType(gateway).orElse(UNKNOWN),
                    rate,
                    millis,
                    interval,
                    0);
            if (!linkReports.offer(report)) {
                metrics.sampleDropped(Sample.LINK);
            }
        }));
    }
}
