package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import org.flowanchor.mobility.AccessTechnologyType;

/**
 * Somebody near the terminal (its gateway, an access controller, the terminal) says that a flow would do better elsewhere. It decides nothing:
 * placement looks at it as it looks at congestion, within the same policy and limits.
 *
 * @param to where
 * @param until when it is forgotten
 */
public record MoveHint(AccessTechnologyType to, Reporter reporter, Instant until) {
    /**
     * Who says so, for humans.
     *
     * @param name 1..64 printable ASCII characters
     */
    public record Reporter(String name) {
        public static final Reporter UNNAMED = new Reporter("an unnamed reporter");
        private static final int LENGTH_MAX = 64;

        public Reporter {
            if (name.isEmpty() || name.length() > LENGTH_MAX || !name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw new IllegalArgumentException("must be 1.." + LENGTH_MAX + " printable ASCII characters");
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
