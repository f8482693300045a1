package org.flowanchor.mobility.option;

import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.Unsigned;

/**
 * MAG Multipath Binding (RFC 8278 section 4.1).
 *
 * @param interfaceAccessTechnologyType If-ATT
 * @param interfaceLabel 0..255, the operator's handle of the interface
 * @param bindingIdentifier 0..255; 0 and 255 are reserved. Not the BID of RFC 5648
 * @param bulkReregistration the B flag
 * @param overwrite the O flag; never together with B, which the receiver judges
 */
public record MagMultipathBindingOption(
        AccessTechnologyType interfaceAccessTechnologyType,
        int interfaceLabel,
        int bindingIdentifier,
        boolean bulkReregistration,
        boolean overwrite)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 63;

    public MagMultipathBindingOption {
        Unsigned.octet(interfaceLabel, "interface label");
        Unsigned.octet(bindingIdentifier, "binding identifier");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
