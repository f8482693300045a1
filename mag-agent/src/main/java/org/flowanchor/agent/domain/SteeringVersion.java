package org.flowanchor.agent.domain;

import java.util.Comparator;

/** Epoch of the anchor's owner and its version in that epoch, unsigned; compared as a pair. */
public record SteeringVersion(long epoch, long version) implements Comparable<SteeringVersion> {
    /** Before anything was accepted. */
    public static final SteeringVersion NONE = new SteeringVersion(0, 0);

    private static final Comparator<SteeringVersion> ORDER = Comparator.comparing(
                    SteeringVersion::epoch, Long::compareUnsigned)
            .thenComparing(SteeringVersion::version, Long::compareUnsigned);

    @Override
    public int compareTo(SteeringVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(epoch) + "/" + Long.toUnsignedString(version);
    }
}
