/**
 * Policies, profiles, revisions, idempotency keys and the outbox in PostgreSQL. Implements the ports of the application; nobody uses it.
 */
@NullMarked
package org.flowanchor.policy.adapter.persistence;

import org.jspecify.annotations.NullMarked;
