/**
 * The anchor's data plane measured: anchors side by side, each a network namespace with the state of one contender, one sender and one
 * sink for all of them.
 */
@NullMarked
package org.flowanchor.testbed.benchmark.dataplane;

import org.jspecify.annotations.NullMarked;
