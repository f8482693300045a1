/** Connection tracking table: dump with counters and mark. Uses {@code linux.netlink}. */
@NullMarked
package org.flowanchor.agent.linux.conntrack;

import org.jspecify.annotations.NullMarked;
