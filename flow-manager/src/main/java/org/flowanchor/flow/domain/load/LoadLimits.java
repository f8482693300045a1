package org.flowanchor.flow.domain.load;

import java.time.Duration;

/**
 * @param onset how long the loss ratio stays above the threshold before a link is congested
 * @param clear how long it stays below half of the threshold before the link is normal again
 * @param staleAfter a link not sampled for this long says nothing any more
 */
public record LoadLimits(Duration onset, Duration clear, Duration staleAfter) {
    public LoadLimits {
        if (onset.isNegative() || clear.isNegative() || !staleAfter.isPositive()) {
            throw new IllegalArgumentException("onset and clear are not negative, stale-after is positive");
        }
    }
}
