package org.flowanchor.policy.application;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.StoredPolicy;

/** Durable policies. Methods throw unchecked exceptions when the storage does not answer; then nothing was changed. */
public interface PolicyStore {
    Optional<StoredPolicy> find(PolicyName name);

    /**
     * By precedence, in evaluation order.
     *
     * @param after only precedences above this one
     * @param limit at least 1
     */
    List<StoredPolicy> list(OptionalInt after, int limit);

    /**
     * Runs {@code change} in one transaction, alone over all replicas; durable when this returns, undone when it throws. Whoever is
     * second sees everything the first one wrote.
     *
     * @param trace of the request, for the topic's records
     */
    <T> T change(TraceContext trace, Function<PolicyJournal, T> change);
}
