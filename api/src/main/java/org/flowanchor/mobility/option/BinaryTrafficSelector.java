package org.flowanchor.mobility.option;

import java.util.Optional;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Binary traffic selector (RFC 6088), in downlink direction: source is the correspondent, destination the mobile node. An absent field
 * matches everything.
 */
public sealed interface BinaryTrafficSelector
        permits Ipv4TrafficSelector, Ipv6TrafficSelector, BinaryTrafficSelector.UnreadableTrafficSelector {
    /** TS Format (RFC 6089 section 4.2.1.4): 1 IPv4, 2 IPv6. */
    int format();

    /**
     * A selector of another format, or of format 1 or 2 with content that RFC 6088 does not allow. Held to be answered with status 133
     * or 130 (RFC 6089 section 5.3.2).
     *
     * @param format 0..255
     * @param octets 0..251, what follows the reserved octet
     */
    record UnreadableTrafficSelector(int format, Octets octets) implements BinaryTrafficSelector {
        public UnreadableTrafficSelector {
            Unsigned.octet(format, "TS format");
            MobilityOption.requireLength(octets, 0, 251, "a traffic selector");
        }
    }

    /** Refuses a range outside 0..2^bits-1. */
    static void requireBits(Optional<InclusiveRange<Integer>> range, int bits, String what) {
        if (range.isPresent()) {
            Unsigned.field(range.get().start(), bits, what);
            Unsigned.field(range.get().end(), bits, what);
        }
    }

    /** Refuses a range outside 0..2^32-1. */
    static void requireThirtyTwo(Optional<InclusiveRange<Long>> range, String what) {
        if (range.isPresent()) {
            Unsigned.thirtyTwo(range.get().start(), what);
            Unsigned.thirtyTwo(range.get().end(), what);
        }
    }
}
