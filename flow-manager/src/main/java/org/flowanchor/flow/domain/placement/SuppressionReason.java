package org.flowanchor.flow.domain.placement;

/** Why a move that load asked for was not made. */
public enum SuppressionReason {
    /** The flow moved too recently. */
    HOLD_TIME,
    /** No later access of its rule is attached. */
    NO_ALTERNATIVE,
    /** Every alternative is congested. */
    TARGET_CONGESTED,
    /** No alternative has room for it. */
    NO_CAPACITY,
    /** The anchor made as many automatic moves as it may. */
    MOVE_BUDGET
}
