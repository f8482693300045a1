package org.flowanchor.agent.linux.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel counts of processors: unlike the time of day it does not run while others use them.
 *
 * <p>Not {@code ThreadMXBean}, which tells the same: the management classes behind it take 6 MB of an idle agent's memory.
 */
public final class ProcessorTime {
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private ProcessorTime() {}

    /** Nanoseconds that the calling thread had a processor so far. */
    public static long ofThread() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
            int outcome = Libc.clockGettime(CLOCK_THREAD_CPUTIME_ID, time);
            if (outcome < 0) {
                throw new IllegalStateException("clock_gettime: error " + -outcome);
            }
            return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000 + time.getAtIndex(JAVA_LONG, 1);
        }
    }
}
