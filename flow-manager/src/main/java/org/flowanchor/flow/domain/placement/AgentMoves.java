package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What the anchor's agent does by itself: it leaves a dead access, and resolves classes against live bindings. Samples tell that it did;
 * this tells why. Owned by one thread.
 */
final class AgentMoves {
    private static final Duration DISBELIEF = Duration.ofSeconds(2);
    private static final Duration RECENT = Duration.ofSeconds(10);

    private final BindingCache bindings;
    /** When something happened that makes the agent move the flow. */
    private final Map<FlowId, Instant> expectedSince = new HashMap<>();

    private final Map<FlowId, Instant> contradictedSince = new HashMap<>();
    private Instant policiesChangedAt = Instant.EPOCH;

    AgentMoves(BindingCache bindings) {
        this.bindings = bindings;
    }

    void policiesChanged(Instant now) {
        policiesChangedAt = now;
    }

    /**
     * A binding of the flow's mobile node changed.
     *
     * @return whether the access that carries the flow is lost
     */
    boolean notice(FlowSite site, Instant now) {
        Flow flow = site.flow();
        if (flow.carrier().isEmpty()) {
            return false;
        }
        boolean lost = site.node().access(flow.carrier().get()).isEmpty();
        Optional<ProxyCareOfAddress> expected =
                flow.expected(site.node(), site.byClass()).map(Access::proxyCareOfAddress);
        if (lost || !expected.equals(flow.carrier())) {
            expectedSince.put(flow.id(), now);
        }
        return lost;
    }

    /**
     * A sample names the gateway that carries a flow.
     *
     * @return the move that this tells of; empty when there is none, or none to be believed yet
     */
    Optional<Move> judge(FlowSite site, ProxyCareOfAddress to, Instant sampledAt, Instant now) {
        Flow flow = site.flow();
        ProxyCareOfAddress from = flow.carrier().orElse(to);
        if (from.equals(to)) {
            contradictedSince.remove(flow.id());
            return Optional.empty();
        }
        Optional<Access> left = site.node().access(from);
        Optional<Access> taken = site.node().access(to);
        boolean expected = flow.expected(site.node(), site.byClass()).equals(taken);
        MoveCause cause;
        String reason;
        if (left.isEmpty()) {
            cause = MoveCause.OUTAGE;
            reason = "the binding at " + from + " is gone; the anchor's agent moved it";
        } else if (expected && flow.pin().isPresent()) {
            cause = MoveCause.MANUAL;
            reason = "the access it is pinned to is attached again";
        } else if (expected) {
            cause = MoveCause.POLICY;
            reason = "its class now resolves to this access";
        } else if (!contradictedSince
                .computeIfAbsent(flow.id(), id -> now)
                .plus(DISBELIEF)
                .isAfter(now)) {
            cause = MoveCause.OUTAGE;
            reason = "the anchor's agent left " + from + " by itself though its binding is active";
        } else {
            return Optional.empty();
        }
        return Optional.of(new Move(
                left.orElseGet(() -> lastKnown(flow, from)),
                taken.orElseGet(() -> lastKnown(flow, to)),
                cause,
                reason,
                requestedAt(flow, cause, sampledAt),
                Optional.of(sampledAt)));
    }

    private Instant requestedAt(Flow flow, MoveCause cause, Instant sampledAt) {
        contradictedSince.remove(flow.id());
        Instant noticed = expectedSince.remove(flow.id());
        Instant requested = noticed != null ? noticed : cause == MoveCause.POLICY ? policiesChangedAt : sampledAt;
        boolean plausible = requested.isBefore(sampledAt) && requested.isAfter(sampledAt.minus(RECENT));
        return plausible ? requested : sampledAt;
    }

    /** The kind of an access that is not attached any more, if something still tells it. */
    private Access lastKnown(Flow flow, ProxyCareOfAddress gateway) {
        return flow.exception()
                .map(FlowException::access)
                .or(() -> flow.lastMove().map(Move::to))
                .filter(access -> access.proxyCareOfAddress().equals(gateway))
                .or(() -> bindings.lastAccessAt(gateway))
                .orElseGet(() -> new Access(gateway, new AccessTechnologyType(0)));
    }

    void forget(FlowId flow) {
        expectedSince.remove(flow);
        contradictedSince.remove(flow);
    }
}
