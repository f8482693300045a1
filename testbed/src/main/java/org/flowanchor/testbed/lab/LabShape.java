package org.flowanchor.testbed.lab;

/**
 * What the access links carry. Rates are chosen so that all traffic of a scenario stays below 2,000 packets/s; queues so that a TCP
 * connection with a window of some 64 KiB fills the link without ever overflowing its queue.
 *
 * @param wlanBitsPerSecond both directions
 * @param lteBitsPerSecond both directions
 * @param queueMilliseconds what the queue of each link holds at the link's rate
 */
public record LabShape(long wlanBitsPerSecond, long lteBitsPerSecond, int queueMilliseconds) {
    /** 8 and 6 Mbit/s with 200 ms queues. */
    public static final LabShape DEFAULT = new LabShape(8_000_000, 6_000_000, 200);

    public LabShape {
        if (wlanBitsPerSecond < 100_000 || lteBitsPerSecond < 100_000) {
            throw new IllegalArgumentException("an access link carries at least 100 kbit/s");
        }
        if (queueMilliseconds < 10 || queueMilliseconds > 1000) {
            throw new IllegalArgumentException("queue of " + queueMilliseconds + " ms is not in 10..1000");
        }
    }

    public long bitsPerSecond(Access access) {
        return switch (access) {
            case WLAN -> wlanBitsPerSecond;
            case LTE -> lteBitsPerSecond;
        };
    }

    long queueBytes(Access access) {
        return bitsPerSecond(access) * queueMilliseconds / 8000;
    }
}
