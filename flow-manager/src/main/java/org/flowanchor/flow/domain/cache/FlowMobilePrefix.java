package org.flowanchor.flow.domain.cache;

import java.time.Instant;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * A prefix at a gateway that does not anchor it (RFC 7864 section 3.2.2), as the anchor tells it.
 *
 * @param since when it came into its state, by the anchor's clock
 * @param reason with FAILED, for humans; otherwise empty
 * @param asked with PREPARING and PREPARED, whether a flow-manager asked for it; otherwise it came with the attachment
 */
public record FlowMobilePrefix(HomeNetworkPrefix prefix, State state, Instant since, String reason, boolean asked) {
    /** What may be done with it. */
    public enum State {
        /** The gateway was asked: nothing may be sent there yet. */
        PREPARING,
        /** The gateway forwards it. */
        PREPARED,
        /** The gateway forwards it until the anchor's hold time is over, unless it is asked for before. */
        IDLE,
        /** The gateway is told to forget it. */
        WITHDRAWING,
        /** The gateway refused or did not answer. */
        FAILED
    }

    /** Whether packets may be sent there. */
    public boolean isCarried() {
        return state == State.PREPARED || state == State.IDLE;
    }
}
