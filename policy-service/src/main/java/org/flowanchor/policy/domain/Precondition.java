package org.flowanchor.policy.domain;

import java.util.Optional;
import java.util.Set;

/** What the caller knows of the resource it changes (RFC 9110 section 13.1). */
public sealed interface Precondition {
    /** @param standing the revision at which the resource stands, if it is there */
    boolean holds(Optional<Long> standing);

    /** There is none yet. */
    record Absent() implements Precondition {
        @Override
        public boolean holds(Optional<Long> standing) {
            return standing.isEmpty();
        }
    }

    /** There is one, whichever. */
    record Present() implements Precondition {
        @Override
        public boolean holds(Optional<Long> standing) {
            return standing.isPresent();
        }
    }

    /** It stands at one of these revisions; none of them when no tag could be one of ours. */
    record AtRevision(Set<Long> revisions) implements Precondition {
        public AtRevision {
            revisions = Set.copyOf(revisions);
        }

        @Override
        public boolean holds(Optional<Long> standing) {
            return standing.filter(revisions::contains).isPresent();
        }
    }
}
