/** The kernel's IPsec policies (xfrm), read only. Knows nothing of the agent. */
@NullMarked
package org.flowanchor.agent.linux.xfrm;

import org.jspecify.annotations.NullMarked;
