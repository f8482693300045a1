package org.flowanchor.policy.adapter.rest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts writes of policies: {@code flowanchor_policy_writes_total{operation, outcome}}. */
@Component
class PolicyWriteMeter {
    enum Operation {
        CREATE,
        REPLACE,
        RETIRE
    }

    private enum Outcome {
        ACCEPTED,
        /** By the caller's fault. */
        REJECTED,
        /** By ours. */
        FAILED
    }

    @FunctionalInterface
    interface Write<T> {
        T run() throws IOException;
    }

    private final MeterRegistry registry;

    PolicyWriteMeter(MeterRegistry registry) {
        this.registry = registry;
        for (Operation operation : Operation.values()) {
            for (Outcome outcome : Outcome.values()) {
                counter(operation, outcome);
            }
        }
    }

    private Counter counter(Operation operation, Outcome outcome) {
        return Counter.builder("flowanchor.policy.writes")
                .description("Writes of offload policies over REST")
                .tag("operation", label(operation))
                .tag("outcome", label(outcome))
                .register(registry);
    }

    <T> T metered(Operation operation, Write<T> write) throws IOException {
        Outcome outcome = Outcome.FAILED;
        try {
            T answer = write.run();
            outcome = Outcome.ACCEPTED;
            return answer;
        } catch (Problem problem) {
            outcome = Outcome.REJECTED;
            throw problem;
        } finally {
            counter(operation, outcome).increment();
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
