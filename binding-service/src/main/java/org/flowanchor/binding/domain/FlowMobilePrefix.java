package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * A prefix at a gateway that does not anchor it (RFC 7864 section 3.2.2).
 *
 * <pre>
 * (none)      -- asked for by PrepareMove --------------------&gt; PREPARING    Flow Mobility Initiate
 * (none)      -- named with L=1 in the PBA of an attachment --&gt; PREPARED
 * (none)      -- attachment, unlisted in an unanswered FMI ---&gt; PREPARING    in the next Flow Mobility Initiate
 * PREPARING   -- acknowledged, status 0 ----------------------&gt; PREPARED
 * PREPARING   -- status 131, 132, no answer, Binding Error ---&gt; FAILED
 * PREPARED    -- no flow needs it any more -------------------&gt; IDLE         nothing is sent
 * PREPARED    -- the profile does not let it move any more ---&gt; IDLE         nothing is sent
 * PREPARING   -- the profile does not let it move any more ---&gt; WITHDRAWING
 * IDLE        -- asked for -----------------------------------&gt; PREPARED     nothing is sent
 * IDLE        -- hold time over ------------------------------&gt; WITHDRAWING  shrinking Flow Mobility Initiate
 * FAILED      -- asked for -----------------------------------&gt; PREPARING
 * FAILED      -- hold time over ------------------------------&gt; (none)
 * WITHDRAWING -- acknowledged, or given up -------------------&gt; (none)
 * WITHDRAWING -- another entry at the gateway needs it -------&gt; (none)       nothing is sent: the gateway's set is that of all
 * WITHDRAWING -- asked for -----------------------------------&gt; PREPARING    in the next Flow Mobility Initiate
 * PREPARING, PREPARED, IDLE -- no entry anchors it any more --&gt; WITHDRAWING
 * PREPARING, PREPARED, IDLE -- its gateway anchors it itself ---&gt; WITHDRAWING  it goes with its session there
 * PREPARING   -- the gateway knows no Update Notifications ---&gt; FAILED       nothing is sent any more
 * WITHDRAWING -- the gateway knows no Update Notifications ---&gt; (none)       nothing is sent any more
 * any         -- the entry is de-registered or revoked -------&gt; (none)       the gateway forgets by itself
 * </pre>
 *
 * @param since when it came into its state
 * @param until with IDLE and FAILED, when that ends
 * @param reason with FAILED, for humans
 * @param asked with PREPARING and PREPARED, whether PrepareMove asked for it: a flow-manager that takes over gives up what is needed no more
 */
public record FlowMobilePrefix(
        HomeNetworkPrefix prefix,
        State state,
        Instant since,
        Optional<Instant> until,
        Optional<String> reason,
        boolean asked) {
    /** What may be done with it. */
    public enum State {
        /** The gateway was asked: nothing may be sent there yet. */
        PREPARING,
        /** The gateway forwards it. */
        PREPARED,
        /** The gateway forwards it, and no flow needs it. */
        IDLE,
        /** The gateway is told to forget it: nothing may be sent there any more. */
        WITHDRAWING,
        /** The gateway cannot, or does not answer. */
        FAILED
    }

    public FlowMobilePrefix {
        if (prefix.isAllZero()) {
            throw new IllegalArgumentException("a flow-mobile prefix is not ALL_ZERO");
        }
        if (until.isPresent() != (state == State.IDLE || state == State.FAILED)) {
            throw new IllegalArgumentException(state + " and its end contradict each other");
        }
        if (asked && state != State.PREPARING && state != State.PREPARED) {
            throw new IllegalArgumentException(state + " is not asked for");
        }
        since = since.truncatedTo(ChronoUnit.MILLIS);
        until = until.map(end -> end.truncatedTo(ChronoUnit.MILLIS));
    }

    static FlowMobilePrefix preparing(HomeNetworkPrefix prefix, Instant now) {
        return new FlowMobilePrefix(prefix, State.PREPARING, now, Optional.empty(), Optional.empty(), true);
    }

    /** PrepareMove asked for it. */
    static FlowMobilePrefix prepared(HomeNetworkPrefix prefix, Instant now) {
        return new FlowMobilePrefix(prefix, State.PREPARED, now, Optional.empty(), Optional.empty(), true);
    }

    /** It comes with the attachment. */
    static FlowMobilePrefix granted(HomeNetworkPrefix prefix, Instant now) {
        return new FlowMobilePrefix(prefix, State.PREPARED, now, Optional.empty(), Optional.empty(), false);
    }

    /** It comes with the attachment, once the gateway has answered what it was asked before. */
    static FlowMobilePrefix promised(HomeNetworkPrefix prefix, Instant now) {
        return new FlowMobilePrefix(prefix, State.PREPARING, now, Optional.empty(), Optional.empty(), false);
    }

    /** The gateway carries it, whoever asked for it. */
    FlowMobilePrefix acknowledged(Instant now) {
        return new FlowMobilePrefix(prefix, State.PREPARED, now, Optional.empty(), Optional.empty(), asked);
    }

    static FlowMobilePrefix idle(HomeNetworkPrefix prefix, Instant now, Instant until) {
        return new FlowMobilePrefix(prefix, State.IDLE, now, Optional.of(until), Optional.empty(), false);
    }

    static FlowMobilePrefix withdrawing(HomeNetworkPrefix prefix, Instant now) {
        return new FlowMobilePrefix(prefix, State.WITHDRAWING, now, Optional.empty(), Optional.empty(), false);
    }

    static FlowMobilePrefix failed(HomeNetworkPrefix prefix, Instant now, Instant until, String reason) {
        return new FlowMobilePrefix(prefix, State.FAILED, now, Optional.of(until), Optional.of(reason), false);
    }

    boolean isCarried() {
        return state == State.PREPARED || state == State.IDLE;
    }

    boolean isDue(Instant now) {
        return until.filter(end -> !end.isAfter(now)).isPresent();
    }
}
