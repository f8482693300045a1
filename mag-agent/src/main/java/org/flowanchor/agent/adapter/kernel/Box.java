package org.flowanchor.agent.adapter.kernel;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;

/**
 * A box in the space of remote address, protocol, remote port and DSCP: what one element of the interval map covers. All bounds are
 * inclusive.
 */
record Box(Ipv6Address first, Ipv6Address last, Range protocols, Range ports, Range dscp) {
    static Box of(TrafficSelector selector) {
        HomeNetworkPrefix prefix = selector.remotePrefix();
        return new Box(prefix.address(), prefix.last(), selector.protocols(), selector.remotePorts(), selector.dscp());
    }

    /** What of this box is outside {@code other}, as disjoint boxes: empty when nothing is, this box itself when they do not meet. */
    List<Box> minus(Box other) {
        if (!meets(other)) {
            return List.of(this);
        }
        Ipv6Address commonFirst = first.compareTo(other.first) >= 0 ? first : other.first;
        Ipv6Address commonLast = last.compareTo(other.last) <= 0 ? last : other.last;
        Range commonProtocols = common(protocols, other.protocols);
        Range commonPorts = common(ports, other.ports);
        Range commonDscp = common(dscp, other.dscp);
        // Cut slice by slice: each slice has the whole extent of the dimensions not yet cut, the common extent of those
        // already cut.
        List<Box> rest = new ArrayList<>();
        for (Range range : outside(protocols, commonProtocols)) {
            rest.add(new Box(first, last, range, ports, dscp));
        }
        for (Range range : outside(dscp, commonDscp)) {
            rest.add(new Box(first, last, commonProtocols, ports, range));
        }
        for (Range range : outside(ports, commonPorts)) {
            rest.add(new Box(first, last, commonProtocols, range, commonDscp));
        }
        if (first.compareTo(commonFirst) < 0) {
            rest.add(new Box(first, step(commonFirst, -1), commonProtocols, commonPorts, commonDscp));
        }
        if (commonLast.compareTo(last) < 0) {
            rest.add(new Box(step(commonLast, 1), last, commonProtocols, commonPorts, commonDscp));
        }
        return rest;
    }

    /** Whether some packet is in both. */
    boolean meets(Box other) {
        return meet(ports, other.ports)
                && meet(protocols, other.protocols)
                && meet(dscp, other.dscp)
                && first.compareTo(other.last) <= 0
                && other.first.compareTo(last) <= 0;
    }

    private static boolean meet(Range a, Range b) {
        return a.start() <= b.end() && b.start() <= a.end();
    }

    private static Range common(Range a, Range b) {
        return new Range(Math.max(a.start(), b.start()), Math.min(a.end(), b.end()));
    }

    private static List<Range> outside(Range whole, Range inner) {
        List<Range> rest = new ArrayList<>(2);
        if (whole.start() < inner.start()) {
            rest.add(new Range(whole.start(), inner.start() - 1));
        }
        if (inner.end() < whole.end()) {
            rest.add(new Range(inner.end() + 1, whole.end()));
        }
        return rest;
    }

    /** The neighbour address; never called beyond the ends of the address space. */
    static Ipv6Address step(Ipv6Address address, int by) {
        byte[] octets =
                new BigInteger(1, address.octets()).add(BigInteger.valueOf(by)).toByteArray();
        byte[] padded = new byte[Ipv6Address.LENGTH];
        int length = Math.min(octets.length, padded.length);
        System.arraycopy(octets, octets.length - length, padded, padded.length - length, length);
        return Ipv6Address.of(padded);
    }

    /** As the compiler would say it, which costs several times as much where code is compiled but once. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Box box
                && ports.equals(box.ports)
                && first.equals(box.first)
                && last.equals(box.last)
                && protocols.equals(box.protocols)
                && dscp.equals(box.dscp);
    }

    /** Like {@link #equals}. */
    @Override
    public int hashCode() {
        return 31 * (31 * (31 * (31 * first.hashCode() + last.hashCode()) + hash(protocols)) + hash(ports))
                + hash(dscp);
    }

    private static int hash(Range range) {
        return 31 * (int) range.start() + (int) range.end();
    }

    boolean contains(Box other) {
        return ports.contains(other.ports)
                && protocols.contains(other.protocols)
                && dscp.contains(other.dscp)
                && first.compareTo(other.first) <= 0
                && other.last.compareTo(last) <= 0;
    }

    boolean contains(Ipv6Address address, int protocol, int port, int dscpValue) {
        return first.compareTo(address) <= 0
                && address.compareTo(last) <= 0
                && protocols.contains(protocol)
                && ports.contains(port)
                && dscp.contains(dscpValue);
    }
}
