package org.flowanchor.mobility.option;

import org.flowanchor.mobility.LinkLayerIdentifier;

/** Mobile Node Link-layer Identifier (RFC 5213 section 8.6). */
public record LinkLayerIdentifierOption(LinkLayerIdentifier linkLayerIdentifier) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 25;

    @Override
    public int type() {
        return TYPE;
    }
}
