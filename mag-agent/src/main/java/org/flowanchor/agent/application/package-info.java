/** The agent's loops and its ports to the kernel and to the services. Uses the domain only; adapters implement the ports. */
@NullMarked
package org.flowanchor.agent.application;

import org.jspecify.annotations.NullMarked;
