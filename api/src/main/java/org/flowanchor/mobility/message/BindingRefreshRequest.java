package org.flowanchor.mobility.message;

import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Refresh Request (RFC 6275 section 6.1.2).
 */
public record BindingRefreshRequest(MobilityOptions options) implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 0;

    @Override
    public int type() {
        return TYPE;
    }
}
