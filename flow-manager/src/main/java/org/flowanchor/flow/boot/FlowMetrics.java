package org.flowanchor.flow.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.flowanchor.flow.application.AnchorStatus;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.application.FlowMeter;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.flow.domain.placement.SuppressionReason;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Metrics; every label value is registered at 0. */
@Component
class FlowMetrics implements FlowMeter {
    private final MeterRegistry registry;
    private final Map<MoveCause, Counter> moves;
    private final Map<SuppressionReason, Counter> suppressed;
    private final Counter undone;
    private final Counter fullStates;
    private final Counter changes;
    private final Counter refused;
    private final Counter rejectedRecords;
    private final Counter droppedRecords;
    private final Map<PreparationFailure, Counter> unprepared;
    private final Timer moveTime;
    private final Timer preparationTime;

    FlowMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.moves = counters(MoveCause.values(), "flowanchor.flow.moves", "cause", "Flows that changed their access");
        this.suppressed = counters(
                SuppressionReason.values(),
                "flowanchor.flow.suppressed.moves",
                "reason",
                "Moves that load asked for and a limit prevented");
        this.undone = counter("flowanchor.flow.undone.moves", "Moves the agent refused or did not acknowledge");
        this.fullStates = command("full");
        this.changes = command("change");
        this.refused = counter("flowanchor.flow.refused.commands", "Commands an agent answered with an error");
        this.rejectedRecords = counter("flowanchor.flow.rejected.records", "Records of topics that could not be read");
        this.droppedRecords = counter("flowanchor.flow.dropped.records", "Records that Kafka did not take");
        this.unprepared = counters(
                PreparationFailure.values(),
                "flowanchor.flow.failed.preparations",
                "reason",
                "Moves that did not happen since the gateway does not carry the flow's prefix");
        this.preparationTime = Timer.builder("flowanchor.flow.preparation")
                .description("From the decision until the gateway carries the flow's prefix, where it did not")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        this.moveTime = Timer.builder("flowanchor.flow.move")
                .description("From the decision to the kernel's acknowledgement")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }

    void observe(Anchors anchors) {
        gauge("flowanchor.flow.tracked", "Flows known", anchors, AnchorStatus::flows);
        gauge("flowanchor.flow.bindings", "Bindings known", anchors, AnchorStatus::bindings);
        gauge(
                "flowanchor.flow.connected.anchors",
                "Anchors whose agent is connected",
                anchors,
                status -> status.agentConnected() ? 1 : 0);
    }

    private void gauge(String name, String description, Anchors anchors, Function<AnchorStatus, Integer> figure) {
        Gauge.builder(
                        name,
                        anchors,
                        all -> all.status().stream().mapToInt(figure::apply).sum())
                .description(description)
                .register(registry);
    }

    private Counter command(String kind) {
        return Counter.builder("flowanchor.flow.commands")
                .description("Steering commands sent")
                .tag("kind", kind)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private <E extends Enum<E>> Map<E, Counter> counters(E[] values, String name, String tag, String description) {
        return Arrays.stream(values)
                .collect(Collectors.toUnmodifiableMap(
                        value -> value,
                        value -> Counter.builder(name)
                                .description(description)
                                .tag(tag, value.name().toLowerCase(Locale.ROOT))
                                .register(registry)));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void moved(MoveCause cause, Duration requestToEnforcement) {
        increment(moves.get(cause));
        moveTime.record(requestToEnforcement);
    }

    @Override
    public void suppressed(SuppressionReason reason) {
        increment(suppressed.get(reason));
    }

    @Override
    public void undone() {
        undone.increment();
    }

    @Override
    public void prepared(Duration requestToPrepared) {
        preparationTime.record(requestToPrepared.isNegative() ? Duration.ZERO : requestToPrepared);
    }

    @Override
    public void unprepared(PreparationFailure failure) {
        increment(unprepared.get(failure));
    }

    @Override
    public void commandSent(boolean fullState) {
        (fullState ? fullStates : changes).increment();
    }

    @Override
    public void commandRefused() {
        refused.increment();
    }

    void recordRejected() {
        rejectedRecords.increment();
    }

    void recordDropped() {
        droppedRecords.increment();
    }
}
