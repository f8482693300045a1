package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.binding.application.RegistrationMetrics;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.mobility.BindingStatus;

/** Counts of the registration procedure; label sets are closed and start at 0. */
final class RegistrationMeters implements RegistrationMetrics {
    private static final List<BindingStatus> STATUSES = List.of(
            BindingStatus.REASON_UNSPECIFIED,
            BindingStatus.INSUFFICIENT_RESOURCES,
            BindingStatus.SEQUENCE_NUMBER_OUT_OF_WINDOW,
            BindingStatus.PROXY_REG_NOT_ENABLED,
            BindingStatus.NOT_LMA_FOR_THIS_MOBILE_NODE,
            BindingStatus.MAG_NOT_AUTHORIZED_FOR_PROXY_REG,
            BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX,
            BindingStatus.TIMESTAMP_MISMATCH,
            BindingStatus.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED,
            BindingStatus.MISSING_HOME_NETWORK_PREFIX_OPTION,
            BindingStatus.BCE_PBU_PREFIX_SET_DO_NOT_MATCH,
            BindingStatus.MISSING_MN_IDENTIFIER_OPTION,
            BindingStatus.MISSING_HANDOFF_INDICATOR_OPTION,
            BindingStatus.MISSING_ACCESS_TECH_TYPE_OPTION);

    private final Counter attempted;
    private final Map<Procedure, Counter> succeeded = new EnumMap<>(Procedure.class);
    private final Map<Integer, Counter> failed = new TreeMap<>();
    private final Counter failedOtherwise;
    private final Counter ignored;
    private final Counter unanswered;
    private final Counter expired;
    private final Counter expiryOverloaded;
    private final Timer commit;
    private final DistributionSummary batch;

    RegistrationMeters(MeterRegistry registry) {
        attempted = registry.counter("pmip.pbu.att");
        for (Procedure procedure : Procedure.values()) {
            succeeded.put(
                    procedure,
                    registry.counter(
                            "pmip.pbu.succ", "procedure", procedure.name().toLowerCase(Locale.ROOT)));
        }
        for (BindingStatus status : STATUSES) {
            failed.put(status.value(), registry.counter("pmip.pbu.fail", "status", status.toString()));
        }
        failedOtherwise = registry.counter("pmip.pbu.fail", "status", "other");
        unanswered = registry.counter("pmip.pbu.fail", "status", "unanswered");
        ignored = registry.counter("flowanchor.binding.ignored");
        expired = registry.counter("flowanchor.binding.expired");
        expiryOverloaded = registry.counter("flowanchor.binding.expiry.overloaded");
        commit = Timer.builder("flowanchor.binding.commit")
                .description("Transactions of the update path")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(5))
                .register(registry);
        batch = DistributionSummary.builder("flowanchor.binding.batch")
                .description("Updates per transaction")
                .register(registry);
    }

    @Override
    public void attempted() {
        attempted.increment();
    }

    @Override
    public void decided(BindingDecision decision) {
        switch (decision) {
            case BindingDecision.Accepted accepted -> {
                Counter counter = succeeded.get(accepted.procedure());
                if (counter != null) {
                    counter.increment();
                }
            }
            case BindingDecision.Rejected rejected ->
                failed.getOrDefault(rejected.acknowledgement().status().value(), failedOtherwise)
                        .increment();
            case BindingDecision.Ignored none -> ignored.increment();
            // Decided again later.
            case BindingDecision.Deferred deferred -> {}
        }
    }

    @Override
    public void unanswered() {
        unanswered.increment();
    }

    @Override
    public void committed(int updates, Duration took) {
        batch.record(updates);
        commit.record(took);
    }

    @Override
    public void expired(int entries) {
        expired.increment(entries);
    }

    @Override
    public void expiryOverloaded() {
        expiryOverloaded.increment();
    }
}
