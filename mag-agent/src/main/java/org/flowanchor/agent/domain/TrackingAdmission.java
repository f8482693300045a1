package org.flowanchor.agent.domain;

/**
 * Which packets connection tracking sees, by how full its table is: a packet that would begin a connection beyond the table's limit is
 * dropped by the kernel, and metering must not cost a packet.
 *
 * <pre>
 * state        who is tracked                                        left for
 * ALL          everybody                                             LEARNING at 65 % of the limit, KNOWN_ONLY at 85 %
 * LEARNING     everybody; who is there is remembered                 ALL below 65 %, KNOWN_ONLY at 85 %
 * KNOWN_ONLY   who was remembered, until a minute without a packet   LEARNING below 70 %
 * </pre>
 *
 * What may come between two looks is bounded by the kernel itself ({@link #BURST_PERCENT}): more new connections than that, and nobody
 * begins one until the next look.
 */
public enum TrackingAdmission {
    ALL,
    LEARNING,
    KNOWN_ONLY;

    /** New connections, in percent of the limit, that are let in at once, and the same again each second. */
    public static final int BURST_PERCENT = 5;

    private static final int LEARN_PERCENT = 65;
    private static final int REOPEN_PERCENT = 70;
    private static final int CLOSE_PERCENT = 85;

    /** @return what follows when the table holds {@code entries} of {@code limit} */
    public TrackingAdmission next(long entries, long limit) {
        long percent = limit <= 0 ? 100 : Math.min(100, entries * 100 / limit);
        if (percent >= CLOSE_PERCENT || this == KNOWN_ONLY && percent >= REOPEN_PERCENT) {
            return KNOWN_ONLY;
        }
        return percent >= LEARN_PERCENT ? LEARNING : ALL;
    }
}
