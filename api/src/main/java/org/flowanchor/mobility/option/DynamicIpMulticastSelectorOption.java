package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Dynamic IP Multicast Selector (RFC 7028). The records are IGMP's or MLD's and stay octets.
 *
 * @param protocol of the records: the type of the report they are of
 * @param mode the M flag
 * @param count of address records, as received
 */
public record DynamicIpMulticastSelectorOption(int protocol, boolean mode, int count, Octets records)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 54;

    public DynamicIpMulticastSelectorOption {
        Unsigned.octet(protocol, "protocol");
        MobilityOption.requireLength(records, 0, 251, "a list of multicast address records");
        if (count < 0 || count > 0xffff) {
            throw new IllegalArgumentException("a number of records has 16 bits, not " + count);
        }
    }

    @Override
    public int type() {
        return TYPE;
    }
}
