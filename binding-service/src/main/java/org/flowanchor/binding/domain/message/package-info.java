/**
 * Messages between the anchor and its gateways beside registration (RFC 7077, 7864, 5846, 5847, 6275) without octets, in the words of
 * {@code org.flowanchor.mobility.message}. Each channel to gateways has its own form of them.
 */
@NullMarked
package org.flowanchor.binding.domain.message;

import org.jspecify.annotations.NullMarked;
