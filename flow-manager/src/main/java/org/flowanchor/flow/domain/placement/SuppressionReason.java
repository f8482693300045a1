package org.flowanchor.flow.domain.placement;

/** Why a move that load asked for was not made. */
public enum SuppressionReason {
    /** The flow moved too recently. */
    HOLD_TIME,
    /** No later access of its rule is attached. */
    NO_ALTERNATIVE,
    /** A hint names an access that the flow's rule does not let it overflow to. */
    NOT_IN_RULE,
    /** Every alternative is congested. */
    TARGET_CONGESTED,
    /** No alternative has room for it. */
    NO_CAPACITY,
    /** Its profile allows none of the alternatives that are attached. */
    ACCESS_NOT_ALLOWED,
    /** The mobile node decides itself (RFC 7864 section 3.2). */
    DECISION_AUTHORITY,
    /** A strong host drops packets whose address is another interface's (RFC 7864 section 6). */
    HOST_MODEL,
    /** The gateway of the alternative did not take the flow's prefix not long ago. */
    PREFIX_NOT_PREPARED,
    /** The anchor made as many automatic moves as it may. */
    MOVE_BUDGET
}
