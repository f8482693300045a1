package org.flowanchor.mobility;

/** An address of either family, where an option carries one or the other by its length (for example RFC 5648 section 4.3). */
public sealed interface IpAddress permits Ipv4Address, Ipv6Address {
    /** Length in octets: 4 or 16. */
    int length();
}
