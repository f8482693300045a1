package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Load Information (RFC 6463 section 4.3).
 *
 * @param priority 0..65535
 * @param sessionsInUse 0..2^32-1
 * @param maximumSessions 0..2^32-1
 * @param usedCapacity 0..2^32-1
 * @param maximumCapacity 0..2^32-1
 */
public record LoadInformationOption(
        int priority, long sessionsInUse, long maximumSessions, long usedCapacity, long maximumCapacity)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 48;

    public LoadInformationOption {
        Unsigned.sixteen(priority, "priority");
        Unsigned.thirtyTwo(sessionsInUse, "sessions in use");
        Unsigned.thirtyTwo(maximumSessions, "maximum sessions");
        Unsigned.thirtyTwo(usedCapacity, "used capacity");
        Unsigned.thirtyTwo(maximumCapacity, "maximum capacity");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
