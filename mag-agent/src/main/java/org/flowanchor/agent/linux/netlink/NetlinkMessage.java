package org.flowanchor.agent.linux.netlink;

import java.nio.ByteBuffer;

/**
 * A message from the kernel. The payload is a view that is overwritten by the next receive: take what you need.
 *
 * @param port of the socket whose request this answers or tells of; 0: nobody's, the kernel's own doing
 * @param payload after the netlink header, host order
 */
public record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer payload) {
    /** Attributes after a subsystem header of {@code headerSize} octets; none when the message is shorter. */
    public Attributes attributes(int headerSize) {
        int aligned = Math.min((headerSize + 3) & ~3, payload.limit());
        return new Attributes(payload.duplicate().position(aligned));
    }
}
