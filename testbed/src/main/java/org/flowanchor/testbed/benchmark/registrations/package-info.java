/**
 * How fast the anchor registers: load generators in processes of their own, and the benchmark that compares them. {@code StorePortLoad}
 * runs binding-service's own code in its process; nothing else here knows it.
 */
@NullMarked
package org.flowanchor.testbed.benchmark.registrations;

import org.jspecify.annotations.NullMarked;
