/** The kernel ports over netlink: tunnels, routes, rules, steering. Uses {@code application}, {@code domain} and {@code linux}. */
@NullMarked
package org.flowanchor.agent.adapter.kernel;

import org.jspecify.annotations.NullMarked;
