package org.flowanchor.agent.application;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that were taken and whose answer depends on the kernel. What it refused is answered so at once, and acknowledged late when it
 * accepts after all: the last refused message of each stream, since that speaks for those before.
 */
final class AwaitingReplies {
    private static final Logger log = LoggerFactory.getLogger(AwaitingReplies.class);

    /**
     * A message on its way.
     *
     * @param bindings that it brought
     */
    record Waiting(ServiceStream stream, Reply reply, long receivedNanos, List<Binding> bindings) {}

    private final AgentMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final FaultBarrier barrier;
    private List<Waiting> waiting = new ArrayList<>();
    private final Map<ServiceStream, Waiting> refusedByKernel = new EnumMap<>(ServiceStream.class);

    AwaitingReplies(AgentMetrics metrics, InstantSource clock, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.barrier = new FaultBarrier(metrics);
    }

    void add(Waiting message) {
        waiting.add(message);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * The kernel has it all, but for what some messages say.
     *
     * @param refused prefixes whose routes it does not take, for now
     * @param refusals the kernel's words
     */
    void acknowledge(Set<HomeNetworkPrefix> refused, List<String> refusals) {
        List<Waiting> enforced = new ArrayList<>();
        refusedByKernel.values().removeIf(waits -> isEnforced(waits, refused) && enforced.add(waits));
        List<Waiting> arrived = waiting;
        waiting = new ArrayList<>();
        for (Waiting waits : arrived) {
            if (isEnforced(waits, refused)) {
                enforced.add(waits);
            } else {
                refuseForNow(waits, String.join("; ", refusals));
            }
        }
        long now = nanoTime.getAsLong();
        long millis = clock.millis();
        for (Waiting waits : enforced) {
            barrier.take("acknowledgement", () -> waits.reply().acknowledge(now - waits.receivedNanos(), millis));
        }
    }

    /** The kernel does not take it, for now. */
    void refuseAll(String error) {
        List<Waiting> refused = waiting;
        waiting = new ArrayList<>();
        refused.forEach(waits -> refuseForNow(waits, error));
    }

    private static boolean isEnforced(Waiting waits, Set<HomeNetworkPrefix> refused) {
        return refused.isEmpty()
                || waits.bindings().stream().allMatch(binding -> Collections.disjoint(binding.prefixes(), refused));
    }

    private void refuseForNow(Waiting waits, String error) {
        refusedByKernel.put(waits.stream(), waits);
        barrier.take("refusal", () -> refuse(waits, Refusal.KERNEL, error));
    }

    /** One message, for good unless the kernel is the reason. */
    void refuse(Waiting message, Refusal refusal, String error) {
        metrics.refused(message.stream(), refusal);
        if (refusal != Refusal.KERNEL) {
            log.warn("{} refused: {}", message.stream(), error);
        }
        message.reply().refuse(error);
    }
}
