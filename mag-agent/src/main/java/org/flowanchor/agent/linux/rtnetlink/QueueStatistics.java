package org.flowanchor.agent.linux.rtnetlink;

/**
 * Counters of a device's root queueing discipline.
 *
 * @param drops cumulative, packets
 * @param backlogBytes standing queue
 */
public record QueueStatistics(long drops, long backlogBytes) {
    /** A device without a queue. */
    public static final QueueStatistics NONE = new QueueStatistics(0, 0);
}
