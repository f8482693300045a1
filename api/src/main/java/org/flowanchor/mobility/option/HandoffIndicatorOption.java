package org.flowanchor.mobility.option;

import org.flowanchor.mobility.HandoffIndicator;

/** Handoff Indicator (RFC 5213 section 8.4). */
public record HandoffIndicatorOption(HandoffIndicator handoffIndicator) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 23;

    @Override
    public int type() {
        return TYPE;
    }
}
