package org.flowanchor.policy.application;

import java.util.Optional;
import org.flowanchor.policy.domain.StoredSubscriber;

/**
 * One change of the set of profiles.
 *
 * @param record for the topic
 * @param subscriber as it stands from now on; empty: it is gone
 */
public record SubscriberChange(OutboxRecord record, Optional<StoredSubscriber> subscriber) {}
