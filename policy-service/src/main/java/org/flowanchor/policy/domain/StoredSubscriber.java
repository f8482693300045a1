package org.flowanchor.policy.domain;

import java.time.Instant;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * A profile as it stands.
 *
 * @param revision the version of the set of profiles that wrote it: from 1, never used twice, also not for a node that comes back
 */
public record StoredSubscriber(SubscriberProfile profile, long revision, Instant createdAt, Instant updatedAt) {
    public StoredSubscriber {
        if (revision < 1) {
            throw new IllegalArgumentException("revision " + revision + " is below 1");
        }
    }

    public MobileNodeIdentifier mobileNodeIdentifier() {
        return profile.mobileNodeIdentifier();
    }
}
