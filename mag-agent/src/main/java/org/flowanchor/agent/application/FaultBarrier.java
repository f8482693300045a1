package org.flowanchor.agent.application;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fault of our own costs the step that it befalls and no other: it is logged and counted, and whoever takes the steps goes on. */
final class FaultBarrier {
    private static final Logger log = LoggerFactory.getLogger(FaultBarrier.class);

    private final AgentMetrics metrics;

    FaultBarrier(AgentMetrics metrics) {
        this.metrics = metrics;
    }

    /** @return the fault, when there was one */
    Optional<RuntimeException> take(String name, Runnable step) {
        try {
            step.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            metrics.fault();
            log.error("{} failed, the rest goes on", name, e);
            return Optional.of(e);
        }
    }
}
