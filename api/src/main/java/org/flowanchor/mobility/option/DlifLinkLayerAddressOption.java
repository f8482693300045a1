package org.flowanchor.mobility.option;

import org.flowanchor.mobility.LinkLayerIdentifier;

/** DLIF Link-Layer Address (RFC 8885 section 4.8): of the distributed logical interface. */
public record DlifLinkLayerAddressOption(LinkLayerIdentifier address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 70;

    @Override
    public int type() {
        return TYPE;
    }
}
