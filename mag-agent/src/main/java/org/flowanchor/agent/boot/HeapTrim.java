package org.flowanchor.agent.boot;

import java.util.function.LongSupplier;

/**
 * Gives memory back that only garbage holds. The serial collector collects what became old when there is no room left, and then only:
 * what 100,000 flows need while they are read back or reported would be resident for ever. So everything is collected as soon as the heap
 * is half as large again as after the last time, and once more a little later: what was in use only then, a message or a report, is not
 * the measure of anything. The collector returns what is free (see the flags of {@code mag-agent}).
 */
final class HeapTrim implements Runnable {
    /** Less is not worth a pause, which takes some milliseconds for every 10 MB in use. */
    private static final long LEAST_GROWTH = 12 << 20;

    /** From a collection for growth to the one that confirms it. */
    private static final int CONFIRMED_AFTER = 4;

    private final LongSupplier committed;
    private final Runnable collection;
    private long settled;
    private int untilConfirmed;

    /**
     * @param committed octets of the heap
     * @param collection of all garbage
     */
    HeapTrim(LongSupplier committed, Runnable collection) {
        this.committed = committed;
        this.collection = collection;
    }

    static HeapTrim ofThisProcess() {
        return new HeapTrim(Runtime.getRuntime()::totalMemory, System::gc);
    }

    /** At regular intervals, by one thread. */
    @Override
    public void run() {
        long present = committed.getAsLong();
        if (present - settled > Math.max(LEAST_GROWTH, settled / 2)) {
            untilConfirmed = CONFIRMED_AFTER;
            collect();
        } else if (untilConfirmed > 0 && --untilConfirmed == 0) {
            collect();
        } else if (present < settled) {
            // A collection of the machine's own.
            settled = present;
        }
    }

    private void collect() {
        collection.run();
        settled = committed.getAsLong();
    }
}
