package org.flowanchor.binding.application;

import java.util.OptionalInt;
import java.util.Set;
import org.flowanchor.mobility.LmaAddress;

/** What operators asked for under a key, for 24 hours. Calls block. */
public interface OperatorRequests {
    /** @param what the request in words: two that mean the same thing have the same */
    record OperatorRequest(IdempotencyKey key, String what) {}

    /**
     * The answer that was given.
     *
     * @return empty: nothing was asked under that key
     * @throws IdempotencyKeyReusedException when something else was
     */
    OptionalInt answered(OperatorRequest request);

    /** @param anchors where it was carried out */
    void remember(OperatorRequest request, Set<LmaAddress> anchors, int answer);
}
