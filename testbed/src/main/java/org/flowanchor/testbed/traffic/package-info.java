/**
 * Traffic with exact accounting. A {@link org.flowanchor.testbed.traffic.TrafficEnd} is a process inside one node's namespace that
 * plays any number of senders and receivers; it is told what to do, and asked what it saw, in JSON lines over its standard input and
 * output. Knows nothing of the product.
 */
@NullMarked
package org.flowanchor.testbed.traffic;

import org.jspecify.annotations.NullMarked;
