/** The service's topics in Kafka. Implements the port of the application; nobody uses it. */
@NullMarked
package org.flowanchor.policy.adapter.kafka;

import org.jspecify.annotations.NullMarked;
