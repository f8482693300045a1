/**
 * Netlink: messages, attributes, requests with acknowledgement, dumps, batches, event groups. Uses {@code linux.ffm}; knows no
 * subsystem.
 */
@NullMarked
package org.flowanchor.agent.linux.netlink;

import org.jspecify.annotations.NullMarked;
