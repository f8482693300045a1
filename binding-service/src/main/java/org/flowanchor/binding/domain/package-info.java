/**
 * The local mobility anchor's decisions: RFC 5213 section 5 and RFC 7864 section 3 as pure functions over the entries of one mobile
 * node. Nothing here knows a database, a socket or a clock; every layer of this service may use it.
 */
@NullMarked
package org.flowanchor.binding.domain;

import org.jspecify.annotations.NullMarked;
