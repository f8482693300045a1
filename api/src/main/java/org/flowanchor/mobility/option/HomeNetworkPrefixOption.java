package org.flowanchor.mobility.option;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Unsigned;

/**
 * Home Network Prefix (RFC 5213 section 8.3, RFC 7864 section 4.1). Holds what the wire held, since answers repeat it (RFC 5213 section
 * 5.3.6).
 *
 * @param offLink the L flag: the prefix is anchored elsewhere, route it and never advertise it (RFC 7864 section 3.2.2)
 * @param prefixLength 0..255 as received; a decoded message has 0..128
 * @param prefix as received, also with bits beyond the length
 */
public record HomeNetworkPrefixOption(boolean offLink, int prefixLength, Ipv6Address prefix) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 22;

    /** "Allocate", the only instance of its message (RFC 5213 section 6.9.1.1). */
    public static final HomeNetworkPrefixOption ALL_ZERO = of(HomeNetworkPrefix.ALL_ZERO);

    public HomeNetworkPrefixOption {
        Unsigned.octet(prefixLength, "prefix length");
    }

    /** On-link at the gateway it is sent to. */
    public static HomeNetworkPrefixOption of(HomeNetworkPrefix prefix) {
        return new HomeNetworkPrefixOption(false, prefix.length(), prefix.address());
    }

    /** With L: anchored at another gateway. */
    public static HomeNetworkPrefixOption offLink(HomeNetworkPrefix prefix) {
        return new HomeNetworkPrefixOption(true, prefix.length(), prefix.address());
    }

    /** The prefix value is zero, whatever its length says (RFC 5213 section 8.3). */
    public boolean isAllZero() {
        return prefix.isUnspecified();
    }

    /** A host length on a prefix without interface identifier: what some gateways send for a /64. */
    public boolean isHostLengthOfSubnet() {
        return prefixLength == 128 && prefix.low() == 0 && !isAllZero();
    }

    /**
     * The prefix with bits beyond its length cleared.
     *
     * @throws IllegalArgumentException when the length is above 128, which no decoded message has
     */
    public HomeNetworkPrefix homeNetworkPrefix() {
        return HomeNetworkPrefix.containing(prefix, prefixLength);
    }

    /** As {@link #homeNetworkPrefix()}, but /64 where {@link #isHostLengthOfSubnet()}. For peers that are known to mean it so. */
    public HomeNetworkPrefix subnetPrefix() {
        return isHostLengthOfSubnet() ? new HomeNetworkPrefix(prefix, 64) : homeNetworkPrefix();
    }

    @Override
    public int type() {
        return TYPE;
    }
}
