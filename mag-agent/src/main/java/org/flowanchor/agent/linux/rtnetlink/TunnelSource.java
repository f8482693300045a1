package org.flowanchor.agent.linux.rtnetlink;

import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;

/** Outer source address of segment routing encapsulation: one per network namespace (generic netlink family SEG6). */
public final class TunnelSource {
    private static final int GENL_ID_CTRL = 0x10;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int SEG6_GENL_VERSION = 1;
    private static final int SEG6_CMD_SET_TUNSRC = 3;
    private static final int SEG6_CMD_GET_TUNSRC = 4;
    private static final int SEG6_ATTR_DST = 1;
    private static final int GENLMSGHDR_SIZE = 4;

    private final NetlinkSocket socket;
    private final int family;

    /**
     * @param socket of {@link Netlink#NETLINK_GENERIC}
     * @throws SystemCallException ENOENT when the kernel has no segment routing
     */
    public TunnelSource(NetlinkSocket socket) throws SystemCallException {
        this.socket = socket;
        int[] found = new int[1];
        MessageBuilder message = command(GENL_ID_CTRL, CTRL_CMD_GETFAMILY).attribute(CTRL_ATTR_FAMILY_NAME, "SEG6");
        socket.request(message, "generic netlink family SEG6", answer -> {
            Attributes a = answer.attributes(GENLMSGHDR_SIZE);
            while (a.next()) {
                if (a.type() == CTRL_ATTR_FAMILY_ID) {
                    found[0] = a.int16();
                }
            }
        });
        if (found[0] == 0) {
            throw new SystemCallException(Errno.ENOENT, "generic netlink family SEG6");
        }
        family = found[0];
    }

    public Ipv6Address get() throws SystemCallException {
        Ipv6Address[] found = {Ipv6Address.UNSPECIFIED};
        socket.request(command(family, SEG6_CMD_GET_TUNSRC), "tunnel source", answer -> {
            Attributes a = answer.attributes(GENLMSGHDR_SIZE);
            while (a.next()) {
                if (a.type() == SEG6_ATTR_DST) {
                    found[0] = a.address();
                }
            }
        });
        return found[0];
    }

    public void set(Ipv6Address source) throws SystemCallException {
        socket.request(
                command(family, SEG6_CMD_SET_TUNSRC).attribute(SEG6_ATTR_DST, source.octets()),
                "tunnel source " + source);
    }

    private static MessageBuilder command(int type, int command) {
        return new MessageBuilder(256)
                .begin(type, 0)
                .int8(command)
                .int8(SEG6_GENL_VERSION)
                .int16(0);
    }
}
