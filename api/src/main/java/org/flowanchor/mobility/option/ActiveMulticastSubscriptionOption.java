package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Active Multicast Subscription (RFC 7161), of IPv4 or IPv6. What follows the report's type is IGMP's or MLD's and stays octets.
 *
 * @param type {@link #IPV4} or {@link #IPV6}
 * @param reportType of IGMP or MLD
 */
public record ActiveMulticastSubscriptionOption(int type, int reportType, Octets subscription)
        implements MobilityOption {
    /** Option type for IGMP. */
    public static final int IPV4 = 56;

    /** Option type for MLD. */
    public static final int IPV6 = 57;

    public ActiveMulticastSubscriptionOption {
        if (type != IPV4 && type != IPV6) {
            throw new IllegalArgumentException("option " + type + " is no Active Multicast Subscription");
        }
        Unsigned.octet(reportType, "report type");
        MobilityOption.requireLength(subscription, 0, 254, "a multicast subscription");
    }
}
