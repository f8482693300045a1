/**
 * A gateway and an anchor as other makers write them: from the octets of captures and the figures of the RFCs, each of their habits to be
 * switched on alone. Judges of the product's signalling, so they share nothing with its codec.
 */
@NullMarked
package org.flowanchor.testbed.foreign;

import org.jspecify.annotations.NullMarked;
