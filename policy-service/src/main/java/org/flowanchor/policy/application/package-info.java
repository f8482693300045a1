/**
 * What the service does: writes policies and profiles, compiles them for their topics, brings the outboxes there. Ports to storage and topics are
 * here; adapters implement them. Uses the domain and the contracts only.
 */
@NullMarked
package org.flowanchor.policy.application;

import org.jspecify.annotations.NullMarked;
