/** Wiring, configuration, health and metrics. */
@NullMarked
package org.flowanchor.policy.boot;

import org.jspecify.annotations.NullMarked;
