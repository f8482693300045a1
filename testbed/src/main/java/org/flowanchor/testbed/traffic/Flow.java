package org.flowanchor.testbed.traffic;

import java.io.Closeable;

/** Something a traffic end plays until it is stopped: one side of a flow. */
interface Flow extends Closeable {
    /** From now on what is sent (or, on the side that counts, what arrives) belongs to this phase. */
    void phase(int phase);

    /** What was seen so far. */
    FlowAccount account();

    /** Stops sending or receiving; the account stays readable. */
    @Override
    void close();
}
