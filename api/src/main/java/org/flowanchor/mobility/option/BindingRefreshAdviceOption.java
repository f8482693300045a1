package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Binding Refresh Advice (RFC 6275 section 6.2.4), in acknowledgements.
 *
 * @param refreshInterval units of 4 s, 0..65535
 */
public record BindingRefreshAdviceOption(int refreshInterval) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 2;

    public BindingRefreshAdviceOption {
        Unsigned.sixteen(refreshInterval, "refresh interval");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
