package org.flowanchor.flow.domain.placement;

import java.time.Duration;

/**
 * What damps automatic moves.
 *
 * @param packetLossRatioThreshold for rules that name none, 0..1
 * @param settleTime between two moves off (or back to) the same access
 * @param returnAfter how long the preferred access is normal before a flow comes back; doubled with each overflow of the flow
 * @param holdTime between two automatic moves of the same flow
 * @param moveBudget automatic moves of one anchor within a hold time
 * @param prepareTimeout how long a move waits for the gateway it goes to, when that does not carry the prefix yet
 */
public record PlacementLimits(
        double packetLossRatioThreshold,
        Duration settleTime,
        Duration returnAfter,
        Duration holdTime,
        int moveBudget,
        Duration prepareTimeout) {
    /** A flow comes back only where this much of its rate is free: it will want more once nothing holds it. */
    static final double RETURN_HEADROOM = 1.2;

    /** Beside a flow that cannot move, only flows of at least this share of its demand are worth moving. */
    static final double WORTH_MOVING = 0.1;

    private static final int MOST_DOUBLINGS = 10;

    public PlacementLimits {
        if (!(packetLossRatioThreshold > 0 && packetLossRatioThreshold < 1)) {
            throw new IllegalArgumentException("a loss threshold is within 0..1, not " + packetLossRatioThreshold);
        }
        if (settleTime.isNegative()
                || returnAfter.isNegative()
                || holdTime.isNegative()
                || moveBudget < 0
                || prepareTimeout.isNegative()) {
            throw new IllegalArgumentException("limits of placement are not negative");
        }
    }

    Duration returnAfter(int overflows) {
        return returnAfter.multipliedBy(1L << Math.clamp(overflows - 1L, 0, MOST_DOUBLINGS));
    }
}
