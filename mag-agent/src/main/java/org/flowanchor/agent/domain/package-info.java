/** What the agent decides, without threads, sockets or clocks: desired kernel state from bindings and steering. java.* and RFC values only. */
@NullMarked
package org.flowanchor.agent.domain;

import org.jspecify.annotations.NullMarked;
