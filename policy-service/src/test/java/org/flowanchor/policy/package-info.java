/** The whole service against real PostgreSQL and real Kafka, and its layers. */
@NullMarked
package org.flowanchor.policy;

import org.jspecify.annotations.NullMarked;
