/** System calls through the foreign function API: sockets, poll, error numbers. Knows nothing of netlink; java.* only. */
@NullMarked
package org.flowanchor.agent.linux.ffm;

import org.jspecify.annotations.NullMarked;
