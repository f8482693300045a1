package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Restart Counter (RFC 5847 section 3.4), in heartbeat responses.
 *
 * @param counter 0..2^32-1
 */
public record RestartCounterOption(long counter) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 28;

    public RestartCounterOption {
        Unsigned.thirtyTwo(counter, "restart counter");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
