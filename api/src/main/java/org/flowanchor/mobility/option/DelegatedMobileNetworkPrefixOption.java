package org.flowanchor.mobility.option;

import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Unsigned;

/**
 * Delegated Mobile Network Prefix (RFC 7148 section 4.1); the family follows the V flag.
 *
 * @param prefixLength 0..255 as received
 * @param prefix IPv4 when V is set
 */
public record DelegatedMobileNetworkPrefixOption(int prefixLength, IpAddress prefix) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 55;

    public DelegatedMobileNetworkPrefixOption {
        Unsigned.octet(prefixLength, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
