package org.flowanchor.mobility;

import org.jspecify.annotations.Nullable;

/**
 * A flow in downlink direction: source is the correspondent, destination the mobile node (RFC 6088: "as seen by the home agent").
 *
 * @param protocol next header, 0..255
 * @param sourcePort 0..65535; 0 where the protocol has no ports; of ESP the first half of the Security Parameters Index
 * @param destinationPort 0..65535; of ESP the other half
 */
public record FiveTuple(
        Ipv6Address sourceAddress, Ipv6Address destinationAddress, int protocol, int sourcePort, int destinationPort) {
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ESP = 50;

    public FiveTuple {
        require(protocol, 255, "protocol");
        require(sourcePort, 65535, "source port");
        require(destinationPort, 65535, "destination port");
    }

    /** Where the protocol is ESP (RFC 4303 section 2.1), 0..2^32-1. */
    public long securityParametersIndex() {
        return (long) sourcePort << 16 | destinationPort;
    }

    private static void require(int value, int max, String what) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " " + value + " is not in 0.." + max);
        }
    }

    /** As the compiler would say it, which costs several times as much where code is compiled but once; ports differ most. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FiveTuple flow
                && sourcePort == flow.sourcePort
                && destinationPort == flow.destinationPort
                && protocol == flow.protocol
                && destinationAddress.equals(flow.destinationAddress)
                && sourceAddress.equals(flow.sourceAddress);
    }

    /** Like {@link #equals}. */
    @Override
    public int hashCode() {
        int hash = 31 * sourceAddress.hashCode() + destinationAddress.hashCode();
        hash = 31 * hash + protocol;
        hash = 31 * hash + sourcePort;
        return 31 * hash + destinationPort;
    }

    @Override
    public String toString() {
        if (protocol == ESP) {
            return "esp [" + sourceAddress + "] -> [" + destinationAddress + "] spi 0x"
                    + Long.toHexString(securityParametersIndex());
        }
        String name = protocol == TCP ? "tcp" : protocol == UDP ? "udp" : "proto-" + protocol;
        return name + " [" + sourceAddress + "]:" + sourcePort + " -> [" + destinationAddress + "]:" + destinationPort;
    }
}
