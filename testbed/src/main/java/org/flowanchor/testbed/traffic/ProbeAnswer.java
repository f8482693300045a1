package org.flowanchor.testbed.traffic;

/**
 * Whether a probe came back.
 *
 * @param roundTripMillis 0 when it did not
 */
public record ProbeAnswer(boolean answered, double roundTripMillis) {}
