package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.linux.ffm.ProcessorTime;

/** The clock that tells a thread what it cost. */
public final class ThreadClock {
    private ThreadClock() {}

    /** That the calling thread had a processor so far. */
    public static long nanos() {
        return ProcessorTime.ofThread();
    }
}
