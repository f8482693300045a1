/**
 * Instruments for signalling on the wire: a capture of what passes an interface, and tshark as the judge of a capture. Uses none of the product's codec.
 */
@NullMarked
package org.flowanchor.testbed.wire;

import org.jspecify.annotations.NullMarked;
