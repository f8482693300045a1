package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/**
 * What an ICMPv6 Packet Too Big (RFC 4443 section 3.2) says of a packet with an outer header.
 *
 * @param source of the outer header
 * @param destination of the outer header
 * @param mtu of the link that the packet does not fit, as told: any 32 bits
 */
record PacketTooBig(Ipv6Address source, Ipv6Address destination, long mtu) {
    static final int TYPE = 2;

    private static final int HEADER = 8;
    private static final int IPV6_HEADER = 40;
    private static final int NEXT_HEADER_IPV6 = 41;
    private static final int VERSION = 6;

    /**
     * @param octets from the ICMPv6 header on; the kernel has checked its checksum
     * @return null when it is anything else, or quotes less than both headers
     */
    static @Nullable PacketTooBig decode(byte[] octets) {
        if (octets.length < HEADER + 2 * IPV6_HEADER || octets[0] != TYPE || octets[1] != 0) {
            return null;
        }
        ByteBuffer message = ByteBuffer.wrap(octets);
        if (version(message, HEADER) != VERSION
                || message.get(HEADER + 6) != NEXT_HEADER_IPV6
                || version(message, HEADER + IPV6_HEADER) != VERSION) {
            return null;
        }
        return new PacketTooBig(
                new Ipv6Address(message.getLong(HEADER + 8), message.getLong(HEADER + 16)),
                new Ipv6Address(message.getLong(HEADER + 24), message.getLong(HEADER + 32)),
                Integer.toUnsignedLong(message.getInt(4)));
    }

    private static int version(ByteBuffer message, int at) {
        return message.get(at) >>> 4 & 0xf;
    }
}
