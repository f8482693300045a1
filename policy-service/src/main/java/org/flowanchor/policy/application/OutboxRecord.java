package org.flowanchor.policy.application;

import java.util.Optional;
import org.flowanchor.api.v1.OffloadPolicyEvent;

/**
 * One record for the topic, written with the change it tells of.
 *
 * @param version of the whole set of policies: dense, in commit order, also the place in the outbox
 * @param key the policy's name
 * @param event empty: tombstone
 */
public record OutboxRecord(long version, String key, Optional<OffloadPolicyEvent> event) {}
