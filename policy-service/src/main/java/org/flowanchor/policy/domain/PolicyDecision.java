package org.flowanchor.policy.domain;

import java.util.Optional;

/** Outcome of a wish to change the set of policies. */
public sealed interface PolicyDecision {
    /** The policy stands like this from now on. */
    record Publish(StoredPolicy policy, boolean created) implements PolicyDecision {}

    /** It already stood like this: nothing to write, nothing to tell. */
    record Unchanged(StoredPolicy policy) implements PolicyDecision {}

    /** The policy is gone with this revision. */
    record Retire(PolicyName name, long revision) implements PolicyDecision {}

    /** Refused: the name is in use. */
    record NameTaken(PolicyName name) implements PolicyDecision {}

    /** Refused: another policy has this precedence. */
    record PrecedenceTaken(int precedence, PolicyName holder) implements PolicyDecision {}

    /** Refused: there is no such policy. */
    record Unknown(PolicyName name) implements PolicyDecision {}

    /** Refused: the policy does not stand as the caller believed; its present revision, if there is one. */
    record Stale(PolicyName name, Optional<Long> revision) implements PolicyDecision {}
}
