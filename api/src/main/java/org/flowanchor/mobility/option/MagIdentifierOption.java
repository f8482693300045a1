package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * MAG Identifier (RFC 8278 section 4.2).
 *
 * @param subtype as of the MN-ID option: 1 is an NAI
 * @param identifier 1..253 octets
 */
public record MagIdentifierOption(int subtype, Octets identifier) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 64;

    public MagIdentifierOption {
        Unsigned.octet(subtype, "sub-type");
        MobilityOption.requireLength(identifier, 1, 253, "MAG identifier");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
