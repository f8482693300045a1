/** Links, addresses, routes, rules, neighbours and queueing disciplines as values, and their netlink encoding. Uses {@code linux.netlink}. */
@NullMarked
package org.flowanchor.agent.linux.rtnetlink;

import org.jspecify.annotations.NullMarked;
