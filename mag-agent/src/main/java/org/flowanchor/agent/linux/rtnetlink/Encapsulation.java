package org.flowanchor.agent.linux.rtnetlink;

import org.flowanchor.mobility.Ipv6Address;

/** What a route does to a packet besides forwarding it (lightweight tunnel). */
public sealed interface Encapsulation {
    /**
     * H.Encaps.Red with one segment: an outer IPv6 header with next header 41 and no segment routing header, the same octets as
     * RFC 2473.
     */
    record Outer(Ipv6Address segment) implements Encapsulation {
        @Override
        public String toString() {
            return "encap seg6 mode encap.red segs " + segment;
        }
    }

    /** End.DT6: removes the outer header and looks the inner destination up in {@code table}. */
    record Decapsulate(int table) implements Encapsulation {
        @Override
        public String toString() {
            return "encap seg6local action End.DT6 table " + Integer.toUnsignedString(table);
        }
    }

    /** An encapsulation that this agent never makes. */
    record Foreign(int type) implements Encapsulation {}
}
