package org.flowanchor.agent.linux.conntrack;

/**
 * How full the namespace's connection tracking table is.
 *
 * @param entries of all protocols and families
 * @param limit beyond it the kernel drops the packet that would begin a connection
 * @param dropped packets that were, since the namespace was made
 */
public record TableStatistics(long entries, long limit, long dropped) {}
