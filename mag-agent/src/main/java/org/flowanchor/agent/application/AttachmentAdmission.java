package org.flowanchor.agent.application;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.agent.application.AgentMetrics.Inadmissible;
import org.flowanchor.agent.application.AttachmentSource.AttachmentEvent;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;

/**
 * Which events of the access links wait for the loop. Anybody on a link may solicit as fast as the link carries it, in any name; reading
 * that takes less time than deciding it. One solicitation of each is enough while it waits, and beyond some thousands none is kept:
 * terminals repeat theirs (RFC 4861 section 6.3.7). Neighbours need no bound of their own, the kernel's table has one.
 *
 * <p>Nobody is served at an address of the gateway itself: the kernel has no route to it, and IPv6 lets anybody send from it.
 */
final class AttachmentAdmission {
    static final int MAX_WAITING = 4_096;

    private final AttachmentSource source;
    private final AgentMetrics metrics;
    private final Set<RouterSolicited> waiting = ConcurrentHashMap.newKeySet();

    AttachmentAdmission(AttachmentSource source, AgentMetrics metrics) {
        this.source = source;
        this.metrics = metrics;
    }

    /** Whether it is to wait; by one thread at a time. */
    boolean admits(AttachmentEvent event) {
        return switch (event) {
            case RouterSolicited solicited when source.isOurs(solicited.source()) -> refuse(Inadmissible.OWN_ADDRESS);
            case NeighbourSeen seen when source.isOurs(seen.address()) -> refuse(Inadmissible.OWN_ADDRESS);
            case RouterSolicited solicited when waiting.contains(solicited) -> false;
            case RouterSolicited solicited when waiting.size() >= MAX_WAITING -> refuse(Inadmissible.TOO_MANY_WAIT);
            case RouterSolicited solicited -> waiting.add(solicited);
            default -> true;
        };
    }

    private boolean refuse(Inadmissible reason) {
        metrics.notAdmitted(reason);
        return false;
    }

    /** The loop took it: the next like it is another. */
    void taken(AttachmentEvent event) {
        if (event instanceof RouterSolicited solicited) {
            waiting.remove(solicited);
        }
    }
}
