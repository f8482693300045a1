package org.flowanchor.agent.adapter.mobilityheader;

import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.jspecify.annotations.Nullable;

/**
 * Raw IPv6 socket of next header 135 at one address of this machine. The kernel verifies the checksum of what comes in and fills it in on
 * what goes out ({@code IPV6_CHECKSUM}), always with the addresses of the wire (W-03).
 *
 * <p>Traps: bound, so that another address of the machine signals nothing; packets arrive without their IPv6 header.
 */
final class MobilityHeaderSocket implements AutoCloseable {
    private static final int IPPROTO_MH = 135;
    private static final int IPV6_CHECKSUM = 7;
    private static final int CHECKSUM_OFFSET = 4;

    private final SignallingSocket packets;
    private final Ipv6Address local;

    /** @throws SystemCallException EADDRNOTAVAIL when the machine does not have the address, EPERM without CAP_NET_RAW */
    MobilityHeaderSocket(Ipv6Address local) throws SystemCallException {
        this.local = local;
        packets = new SignallingSocket(
                NativeSocket.SOCK_RAW,
                IPPROTO_MH,
                local.octets(),
                0,
                IPV6_CHECKSUM,
                CHECKSUM_OFFSET,
                "Mobility Header socket at " + local);
    }

    NativeSocket socket() {
        return packets.socket();
    }

    /** @return null when there is none now */
    @Nullable
    RelayedHeader receive() throws SystemCallException {
        AncillaryMessage.@Nullable Received received = packets.receive();
        return received == null
                ? null
                : new RelayedHeader(Ipv6Address.of(received.source()), local, 0, 0, Octets.of(received.payload()));
    }

    void send(byte[] octets, Ipv6Address destination) throws SystemCallException {
        packets.send(octets, destination.octets(), 0, "send Mobility Header to " + destination);
    }

    @Override
    public void close() {
        packets.close();
    }
}
