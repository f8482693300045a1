/**
 * RFC 5213 on the wire at the anchor: octets that an agent relayed become updates of the domain, decisions become acknowledgements. Knows
 * the codec and the peers' profiles; no socket, no stream, no state of a binding.
 */
@NullMarked
package org.flowanchor.binding.adapter.mobilityheader;

import org.jspecify.annotations.NullMarked;
