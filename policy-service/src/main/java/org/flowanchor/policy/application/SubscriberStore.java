package org.flowanchor.policy.application;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.domain.StoredSubscriber;

/** Durable profiles. Methods throw unchecked exceptions when the storage does not answer; then nothing was changed. */
public interface SubscriberStore {
    Optional<StoredSubscriber> find(MobileNodeIdentifier mobileNode);

    /** Whose interface it is. */
    Optional<StoredSubscriber> findByInterface(LinkLayerIdentifier identifier);

    /**
     * By mobile node identifier, octet by octet.
     *
     * @param after only mobile nodes after this one
     * @param limit at least 1
     */
    List<StoredSubscriber> list(Optional<MobileNodeIdentifier> after, int limit);

    /**
     * Runs {@code change} in one transaction, alone over all replicas; durable when this returns, undone when it throws. Whoever is
     * second sees everything the first one wrote.
     */
    <T> T change(Function<SubscriberJournal, T> change);
}
