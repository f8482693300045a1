package org.flowanchor.mobility.option;

import org.flowanchor.mobility.AccessTechnologyType;

/** Access Technology Type (RFC 5213 section 8.5). */
public record AccessTechnologyTypeOption(AccessTechnologyType accessTechnologyType) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 24;

    @Override
    public int type() {
        return TYPE;
    }
}
