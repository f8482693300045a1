/**
 * What the service does: writes policies, compiles them for the topic, brings the outbox to the topic. Ports to storage and topic are
 * here; adapters implement them. Uses the domain and the contracts only.
 */
@NullMarked
package org.flowanchor.policy.application;

import org.jspecify.annotations.NullMarked;
