package org.flowanchor.agent.domain;

/**
 * Cumulative counters of a link towards the terminal, read from its device and root qdisc.
 *
 * @param up administratively up and with carrier
 * @param drops packets the qdisc or the device dropped
 * @param backlogBytes standing queue, octets
 */
public record LinkCounters(String link, boolean up, long packets, long bytes, long drops, long backlogBytes) {}
