package org.flowanchor.agent.application;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.Sample;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.LinkRates;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Load, drops and backlog of a gateway's access links, once per interval, on a thread of its own. */
public final class AccessTelemetry {
    private final LmaAddress lmaAddress;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final AccessTechnologyType accessTechnologyType;
    private final Map<String, Long> capacities;
    private final AccessKernel kernel;
    private final SampleSink<LinkReport> linkReports;
    private final AgentMetrics metrics;
    private final InstantSource clock;
    private final LinkRates linkRates = new LinkRates();
    private final Stopwatch interval;

    /** @param capacities by interface name, bits per second; absent: unknown */
    public AccessTelemetry(
            LmaAddress lmaAddress,
            ProxyCareOfAddress proxyCareOfAddress,
            AccessTechnologyType accessTechnologyType,
            Map<String, Long> capacities,
            AccessKernel kernel,
            SampleSink<LinkReport> linkReports,
            AgentMetrics metrics,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.lmaAddress = lmaAddress;
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.accessTechnologyType = accessTechnologyType;
        this.capacities = Map.copyOf(capacities);
        this.kernel = kernel;
        this.linkReports = linkReports;
        this.metrics = metrics;
        this.clock = clock;
        this.interval = new Stopwatch(nanoTime);
    }

    /**
     * One interval ends: reads the kernel and reports.
     *
     * @throws KernelException when it cannot be read; the next call covers the time since the last good one
     */
    public void sample() throws KernelException {
        var links = kernel.accessLinks();
        int length = interval.lap();
        long millis = clock.millis();
        for (LinkCounters counters : links) {
            linkRates.next(counters).ifPresent(rate -> {
                LinkReport report = new LinkReport(
                        proxyCareOfAddress,
                        lmaAddress,
                        LinkReport.Kind.ACCESS_LINK,
                        accessTechnologyType,
                        rate,
                        millis,
                        length,
                        capacities.getOrDefault(counters.link(), 0L));
                if (!linkReports.offer(report)) {
                    metrics.sampleDropped(Sample.LINK);
                }
            });
        }
    }
}
