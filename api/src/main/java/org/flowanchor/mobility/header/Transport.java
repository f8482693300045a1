package org.flowanchor.mobility.header;

import org.flowanchor.mobility.Ipv6Address;

/** What carries the Mobility Header, which decides the checksum (W-03, W-05). */
public sealed interface Transport {
    /** RFC 5844 section 7. */
    int UDP_PORT = 5436;

    /** UDP port 5436 over IPv4 (RFC 5844 section 4): checksum sent as 0, ignored on receipt. */
    Transport IPV4_UDP = new Ipv4Udp();

    /** IPv6, next header 135; the codec computes and verifies the checksum over the addresses of the IPv6 header. */
    record Ipv6(Ipv6Address source, Ipv6Address destination) implements Transport {}

    /** IPv6 through a socket whose kernel verified the checksum and fills it in when sending. */
    record KernelChecksum(Ipv6Address source) implements Transport {}

    /** See {@link #IPV4_UDP}. */
    record Ipv4Udp() implements Transport {}

    /** Whether a Binding Error may go to the source (RFC 6275 section 9.3.3). */
    default boolean hasUnicastSource() {
        return switch (this) {
            case Ipv6(Ipv6Address source, Ipv6Address destination) -> isUnicast(source);
            case KernelChecksum(Ipv6Address source) -> isUnicast(source);
            case Ipv4Udp() -> true;
        };
    }

    private static boolean isUnicast(Ipv6Address address) {
        return !address.isMulticast() && !address.isUnspecified();
    }
}
