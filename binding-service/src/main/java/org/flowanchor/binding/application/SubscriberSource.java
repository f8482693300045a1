package org.flowanchor.binding.application;

import java.util.List;

/** The topic {@code subscribers}, read by position. One thread. Everything throws when the broker does not answer. */
public interface SubscriberSource extends AutoCloseable {
    /** Connects, and makes the topic when there is none. */
    interface Factory {
        SubscriberSource open();
    }

    /** Tells one topic from another one of the same name: positions of one mean nothing in the other. */
    String topicIdentifier();

    /** Position of the oldest record there is. */
    long beginning();

    /** Position after the newest record there is. */
    long end();

    /** The next records are those from {@code position} on. */
    void seek(long position);

    /** Waits a moment for records; none when there are none. */
    Batch poll();

    @Override
    void close();

    /**
     * Records in order.
     *
     * @param next position after them; records that are no legal ones are left out, and counted in it
     */
    record Batch(List<SubscriberRecord> records, long next) {
        public Batch {
            records = List.copyOf(records);
        }
    }
}
