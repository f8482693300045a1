package org.flowanchor.agent.application;

/** Counts of signalling on the wire; any thread. */
public interface WireMetrics {
    /** Why a header went no further. */
    enum Drop {
        /** Its source is no peer. */
        UNLISTED,
        /** Its peer sent more than its share. */
        EXCESSIVE,
        /** No stream to binding-service, or one that is too slow. */
        NO_STREAM,
        /** The kernel did not send it. */
        UNSENT,
        /** Not readable, or no answer to anything. */
        REFUSED
    }

    void received();

    void sent();

    void dropped(Drop drop);
}
