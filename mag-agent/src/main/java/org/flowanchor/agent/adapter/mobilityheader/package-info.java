/**
 * Sockets for RFC 5213 on the wire: raw IPv6 with next header 135, UDP port 5436 over IPv4 (RFC 5844), ICMPv6 Parameter Problem; and the
 * gateway's side of the protocol, which registers with an anchor that is not ours. May use linux.*, the codec and the application.
 */
@NullMarked
package org.flowanchor.agent.adapter.mobilityheader;

import org.jspecify.annotations.NullMarked;
