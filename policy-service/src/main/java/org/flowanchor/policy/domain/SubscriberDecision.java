package org.flowanchor.policy.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Outcome of a wish to change the set of profiles. */
public sealed interface SubscriberDecision {
    /** The profile stands like this from now on. */
    record Publish(StoredSubscriber subscriber, boolean created) implements SubscriberDecision {}

    /** It already stood like this: nothing to write, nothing to tell. */
    record Unchanged(StoredSubscriber subscriber) implements SubscriberDecision {}

    /** The profile is gone with this revision. */
    record Retire(MobileNodeIdentifier mobileNodeIdentifier, long revision) implements SubscriberDecision {}

    /** Refused: the mobile node has a profile. */
    record Present(MobileNodeIdentifier mobileNodeIdentifier) implements SubscriberDecision {}

    /** Refused: the interface is another mobile node's. */
    record LinkLayerIdentifierTaken(LinkLayerIdentifier identifier, MobileNodeIdentifier holder)
            implements SubscriberDecision {}

    /** Refused: the prefix overlaps one of another mobile node. */
    record PrefixTaken(HomeNetworkPrefix wanted, HomeNetworkPrefix held, MobileNodeIdentifier holder)
            implements SubscriberDecision {}

    /** Refused: there is no such profile. */
    record Unknown(MobileNodeIdentifier mobileNodeIdentifier) implements SubscriberDecision {}

    /** Refused: the profile does not stand as the caller believed; its present revision, if there is one. */
    record Stale(MobileNodeIdentifier mobileNodeIdentifier, Optional<Long> revision) implements SubscriberDecision {}
}
