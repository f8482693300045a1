/**
 * Benchmarks of {@code ./run --benchmark}: rivals, limits and a control measured in the same run, round by round. A benchmark may use
 * the product's own code, on purpose: it measures what an operator gets, and the parts of it where they are the question.
 */
@NullMarked
package org.flowanchor.testbed.benchmark;

import org.jspecify.annotations.NullMarked;
