/** The agent's meters in a Prometheus registry. */
@NullMarked
package org.flowanchor.agent.adapter.metrics;

import org.jspecify.annotations.NullMarked;
