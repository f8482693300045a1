package org.flowanchor.agent.linux.xfrm;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Cover;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;

/**
 * Which packets a policy is for ({@code struct xfrm_selector}).
 *
 * @param protocol next header; 0 any, and the ports count all the same
 */
public record XfrmSelector(Block source, Block destination, int protocol, Port sourcePort, Port destinationPort) {
    /**
     * The addresses that begin with some bits.
     *
     * @param address 4 or 16 octets: a block of one family has no address of the other
     * @param length bits that count
     */
    public record Block(Octets address, int length) {
        boolean contains(IpAddress other) {
            Octets octets = octets(other);
            if (octets.length() != address.length()) {
                return false;
            }
            for (int bit = 0; bit < length; bit += 8) {
                int unused = Math.max(0, 8 - (length - bit));
                if (((address.at(bit / 8) ^ octets.at(bit / 8)) & 0xff) >>> unused != 0) {
                    return false;
                }
            }
            return true;
        }

        boolean isHost() {
            return length == 8 * address.length();
        }
    }

    static Octets octets(IpAddress address) {
        return Octets.of(
                switch (address) {
                    case Ipv4Address ipv4 ->
                        ByteBuffer.allocate(Ipv4Address.LENGTH)
                                .putInt(ipv4.bits())
                                .array();
                    case Ipv6Address ipv6 -> ipv6.octets();
                });
    }

    /**
     * Ports whose bits under the mask are these.
     *
     * @param mask 0 any port
     */
    public record Port(int value, int mask) {
        Cover covers(OptionalInt port) {
            if (mask == 0) {
                return Cover.WHOLE;
            }
            if (port.isEmpty()) {
                return Cover.PART;
            }
            return ((port.getAsInt() ^ value) & mask) == 0 ? Cover.WHOLE : Cover.NONE;
        }
    }

    Cover covers(IpAddress from, IpAddress to, XfrmTraffic traffic) {
        if (!source.contains(from) || !destination.contains(to) || protocol != 0 && protocol != traffic.protocol()) {
            return Cover.NONE;
        }
        Cover one = sourcePort.covers(traffic.sourcePort());
        Cover other = destinationPort.covers(traffic.destinationPort());
        return one.compareTo(other) <= 0 ? one : other;
    }
}
