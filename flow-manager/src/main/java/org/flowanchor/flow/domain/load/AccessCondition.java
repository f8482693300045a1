package org.flowanchor.flow.domain.load;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * An access as placement sees it: its worst link speaks for it.
 *
 * @param freeBitsPerSecond capacity less present load; empty when no capacity is known
 * @param freeAsLearned the same with what the link carried when it last lost packets in place of an unknown capacity
 */
public record AccessCondition(
        Congestion congestion,
        Instant since,
        double packetLossRatio,
        long bitsPerSecond,
        OptionalLong freeBitsPerSecond,
        OptionalLong freeAsLearned) {

    AccessCondition since(Instant begin) {
        return new AccessCondition(congestion, begin, packetLossRatio, bitsPerSecond, freeBitsPerSecond, freeAsLearned);
    }
}
