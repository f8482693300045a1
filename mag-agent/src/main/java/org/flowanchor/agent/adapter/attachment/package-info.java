/** Terminals on access links over raw sockets and link events. Uses {@code application} and {@code linux}. */
@NullMarked
package org.flowanchor.agent.adapter.attachment;

import org.jspecify.annotations.NullMarked;
