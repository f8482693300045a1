package org.flowanchor.policy.domain;

import java.time.Instant;

/**
 * A policy as it stands.
 *
 * @param revision from 1, one more with each write of this name, retirement included; never used twice for a name
 */
public record StoredPolicy(OffloadPolicy policy, long revision, Instant createdAt, Instant updatedAt) {
    public StoredPolicy {
        if (revision < 1) {
            throw new IllegalArgumentException("revision " + revision + " is below 1");
        }
    }

    public PolicyName name() {
        return policy.name();
    }
}
