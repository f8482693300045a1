/**
 * Starts everything of FlowAnchor on one machine, supervises it and leaves nothing behind.
 *
 * <p>Every process and every cleanup command is written to the {@link CleanupRecord} before it can do anything, so that
 * the watchdog, which outlives the launcher, and the next run find all of it. Scenarios use {@link Platform}, {@link
 * ServiceProcess}, {@link Readiness} and {@link Console}; the rest is the launcher's own.
 */
@NullMarked
package org.flowanchor.testbed.launcher;

import org.jspecify.annotations.NullMarked;
