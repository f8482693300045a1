package org.flowanchor.policy.application;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberRegister;

/** What one change sees and writes; valid inside {@link SubscriberStore#change} only. */
public interface SubscriberJournal {
    /**
     * What stands now.
     *
     * @param mobileNodes those to be changed
     * @param wanted profiles some of them are to have
     */
    SubscriberRegister register(Collection<MobileNodeIdentifier> mobileNodes, Collection<SubscriberProfile> wanted);

    /**
     * Writes the profiles as they stand after the last change of each, and a record for the topic with every change.
     *
     * @param changes by version, dense
     */
    void write(List<SubscriberChange> changes, Instant at);

    /** The profile as it was created under this key, whatever became of it. */
    Optional<StoredSubscriber> createdUnder(IdempotencyKey key);

    void remember(IdempotencyKey key, StoredSubscriber created);

    /** Forgets keys remembered before {@code limit}. */
    void forgetKeysBefore(Instant limit);
}
