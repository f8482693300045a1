/** Wires the service: configuration, life cycle, metrics, health. */
@NullMarked
package org.flowanchor.binding.boot;

import org.jspecify.annotations.NullMarked;
