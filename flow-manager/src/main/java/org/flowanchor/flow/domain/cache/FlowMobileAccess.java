package org.flowanchor.flow.domain.cache;

import java.util.Optional;
import org.flowanchor.flow.domain.Access;

/**
 * An access of a mobile node whose gateway does not anchor the prefix in question.
 *
 * @param prefix what became of the prefix there; empty: the gateway was never asked
 */
public record FlowMobileAccess(Access access, Optional<FlowMobilePrefix> prefix) {
    /** Whether the gateway forwards the prefix all the same. */
    public boolean carries() {
        return prefix.filter(FlowMobilePrefix::isCarried).isPresent();
    }

    /** Why the gateway did not take it, while the anchor remembers. */
    public Optional<String> failure() {
        return prefix.filter(one -> one.state() == FlowMobilePrefix.State.FAILED)
                .map(FlowMobilePrefix::reason);
    }
}
