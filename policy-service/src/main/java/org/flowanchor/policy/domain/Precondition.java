package org.flowanchor.policy.domain;

import java.util.Set;

/** What the caller knows of the policy it changes (RFC 9110 section 13.1). */
public sealed interface Precondition {
    /** There is none yet. */
    record Absent() implements Precondition {}

    /** There is one, whichever. */
    record Present() implements Precondition {}

    /** It stands at one of these revisions; none of them when no tag could be one of ours. */
    record AtRevision(Set<Long> revisions) implements Precondition {
        public AtRevision {
            revisions = Set.copyOf(revisions);
        }
    }
}
