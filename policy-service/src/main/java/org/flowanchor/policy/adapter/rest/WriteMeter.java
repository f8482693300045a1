package org.flowanchor.policy.adapter.rest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts writes over REST: {@code flowanchor_policy_writes_total} of policies, {@code flowanchor_policy_subscriber_writes_total} of subscriber
 * profiles, by operation and outcome. */
@Component
class WriteMeter {
    enum Resource {
        POLICY("flowanchor.policy.writes", Operation.CREATE, Operation.REPLACE, Operation.RETIRE),
        SUBSCRIBER(
                "flowanchor.policy.subscriber.writes",
                Operation.CREATE,
                Operation.REPLACE,
                Operation.RETIRE,
                Operation.IMPORT);

        private final String metric;
        private final List<Operation> operations;

        Resource(String metric, Operation... operations) {
            this.metric = metric;
            this.operations = List.of(operations);
        }
    }

    enum Operation {
        CREATE,
        REPLACE,
        RETIRE,
        /** One for the whole of it. */
        IMPORT
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

    WriteMeter(MeterRegistry registry) {
        this.registry = registry;
        for (Resource resource : Resource.values()) {
            for (Operation operation : resource.operations) {
                for (Outcome outcome : Outcome.values()) {
                    counter(resource, operation, outcome);
                }
            }
        }
    }

    private Counter counter(Resource resource, Operation operation, Outcome outcome) {
        return Counter.builder(resource.metric)
                .description("Writes over REST")
                .tag("operation", label(operation))
                .tag("outcome", label(outcome))
                .register(registry);
    }

    <T> T metered(Resource resource, Operation operation, Write<T> write) throws IOException {
        Outcome outcome = Outcome.FAILED;
        try {
            T answer = write.run();
            outcome = Outcome.ACCEPTED;
            return answer;
        } catch (Problem problem) {
            outcome = Outcome.REJECTED;
            throw problem;
        } finally {
            counter(resource, operation, outcome).increment();
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
