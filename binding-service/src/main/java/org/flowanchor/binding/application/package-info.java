/**
 * What the service does: collects updates into transactions, runs timers, relays the outbox, feeds streams. Talks to storage, Kafka and
 * metrics through ports defined here; adapters implement or call them and never each other.
 */
@NullMarked
package org.flowanchor.binding.application;

import org.jspecify.annotations.NullMarked;
