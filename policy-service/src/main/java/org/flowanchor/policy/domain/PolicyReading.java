package org.flowanchor.policy.domain;

import java.util.List;

/** Outcome of reading a policy document. */
public sealed interface PolicyReading {
    record Accepted(OffloadPolicy policy) implements PolicyReading {}

    /** Every fault, at least one. */
    record Rejected(List<DocumentError> errors) implements PolicyReading {
        public Rejected {
            errors = List.copyOf(errors);
        }
    }
}
