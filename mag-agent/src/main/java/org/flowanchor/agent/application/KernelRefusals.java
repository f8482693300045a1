package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel refuses of single objects while the rest is in force: told once, and again when it changes. */
final class KernelRefusals {
    private static final Logger log = LoggerFactory.getLogger(KernelRefusals.class);

    /** In health and in the log. */
    private static final int MOST = 10;

    private final AgentMetrics metrics;
    private final Duration retried;
    private volatile List<String> present = List.of();

    KernelRefusals(AgentMetrics metrics, Duration retried) {
        this.metrics = metrics;
        this.retried = retried;
    }

    /** In the kernel's words; the first ones. */
    List<String> present() {
        return present;
    }

    /** All that there are. */
    void are(List<String> refusals) {
        List<String> now = refusals.subList(0, Math.min(MOST, refusals.size()));
        if (now.equals(present)) {
            return;
        }
        present = now;
        if (now.isEmpty()) {
            log.info("the kernel takes everything again");
        } else {
            metrics.kernelRefused();
            log.warn("the kernel refused, tried again in {}, the rest is in force: {}", retried, now);
        }
    }

    /** Besides those that there are. */
    void areAlso(List<String> refusals) {
        Set<String> all = new LinkedHashSet<>(present);
        all.addAll(refusals);
        are(List.copyOf(all));
    }
}
