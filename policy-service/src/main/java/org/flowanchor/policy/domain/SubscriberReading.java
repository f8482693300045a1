package org.flowanchor.policy.domain;

import java.util.List;

/** Outcome of reading a document of a profile. */
public sealed interface SubscriberReading {
    record Accepted(SubscriberProfile profile) implements SubscriberReading {}

    /** Every fault, at least one. */
    record Rejected(List<DocumentError> errors) implements SubscriberReading {
        public Rejected {
            errors = List.copyOf(errors);
        }
    }
}
