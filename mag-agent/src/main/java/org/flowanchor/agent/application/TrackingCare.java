package org.flowanchor.agent.application;

import java.util.Map;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the kernel's connection tracking looked after, and tells what is to be known of it. Owned by the loop; details are for others, too. */
final class TrackingCare {
    private static final Logger log = LoggerFactory.getLogger(TrackingCare.class);

    private final AnchorKernel kernel;
    private final AgentMetrics metrics;
    private boolean fails;
    private volatile @Nullable ConnectionTracking last;

    TrackingCare(AnchorKernel kernel, AgentMetrics metrics) {
        this.kernel = kernel;
        this.metrics = metrics;
    }

    void take() {
        try {
            ConnectionTracking now = kernel.tendTracking();
            metrics.tracking(now);
            tell(now, last);
            last = now;
            fails = false;
        } catch (KernelException | RuntimeException e) {
            metrics.kernelRefused();
            if (!fails) {
                log.warn("connection tracking cannot be looked after: {}", e.toString());
            }
            fails = true;
        }
    }

    private static void tell(ConnectionTracking now, @Nullable ConnectionTracking before) {
        if (before == null || before.admission() != now.admission()) {
            log.info("{} of {} connections tracked: {}", now.entries(), now.limit(), now.admission());
        }
        if (before == null || !before.sizeRefusal().equals(now.sizeRefusal())) {
            now.sizeRefusal().ifPresent(refusal -> log.warn("connection tracking is smaller than wanted: {}", refusal));
        }
        if (before != null && now.dropped() > before.dropped()) {
            log.error(
                    "the kernel dropped {} packets for want of tracked connections", now.dropped() - before.dropped());
        }
    }

    /** For health and status. */
    void addTo(Map<String, Object> details) {
        ConnectionTracking now = last;
        if (now != null) {
            details.put("trackingAdmission", now.admission().name());
            details.put("trackedConnections", now.entries());
            details.put("trackedConnectionsLimit", now.limit());
            now.sizeRefusal().ifPresent(refusal -> details.put("trackedConnectionsTooFew", refusal));
        }
    }
}
