package org.flowanchor.agent.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.Departure;
import org.flowanchor.agent.domain.Procedure;
import org.flowanchor.agent.domain.TrackingAdmission;

/** Every meter exists at 0 from the start; every label is an enum of {@link AgentMetrics}. */
public final class PrometheusMetrics implements AgentMetrics, AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Map<Procedure, Counter> attempted = perProcedure("pmip.pbu.att", "Proxy Binding Updates begun");
    private final Map<Procedure, Counter> succeeded = perProcedure("pmip.pbu.succ", "answered with a status below 128");
    private final Map<Procedure, Counter> failed = perProcedure("pmip.pbu.fail", "refused, or given up");
    private final Counter retransmitted = counter("flowanchor.agent.pbu.retransmissions", "updates sent again");
    private final Counter unmapped =
            counter("flowanchor.agent.unmapped.link.layer.identifiers", "solicitations of nobody's terminal");
    private final Counter asked =
            counter("flowanchor.agent.mobile.node.queries", "interfaces for which the anchor was asked whose they are");
    private final Counter kernelErrors = counter("flowanchor.agent.kernel.errors", "the kernel refused");
    private final Counter drifts =
            counter("flowanchor.agent.kernel.drifts", "times somebody else changed our kernel objects");
    private final Counter faults =
            counter("flowanchor.agent.faults", "steps of the agent that failed for a reason of its own");
    private final Map<Inadmissible, Counter> notAdmitted = perEnum(
            Inadmissible.class,
            reason -> Counter.builder("flowanchor.agent.solicitations.dropped")
                    .description("solicitations and neighbours that were not looked at")
                    .tag("reason", label(reason))
                    .register(registry));
    private final Map<Departure, Counter> departures = perEnum(
            Departure.class,
            departure -> Counter.builder("flowanchor.agent.departures")
                    .description("terminals that left their access link")
                    .tag("by", label(departure))
                    .register(registry));
    private final Map<ServiceStream, AtomicLong> up =
            gauges(ServiceStream.class, "flowanchor.agent.stream.up", "1 while the stream is up");
    private final Map<ServiceStream, AtomicLong> versions =
            gauges(ServiceStream.class, "flowanchor.agent.applied.version", "last version that the kernel enforces");
    private final Map<ServiceStream, Counter> reconnects = perEnum(
            ServiceStream.class,
            stream -> Counter.builder("flowanchor.agent.stream.reconnects")
                    .description("streams dialled again")
                    .tag("stream", label(stream))
                    .register(registry));
    private final Map<ServiceStream, Map<Refusal, Counter>> nacks = perEnum(
            ServiceStream.class,
            stream -> perEnum(
                    Refusal.class,
                    reason -> Counter.builder("flowanchor.agent.nacks")
                            .description("messages refused")
                            .tag("stream", label(stream))
                            .tag("reason", label(reason))
                            .register(registry)));
    private final Map<Sample, Counter> dropped = perEnum(
            Sample.class,
            sample -> Counter.builder("flowanchor.agent.samples.dropped")
                    .description("samples that found no stream ready")
                    .tag("kind", label(sample))
                    .register(registry));
    private final Map<KernelWork, Timer> applied = perEnum(
            KernelWork.class,
            work -> Timer.builder("flowanchor.agent.apply")
                    .description("kernel brought to the desired state")
                    .tag("kind", label(work))
                    .register(registry));
    private final Timer metering = Timer.builder("flowanchor.agent.metering")
            .description("processor time of reading all tracked flows and reporting")
            .register(registry);
    private final AtomicLong held = gauge("flowanchor.agent.held.exceptions", "flow exceptions without a binding");
    private final AtomicLong foreign =
            gauge("flowanchor.agent.foreign.prefixes", "bound prefixes that are in no pool of this anchor");
    private final Map<SizedMap, AtomicLong> leftOut = perEnum(SizedMap.class, this::leftOut);
    private final AtomicLong silent =
            gauge("flowanchor.agent.silent.gateways", "gateways that do not answer the anchor's probes");
    private final AtomicLong withoutTunnel =
            gauge("flowanchor.agent.gateways.without.tunnel", "gateways for which there is no number left");
    private final AtomicLong tracked = gauge("flowanchor.agent.tracked.flows", "flows the kernel tracks");
    private final AtomicLong connections =
            gauge("flowanchor.agent.connections", "entries of the kernel's connection tracking table");
    private final AtomicLong connectionLimit =
            gauge("flowanchor.agent.connections.limit", "entries that the connection tracking table can have");
    private final Map<TrackingAdmission, AtomicLong> admissions = perEnum(TrackingAdmission.class, this::admission);
    private final AtomicLong connectionsDropped = new AtomicLong();
    private final AtomicLong bound = gauge("flowanchor.agent.bound.terminals", "terminals with an accepted binding");

    private final AtomicLong neighbours =
            gauge("flowanchor.agent.neighbour.limit", "neighbours that the kernel keeps (gc_thresh2)");

    private final AtomicLong carried = gauge(
            "flowanchor.agent.carried.prefixes", "prefixes forwarded for terminals that have them at another gateway");
    private final AtomicLong anchorAnswers =
            gauge("flowanchor.agent.anchor.reachable", "1 while the anchor answers heartbeats of this gateway");
    private final Counter anchorRestarts =
            counter("flowanchor.agent.anchor.restarts", "times the anchor's restart counter was another than before");
    private final Map<AnchorSaying, Counter> heard =
            perSaying("flowanchor.agent.anchor.messages", "messages of the anchor that answer nothing");
    private final Map<AnchorSaying, Counter> heardAgain =
            perSaying("flowanchor.agent.anchor.repetitions", "those of them that had come before");
    private final Map<AnchorSaying, Counter> accepted = answers(true);
    private final Map<AnchorSaying, Counter> refused = answers(false);

    public PrometheusMetrics() {
        FunctionCounter.builder("flowanchor.agent.connections.dropped", connectionsDropped, AtomicLong::get)
                .description("packets the kernel dropped because its connection tracking table was full")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** For meters of other parts. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Text exposition format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    @Override
    public void streamUp(ServiceStream stream, boolean isUp) {
        of(up, stream).set(isUp ? 1 : 0);
    }

    @Override
    public void reconnected(ServiceStream stream) {
        of(reconnects, stream).increment();
    }

    @Override
    public void drifted() {
        drifts.increment();
    }

    @Override
    public void fault() {
        faults.increment();
    }

    @Override
    public void departed(Departure departure) {
        of(departures, departure).increment();
    }

    @Override
    public void applied(ServiceStream stream, long version) {
        of(versions, stream).set(version);
    }

    @Override
    public void kernelWorked(KernelWork work, long nanos) {
        of(applied, work).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void kernelRefused() {
        kernelErrors.increment();
    }

    @Override
    public void refused(ServiceStream stream, Refusal refusal) {
        of(of(nacks, stream), refusal).increment();
    }

    @Override
    public void sampleDropped(Sample sample) {
        of(dropped, sample).increment();
    }

    @Override
    public void heldFlowExceptions(int count) {
        held.set(count);
    }

    @Override
    public void foreignPrefixes(int count) {
        foreign.set(count);
    }

    @Override
    public void withoutRoom(SizedMap map, int count) {
        of(leftOut, map).set(count);
    }

    @Override
    public void gatewaysUnfit(int silentGateways, int gatewaysWithoutTunnel) {
        silent.set(silentGateways);
        withoutTunnel.set(gatewaysWithoutTunnel);
    }

    @Override
    public void trackedFlows(int count) {
        tracked.set(count);
    }

    @Override
    public void tracking(ConnectionTracking tracking) {
        connections.set(tracking.entries());
        connectionLimit.set(tracking.limit());
        connectionsDropped.set(tracking.dropped());
        admissions.forEach((admission, value) -> value.set(admission == tracking.admission() ? 1 : 0));
    }

    private AtomicLong admission(TrackingAdmission admission) {
        AtomicLong value = new AtomicLong();
        Gauge.builder("flowanchor.agent.tracking.admission", value, AtomicLong::get)
                .description("1: which connections the kernel tracks now")
                .tag("admission", label(admission))
                .register(registry);
        return value;
    }

    @Override
    public void metered(long nanos) {
        metering.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void unmappedLinkLayerIdentifier() {
        unmapped.increment();
    }

    @Override
    public void notAdmitted(Inadmissible reason) {
        of(notAdmitted, reason).increment();
    }

    @Override
    public void askedWhose(int interfaces) {
        asked.increment(interfaces);
    }

    @Override
    public void boundTerminals(int count) {
        bound.set(count);
    }

    @Override
    public void neighbourLimit(int count) {
        neighbours.set(count);
    }

    @Override
    public void carriedPrefixes(int count) {
        carried.set(count);
    }

    @Override
    public void anchorAnswers(boolean answers) {
        anchorAnswers.set(answers ? 1 : 0);
    }

    @Override
    public void anchorRestarted() {
        anchorRestarts.increment();
    }

    @Override
    public void heard(AnchorSaying saying) {
        of(heard, saying).increment();
    }

    @Override
    public void heardAgain(AnchorSaying saying) {
        of(heardAgain, saying).increment();
    }

    @Override
    public void answered(AnchorSaying saying, boolean isAccepted) {
        of(isAccepted ? accepted : refused, saying).increment();
    }

    @Override
    public void attempted(Procedure procedure) {
        of(attempted, procedure).increment();
    }

    @Override
    public void succeeded(Procedure procedure) {
        of(succeeded, procedure).increment();
    }

    @Override
    public void failed(Procedure procedure) {
        of(failed, procedure).increment();
    }

    @Override
    public void retransmitted() {
        retransmitted.increment();
    }

    private Map<Procedure, Counter> perProcedure(String name, String description) {
        return perEnum(
                Procedure.class,
                procedure -> Counter.builder(name)
                        .description(description)
                        .tag("procedure", label(procedure))
                        .register(registry));
    }

    private Map<AnchorSaying, Counter> perSaying(String name, String description) {
        return perEnum(
                AnchorSaying.class,
                saying -> Counter.builder(name)
                        .description(description)
                        .tag("message", label(saying))
                        .register(registry));
    }

    private Map<AnchorSaying, Counter> answers(boolean isAccepted) {
        return perEnum(
                AnchorSaying.class,
                saying -> Counter.builder("flowanchor.agent.anchor.answers")
                        .description("answers to the anchor's messages, by status below 128 or not")
                        .tag("message", label(saying))
                        .tag("outcome", isAccepted ? "accepted" : "refused")
                        .register(registry));
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private AtomicLong gauge(String name, String description) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
        return value;
    }

    private AtomicLong leftOut(SizedMap map) {
        AtomicLong value = new AtomicLong();
        Gauge.builder("flowanchor.agent.without.room", value, AtomicLong::get)
                .description("what the kernel has no room for")
                .tag("map", label(map))
                .register(registry);
        return value;
    }

    private <E extends Enum<E>> Map<E, AtomicLong> gauges(Class<E> labels, String name, String description) {
        return perEnum(labels, label -> {
            AtomicLong value = new AtomicLong();
            Gauge.builder(name, value, AtomicLong::get)
                    .description(description)
                    .tag("stream", label(label))
                    .register(registry);
            return value;
        });
    }

    private static <E extends Enum<E>, T> Map<E, T> perEnum(Class<E> labels, Function<E, T> meter) {
        Map<E, T> meters = new EnumMap<>(labels);
        for (E label : labels.getEnumConstants()) {
            meters.put(label, meter.apply(label));
        }
        return meters;
    }

    private static <E extends Enum<E>, T> T of(Map<E, T> meters, E label) {
        T meter = meters.get(label);
        if (meter == null) {
            throw new IllegalStateException("no meter for " + label);
        }
        return meter;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
