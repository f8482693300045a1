/** Gateways and an anchor's agent that only signal, the account of what was acknowledged to them, and its judge. */
@NullMarked
package org.flowanchor.testbed.signalling;

import org.jspecify.annotations.NullMarked;
