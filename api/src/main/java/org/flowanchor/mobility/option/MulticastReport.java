package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * A report of MLDv2 (RFC 3810 section 5.2) or IGMPv3 (RFC 3376 section 4.2) without its ICMP header, as options of RFC 7411 carry it.
 *
 * @param count number of records it says it has, 0..65535
 * @param records as octets, which are MLD's or IGMP's, a multiple of 4, at most 1016
 */
public record MulticastReport(int count, Octets records) {
    /** Words of 32 bits that Length can count, without the one that holds {@code count}. */
    private static final int MAXIMUM = 254 * 4;

    public MulticastReport {
        Unsigned.sixteen(count, "number of multicast records");
        MobilityOption.requireLength(records, 0, MAXIMUM, "multicast records");
        if (records.length() % 4 != 0) {
            throw new IllegalArgumentException(
                    "multicast records are words of 32 bits, not " + records.length() + " octets");
        }
    }
}
