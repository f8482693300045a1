/**
 * The codec of the Mobility Header (RFC 6275 section 6.1): {@link org.flowanchor.mobility.header.MobilityHeaderDecoder} and
 * {@link org.flowanchor.mobility.header.MobilityHeaderEncoder} are the doors; behind them is one codec per message and per option. No
 * sockets, no logging, no state, no clock; java.base only. An agent relays bytes, binding-service decides on values: only they and
 * tests use this package.
 */
@NullMarked
package org.flowanchor.mobility.header;

import org.jspecify.annotations.NullMarked;
