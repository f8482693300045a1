/**
 * Instruments for signalling on the wire: a capture of what passes an interface, tshark as the judge of a capture, and a gateway and an
 * anchor of other makers, written from the octets of captures. Uses none of the product's codec.
 */
@NullMarked
package org.flowanchor.testbed.wire;

import org.jspecify.annotations.NullMarked;
