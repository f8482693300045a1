/** One loop per anchor that owns its state, and the ports it needs. Uses the domain only. */
@NullMarked
package org.flowanchor.flow.application;

import org.jspecify.annotations.NullMarked;
