package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.util.HashSet;
import java.util.Set;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;

/** IPv6 addresses of devices. */
public final class Addresses {
    private final NetlinkSocket socket;

    public Addresses(NetlinkSocket socket) {
        this.socket = socket;
    }

    public Set<InterfaceAddress> all() throws SystemCallException {
        Set<InterfaceAddress> addresses = new HashSet<>();
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_GETADDR, 0)
                .int8(AF_INET6)
                .int8(0)
                .int16(0)
                .int32(0);
        socket.dump(message, "list addresses", addresses::clear, answer -> addresses.add(decode(answer)));
        return addresses;
    }

    /** Usable at once: without duplicate address detection. An address that is there already is success. */
    public void add(InterfaceAddress address, String device) throws SystemCallException {
        try {
            socket.request(
                    encode(RTM_NEWADDR, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, address, IFA_F_NODAD),
                    "address add " + text(address) + " dev " + device);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Deleting a missing address is success. */
    public void delete(InterfaceAddress address, String device) throws SystemCallException {
        try {
            socket.request(encode(RTM_DELADDR, 0, address, 0), "address delete " + text(address) + " dev " + device);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EADDRNOTAVAIL && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    private static String text(InterfaceAddress address) {
        return address.address() + "/" + address.prefixLength();
    }

    static MessageBuilder encode(int type, int flags, InterfaceAddress address, int addressFlags) {
        return new MessageBuilder()
                .begin(type, flags)
                .int8(AF_INET6)
                .int8(address.prefixLength())
                .int8(addressFlags)
                .int8(0)
                .int32(address.device())
                .attribute(IFA_LOCAL, address.address().octets())
                .attribute(IFA_ADDRESS, address.address().octets());
    }

    /** An RTM_NEWADDR or RTM_DELADDR. */
    public static InterfaceAddress decode(NetlinkMessage message) {
        int length = Byte.toUnsignedInt(message.payload().get(1));
        int device = message.payload().getInt(4);
        Ipv6Address address = Ipv6Address.UNSPECIFIED;
        Attributes a = message.attributes(IFADDRMSG_SIZE);
        while (a.next()) {
            // With a peer, IFA_ADDRESS is the peer's and comes first, IFA_LOCAL is ours.
            if (a.type() == IFA_LOCAL || a.type() == IFA_ADDRESS && address.isUnspecified()) {
                address = a.address();
            }
        }
        return new InterfaceAddress(device, address, length);
    }
}
