package org.flowanchor.agent.linux.ffm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Raw sockets for ICMPv6 (RFC 3542 section 3). */
public final class Icmpv6Socket {
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int ICMPV6_FILTER = 1;
    private static final int TYPES = 256;

    private Icmpv6Socket() {}

    /**
     * @param flags for example {@link NativeSocket#SOCK_NONBLOCK}
     * @param types of the messages that are received; none: it is for sending only
     * @throws SystemCallException EPERM without CAP_NET_RAW
     */
    public static NativeSocket open(int flags, int... types) throws SystemCallException {
        NativeSocket socket = NativeSocket.open(
                NativeSocket.AF_INET6, NativeSocket.SOCK_RAW | flags, IPPROTO_ICMPV6, "ICMPv6 socket");
        byte[] blocked = new byte[TYPES / Byte.SIZE];
        Arrays.fill(blocked, (byte) 0xff);
        ByteBuffer words = ByteBuffer.wrap(blocked).order(ByteOrder.nativeOrder());
        for (int type : types) {
            int word = type / Integer.SIZE * Integer.BYTES;
            words.putInt(word, words.getInt(word) & ~(1 << type % Integer.SIZE));
        }
        try {
            socket.option(IPPROTO_ICMPV6, ICMPV6_FILTER, blocked);
            return socket;
        } catch (SystemCallException e) {
            socket.close();
            throw e;
        }
    }
}
