package org.flowanchor.agent.application;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when the kernel's neighbour table is too small for the terminals. Owned by the loop; details are for others, too. */
final class NeighbourRoom {
    private static final Logger log = LoggerFactory.getLogger(NeighbourRoom.class);

    private final AccessKernel kernel;
    private final AgentMetrics metrics;
    private volatile int limit;
    private volatile boolean tooSmall;

    NeighbourRoom(AccessKernel kernel, AgentMetrics metrics) {
        this.kernel = kernel;
        this.metrics = metrics;
    }

    /** Now and then: somebody may set another limit. */
    void look(int terminals) {
        try {
            limit = kernel.neighbourLimit();
        } catch (KernelException e) {
            log.debug("the limit of neighbours is not known now", e);
            return;
        }
        metrics.neighbourLimit(limit);
        boolean before = tooSmall;
        tooSmall = terminals > limit;
        if (tooSmall && !before) {
            log.warn(
                    "{} terminals are bound, the kernel keeps {} neighbours: raise net.ipv6.neigh.default.gc_thresh2 and"
                            + " gc_thresh3 on the host",
                    terminals,
                    limit);
        }
    }

    /** For health and status. */
    void addTo(Map<String, Object> details) {
        if (tooSmall) {
            details.put("neighbourTableTooSmall", limit);
        }
    }
}
