package org.flowanchor.policy.application;

import org.flowanchor.policy.domain.PolicyDecision;
import org.flowanchor.policy.domain.StoredPolicy;

/** Outcome of a creation that may be a repetition. */
public sealed interface CreateOutcome {
    /** First seen now. */
    record Decided(PolicyDecision decision) implements CreateOutcome {}

    /** The same was created under this key before: as it was then. */
    record Repeated(StoredPolicy policy) implements CreateOutcome {}

    /** Something else was created under this key before. */
    record KeyReused(IdempotencyKey key) implements CreateOutcome {}
}
