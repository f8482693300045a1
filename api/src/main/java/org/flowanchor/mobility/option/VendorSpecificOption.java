package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Vendor Specific (RFC 5094 section 3). Repeatable.
 *
 * @param vendorId private enterprise number, 0..2^32-1; 10415 is 3GPP (TS 29.282)
 * @param subtype the vendor's, 0..255
 * @param data 0..250 octets
 */
public record VendorSpecificOption(long vendorId, int subtype, Octets data) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 19;

    public VendorSpecificOption {
        Unsigned.thirtyTwo(vendorId, "vendor id");
        Unsigned.octet(subtype, "vendor sub-type");
        MobilityOption.requireLength(data, 0, 250, "vendor data");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
