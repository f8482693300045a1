package org.flowanchor.agent.domain;

import org.flowanchor.mobility.HandoffIndicator;

/** What the access network knows of where a terminal comes from; whoever triggers an attachment may say it. */
public enum HandoffKnowledge {
    /** Nothing: the gateway sees a terminal and no more. */
    NONE,
    /** It was attached by the same interface at another gateway. */
    SAME_INTERFACE,
    /** It was attached by another interface, and that one is going away. */
    OTHER_INTERFACE_LEAVING,
    /** It is attached by another interface too, and that one stays. */
    OTHER_INTERFACE_STAYS;

    /**
     * The indicator of an attachment (RFC 5213 sections 6.9.1.1 and 8.4): 2 and 3 only with definite knowledge, above all never 2 while
     * the other interface stays, since 2 moves every prefix away from it.
     *
     * @param attachment of the gateway's policy for what is no handoff: 1, 4 or 6
     */
    HandoffIndicator indicator(HandoffIndicator attachment) {
        return switch (this) {
            case NONE -> attachment;
            case SAME_INTERFACE -> HandoffIndicator.HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE;
            case OTHER_INTERFACE_LEAVING -> HandoffIndicator.HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES;
            case OTHER_INTERFACE_STAYS ->
                attachment.equals(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES)
                        ? attachment
                        : HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE;
        };
    }
}
