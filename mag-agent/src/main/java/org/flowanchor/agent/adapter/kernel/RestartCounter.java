package org.flowanchor.agent.adapter.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;

/**
 * Of an access gateway (RFC 5847 section 3.2): another value says that its sessions are lost. They are in the kernel, so they are lost with
 * the machine's run or with the network namespace, and outlive the agent.
 */
public final class RestartCounter {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private RestartCounter() {}

    /**
     * That of the calling thread's network namespace. A namespace's cookie is never another's while the machine runs, and CRC-32 tells
     * apart all that differ in 32 bits in a row; two runs of a machine have the same value once in 2^32.
     *
     * @return 32 bits
     */
    public static long read() throws KernelException {
        CRC32 sum = new CRC32();
        try {
            sum.update(Files.readString(BOOT).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("the kernel's boot identifier cannot be read", e);
        }
        sum.update(ByteBuffer.allocate(Long.BYTES)
                .putLong(Refusal.translated(RestartCounter::namespaceCookie))
                .flip());
        return sum.getValue();
    }

    /** 0 before Linux 5.14, which has none: there a namespace made anew is not told from the one before. */
    private static long namespaceCookie() throws SystemCallException {
        try (NativeSocket socket = NativeSocket.open(NativeSocket.AF_UNIX, NativeSocket.SOCK_STREAM, 0, "socket")) {
            return socket.longOptionValue(NativeSocket.SOL_SOCKET, NativeSocket.SO_NETNS_COOKIE);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOPROTOOPT) {
                return 0;
            }
            throw e;
        }
    }
}
