package org.flowanchor.mobility.option;

import java.util.Optional;

/**
 * IPv4 Traffic Offload Selector (RFC 6909 section 3.1).
 *
 * @param exceptMatching the M flag: everything but the match is offloaded; otherwise the match
 * @param trafficSelector may be absent in an update only
 */
public record Ipv4TrafficOffloadSelectorOption(
        boolean exceptMatching, Optional<FlowSubOption.TrafficSelectorSubOption> trafficSelector)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 53;

    @Override
    public int type() {
        return TYPE;
    }
}
