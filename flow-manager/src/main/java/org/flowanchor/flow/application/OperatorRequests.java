package org.flowanchor.flow.application;

import java.util.Optional;

/** Port to what operators asked for under an {@code Idempotency-Key} and was done, for 24 hours. Calls block. */
public interface OperatorRequests {
    /**
     * One of them.
     *
     * @param request what was asked for: two that mean the same have the same
     * @param status of its answer, 200 to 299
     * @param answer its body, JSON
     */
    record OperatorRequest(String request, int status, String answer) {}

    /** @throws StoreUnavailableException it is not known whether there is one */
    Optional<OperatorRequest> find(String key);

    /**
     * The first one under a key stays.
     *
     * @throws StoreUnavailableException it may be remembered
     */
    void remember(String key, OperatorRequest done);
}
