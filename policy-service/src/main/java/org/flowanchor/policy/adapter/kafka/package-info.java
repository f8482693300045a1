/** The topic of policies in Kafka. Implements the port of the application; nobody uses it. */
@NullMarked
package org.flowanchor.policy.adapter.kafka;

import org.jspecify.annotations.NullMarked;
