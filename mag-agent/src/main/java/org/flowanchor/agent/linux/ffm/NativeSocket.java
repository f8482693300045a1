package org.flowanchor.agent.linux.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket of any family. It belongs to the network namespace of the thread that opened it, for good, whichever thread uses it later.
 * Not thread-safe: one thread owns it. {@link #close()} while another thread is in {@link #receive} frees nothing under it: wake that
 * thread through a {@link Poller} first.
 */
public final class NativeSocket implements AutoCloseable {
    public static final int AF_UNIX = 1;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOL_SOCKET = 1;
    public static final int SO_PEERCRED = 17;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_NETNS_COOKIE = 71;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_TRUNC = 0x20;

    private static final int OPTION_SIZE = 64;

    private final int fd;
    private final String name;
    private boolean closed;

    private NativeSocket(int fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    /**
     * @param name for exceptions, for example {@code netlink socket}
     * @throws SystemCallException EPERM without the capability the family wants
     */
    public static NativeSocket open(int domain, int type, int protocol, String name) throws SystemCallException {
        int fd = Libc.socket(domain, type | SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw new SystemCallException(-fd, "open " + name);
        }
        return new NativeSocket(fd, name);
    }

    int descriptor() {
        return fd;
    }

    /** @param address struct sockaddr_* in host layout */
    public void bind(byte[] address) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            check(Libc.bind(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, address)), "bind");
        }
    }

    /**
     * As the kernel completed it.
     *
     * @return struct sockaddr_* in host order
     */
    public ByteBuffer localAddress(int length) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(length, 8);
            check(Libc.getsockname(fd, address, arena.allocateFrom(JAVA_INT, length)), "address");
            return ByteBuffer.wrap(address.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.nativeOrder());
        }
    }

    /** For sockets with connections. */
    public void listen(int backlog) throws SystemCallException {
        check(Libc.listen(fd, backlog), "listen");
    }

    /** @param address struct sockaddr_* in host layout */
    public void connect(byte[] address) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            check(Libc.connect(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, address)), "connect");
        }
    }

    /** @return the option's first 32 bits */
    public int optionValue(int level, int option) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            return optionValue(level, option, arena.allocate(OPTION_SIZE, 8)).get(JAVA_INT, 0);
        }
    }

    /** @return of an option of 64 bits */
    public long longOptionValue(int level, int option) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            return optionValue(level, option, arena.allocate(Long.BYTES, 8)).get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private MemorySegment optionValue(int level, int option, MemorySegment value) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    Libc.getsockopt(fd, level, option, value, arena.allocateFrom(JAVA_INT, (int) value.byteSize())),
                    "option " + level + "/" + option);
            return value;
        }
    }

    public void option(int level, int option, int value) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    Libc.setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value)),
                    "option " + level + "/" + option);
        }
    }

    public void option(int level, int option, byte[] value) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    Libc.setsockopt(fd, level, option, arena.allocateFrom(ValueLayout.JAVA_BYTE, value)),
                    "option " + level + "/" + option);
        }
    }

    /** @return octets sent, or the negative error number */
    public int send(MemorySegment buffer, long length) {
        int sent;
        do {
            sent = Libc.send(fd, buffer, length, 0);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    /** @return octets received (with {@link #MSG_TRUNC}: the datagram's length), or the negative error number */
    public int receive(MemorySegment buffer, int flags) {
        int received;
        do {
            received = Libc.recv(fd, buffer, flags);
        } while (received == -Errno.EINTR);
        return received;
    }

    int sendMessage(MemorySegment header) {
        int sent;
        do {
            sent = Libc.sendmsg(fd, header, 0);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    int receiveMessage(MemorySegment header) {
        int received;
        do {
            received = Libc.recvmsg(fd, header, MSG_DONTWAIT);
        } while (received == -Errno.EINTR);
        return received;
    }

    private void check(int outcome, String call) throws SystemCallException {
        if (outcome < 0) {
            throw new SystemCallException(-outcome, call + " of " + name);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            int ignored = Libc.close(fd);
        }
    }
}
