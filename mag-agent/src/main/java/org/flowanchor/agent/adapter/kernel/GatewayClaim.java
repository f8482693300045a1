package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;

/**
 * Held while an agent serves a network namespace: two would undo each other's work. It is an abstract UNIX socket address, which belongs
 * to the network namespace and goes with the process, however that ends.
 */
public final class GatewayClaim implements AutoCloseable {
    private static final String NAME = "flowanchor-agent-213";

    private final NativeSocket socket;

    private GatewayClaim(NativeSocket socket) {
        this.socket = socket;
    }

    /** @throws KernelException naming the process that holds it */
    public static GatewayClaim take() throws KernelException {
        byte[] address = address();
        try {
            NativeSocket socket = open(0);
            try {
                socket.bind(address);
                socket.listen(1);
                return new GatewayClaim(socket);
            } catch (SystemCallException e) {
                socket.close();
                if (e.errno() == Errno.EADDRINUSE) {
                    throw new KernelException("another agent (process " + holder(address)
                            + ") serves this network namespace: stop it first");
                }
                throw e;
            }
        } catch (SystemCallException e) {
            throw Refusal.of(e);
        }
    }

    private static NativeSocket open(int flags) throws SystemCallException {
        return NativeSocket.open(
                NativeSocket.AF_UNIX, NativeSocket.SOCK_STREAM | flags, 0, "claim of the network namespace");
    }

    /** @return "unknown" when too many have asked before */
    private static String holder(byte[] address) {
        try {
            // It accepts nobody: once a few have asked, the next one would wait for as long as it runs.
            NativeSocket asking = open(NativeSocket.SOCK_NONBLOCK);
            try {
                asking.connect(address);
                return Integer.toString(asking.optionValue(NativeSocket.SOL_SOCKET, NativeSocket.SO_PEERCRED));
            } finally {
                asking.close();
            }
        } catch (SystemCallException e) {
            return "unknown";
        }
    }

    /** The leading zero of the path makes it abstract. The same whatever numbers and names are chosen: groups of devices are both agents'. */
    private static byte[] address() {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 + name.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) NativeSocket.AF_UNIX)
                .put((byte) 0)
                .put(name)
                .array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
