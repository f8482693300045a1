package org.flowanchor.agent.linux.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * One netlink socket, owned by one thread at a time.
 *
 * <p>The kernel works a request off inside {@code send}: its answer is there when {@code send} returns, so nothing here waits, and an
 * answer that is not there was lost for want of buffer space. A dump is continued by the kernel with every receive; it is repeated
 * when the kernel says that a change interrupted it, or when a part was lost.
 *
 * <p>Traps: answers to an earlier, failed exchange may still be queued (skipped by sequence number); a batch must reach the kernel in
 * one {@code send}, so the send buffer is as large as the largest batch.
 */
public final class NetlinkSocket implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 256 * 1024;
    private static final int SOCKET_BUFFER = 8 * 1024 * 1024;
    private static final int SEND_BUFFER = 64 * 1024;
    private static final int SOCKADDR_SIZE = 12;
    private static final int DUMP_TRIES = 8;
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** What stands between all sockets and the kernel in a test that makes each call fail once; null otherwise. */
    static volatile @Nullable Interference interference;

    static final String EVENTS = "netlink events";

    /** Takes the messages of a long dump; see {@link #dumpWords}. */
    @FunctionalInterface
    public interface WordConsumer {
        /**
         * @param words in host order, overwritten by what is received next; an attribute begins on a word
         * @param from octet where the message's payload begins
         * @param end octet after its last
         */
        void accept(int[] words, int from, int end);
    }

    /** Says which calls fail. */
    interface Interference {
        /** @return error number of a request that shall not reach the kernel, else 0 */
        int refused(String object);

        /** @return whether the answer to a request that did reach the kernel gets lost */
        boolean lost(String object);
    }

    private final Arena arena = Arena.ofShared();
    private final NativeSocket socket;
    private final int port;
    private final MemorySegment incoming = arena.allocate(RECEIVE_BUFFER, 8);
    private final ByteBuffer received = incoming.asByteBuffer().order(ByteOrder.nativeOrder());
    private final MemorySegment outgoing = arena.allocate(SEND_BUFFER, 8);
    private int[] words = {};
    private int sequence = 1;
    private int sendBuffer = SOCKET_BUFFER;

    private NetlinkSocket(NativeSocket socket, int port) {
        this.socket = socket;
        this.port = port;
    }

    /**
     * @param protocol {@link Netlink#NETLINK_ROUTE} ...; the socket stays in the calling thread's network namespace
     * @throws SystemCallException EPERM without CAP_NET_ADMIN
     */
    public static NetlinkSocket open(int protocol) throws SystemCallException {
        NativeSocket socket =
                NativeSocket.open(NativeSocket.AF_NETLINK, NativeSocket.SOCK_RAW, protocol, "netlink socket");
        try {
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_SNDBUFFORCE, SOCKET_BUFFER);
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, SOCKET_BUFFER);
            socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_EXT_ACK, 1);
            socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_GET_STRICT_CHK, 1);
            socket.bind(new byte[] {NativeSocket.AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            return new NetlinkSocket(socket, socket.localAddress(SOCKADDR_SIZE).getInt(4));
        } catch (SystemCallException e) {
            socket.close();
            throw e;
        }
    }

    /** Receives the events of a multicast group from now on; a socket with groups is for {@link #events} only. */
    public void subscribe(int group) throws SystemCallException {
        socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_ADD_MEMBERSHIP, group);
    }

    /** By which the kernel names whose request an event comes from ({@link NetlinkMessage#port}). */
    public int port() {
        return port;
    }

    /** For a poller. */
    public NativeSocket socket() {
        return socket;
    }

    /**
     * Sends one message and takes the kernel's acknowledgement.
     *
     * @param object names the request in the exception, for example {@code route add 2001:db8::/64 dev fa1}
     */
    public void request(MessageBuilder message, String object) throws SystemCallException {
        message.addFlags(Netlink.NLM_F_ACK);
        int own = send(message, object);
        exchange(own, own, object, any -> {});
    }

    /** Sends one message that is answered by messages and an acknowledgement. */
    public void request(MessageBuilder message, String object, Consumer<NetlinkMessage> answer)
            throws SystemCallException {
        message.addFlags(Netlink.NLM_F_ACK);
        int own = send(message, object);
        exchange(own, own, object, answer);
    }

    /**
     * Sends messages that the kernel takes as one transaction; the last one but the closing message carries the acknowledgement.
     *
     * @param acknowledged index of the message that has {@link Netlink#NLM_F_ACK}, from 0
     * @param describe names a message by its index
     * @throws SystemCallException the first error of the batch; nothing of it was done
     */
    public void batch(MessageBuilder messages, int acknowledged, java.util.function.IntFunction<String> describe)
            throws SystemCallException {
        int first = send(messages, "batch of " + messages.count() + " messages");
        int last = first + messages.count() - 1;
        boolean complete = false;
        SystemCallException refusal = null;
        // Answers come in the order of the messages.
        while (!complete) {
            int length = socket.receive(incoming, NativeSocket.MSG_DONTWAIT);
            if (length == -Errno.EAGAIN) {
                break;
            }
            if (length < 0) {
                throw new SystemCallException(-length, "answer to a batch of " + messages.count() + " messages");
            }
            for (int at = 0; at + Netlink.HEADER_SIZE <= length; ) {
                NetlinkMessage message = messageAt(at, length);
                at += align(received.getInt(at));
                int index = message.sequence() - first;
                if (message.type() != Netlink.NLMSG_ERROR || message.sequence() < first || message.sequence() > last) {
                    continue;
                }
                int errno = -message.payload().getInt(0);
                if (errno != 0 && refusal == null) {
                    refusal = new SystemCallException(errno, describe.apply(index), explanation(message));
                }
                complete |= index == acknowledged;
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        if (!complete) {
            throw new SystemCallException(
                    Errno.ENOBUFS, "acknowledgement of a batch of " + messages.count() + " messages");
        }
    }

    /** Sends a dump request (flags are added) and hands over each message of the answer. A repeated dump begins with {@code restart}. */
    public void dump(MessageBuilder message, String object, Runnable restart, Consumer<NetlinkMessage> consumer)
            throws SystemCallException {
        repeat(message, object, restart, own -> exchange(own, -1, object, consumer));
    }

    /**
     * Like {@link #dump}, for dumps of very many messages: no object is made of each, and what was received is an array, where a number
     * costs a tenth of what it costs in memory that is not the heap's.
     */
    public void dumpWords(MessageBuilder message, String object, Runnable restart, WordConsumer consumer)
            throws SystemCallException {
        if (words.length == 0) {
            words = new int[RECEIVE_BUFFER / Integer.BYTES];
        }
        repeat(message, object, restart, own -> exchangeWords(own, object, consumer));
    }

    /** One attempt at a dump. */
    private interface Attempt {
        /** @return false when the kernel said that the dump is inconsistent */
        boolean exchange(int own) throws SystemCallException;
    }

    private void repeat(MessageBuilder message, String object, Runnable restart, Attempt dump)
            throws SystemCallException {
        message.addFlags(Netlink.NLM_F_DUMP);
        for (int attempt = 1; ; attempt++) {
            restart.run();
            int own = send(message, object);
            try {
                if (dump.exchange(own)) {
                    return;
                }
            } catch (SystemCallException e) {
                discard();
                if (e.errno() != Errno.ENOBUFS || attempt == DUMP_TRIES) {
                    throw e;
                }
            }
            if (attempt == DUMP_TRIES) {
                throw new SystemCallException(Errno.EAGAIN, object + " interrupted " + DUMP_TRIES + " times");
            }
        }
    }

    /** A dump that was broken off goes on as long as somebody receives, and until its end another one is refused (EBUSY). */
    private void discard() {
        int length;
        do {
            length = socket.receive(incoming, NativeSocket.MSG_DONTWAIT);
        } while (length > 0 || length == -Errno.ENOBUFS);
    }

    /**
     * Hands over all queued events without waiting.
     *
     * @return false when events were lost: read the state anew
     */
    public boolean events(Consumer<NetlinkMessage> consumer) throws SystemCallException {
        Interference present = interference;
        int refusal = present == null ? 0 : present.refused(EVENTS);
        if (refusal != 0) {
            throw new SystemCallException(refusal, EVENTS);
        }
        boolean whole = present == null || !present.lost(EVENTS);
        while (true) {
            int length = socket.receive(incoming, NativeSocket.MSG_DONTWAIT);
            if (length == -Errno.EAGAIN) {
                return whole;
            }
            if (length == -Errno.ENOBUFS) {
                whole = false;
                continue;
            }
            if (length < 0) {
                throw new SystemCallException(-length, EVENTS);
            }
            for (int at = 0; at + Netlink.HEADER_SIZE <= length; at += align(received.getInt(at))) {
                hand(consumer, messageAt(at, length), EVENTS);
            }
        }
    }

    private int send(MessageBuilder messages, String object) throws SystemCallException {
        int first = sequence;
        sequence += messages.count();
        if (sequence < first) {
            first = 1;
            sequence = 1 + messages.count();
        }
        ByteBuffer octets = messages.numbered(first);
        Interference present = interference;
        int refusal = present == null ? 0 : present.refused(object);
        if (refusal != 0) {
            throw new SystemCallException(refusal, object);
        }
        int length = octets.remaining();
        int sent;
        if (length <= SEND_BUFFER) {
            MemorySegment.copy(MemorySegment.ofBuffer(octets), 0, outgoing, 0, length);
            sent = socket.send(outgoing, length);
        } else {
            if (length > sendBuffer / 2) {
                sendBuffer = length > Integer.MAX_VALUE / 4 ? Integer.MAX_VALUE : length * 2;
                socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_SNDBUFFORCE, sendBuffer);
            }
            try (Arena large = Arena.ofConfined()) {
                MemorySegment copy = large.allocate(length, 8);
                MemorySegment.copy(MemorySegment.ofBuffer(octets), 0, copy, 0, length);
                sent = socket.send(copy, length);
            }
        }
        if (sent < 0) {
            throw new SystemCallException(-sent, object);
        }
        if (present != null && present.lost(object)) {
            throw new SystemCallException(Errno.ENOBUFS, object + ", answer lost");
        }
        return first;
    }

    /**
     * Receives until the acknowledgement or the end of the dump.
     *
     * @return false when the kernel said that the dump is inconsistent
     */
    private boolean exchange(int own, int acknowledged, String object, Consumer<NetlinkMessage> consumer)
            throws SystemCallException {
        boolean consistent = true;
        while (true) {
            int length = receivePart(object);
            for (int at = 0; at + Netlink.HEADER_SIZE <= length; ) {
                NetlinkMessage message = messageAt(at, length);
                at += align(received.getInt(at));
                if (message.sequence() != own) {
                    continue;
                }
                consistent &= (message.flags() & Netlink.NLM_F_DUMP_INTR) == 0;
                if (message.type() != Netlink.NLMSG_DONE && message.type() != Netlink.NLMSG_ERROR) {
                    hand(consumer, message, object);
                } else if (concludes(message, object, acknowledged == own)) {
                    return consistent;
                }
            }
        }
    }

    private boolean exchangeWords(int own, String object, WordConsumer consumer) throws SystemCallException {
        boolean consistent = true;
        while (true) {
            int length = receivePart(object);
            MemorySegment.copy(incoming, ValueLayout.JAVA_INT, 0, words, 0, align(length) / Integer.BYTES);
            for (int at = 0; at + Netlink.HEADER_SIZE <= length; ) {
                int word = at / Integer.BYTES;
                int size = words[word];
                if (size < Netlink.HEADER_SIZE || size > length - at) {
                    throw broken(size, length - at);
                }
                int begin = at;
                at += align(size);
                if (words[word + 2] != own) {
                    continue;
                }
                int type = LITTLE ? words[word + 1] & 0xffff : words[word + 1] >>> 16;
                int flags = LITTLE ? words[word + 1] >>> 16 : words[word + 1] & 0xffff;
                consistent &= (flags & Netlink.NLM_F_DUMP_INTR) == 0;
                if (type != Netlink.NLMSG_DONE && type != Netlink.NLMSG_ERROR) {
                    hand(consumer, begin + Netlink.HEADER_SIZE, begin + size, type, object);
                } else if (concludes(messageAt(begin, length), object, false)) {
                    return consistent;
                }
            }
        }
    }

    private int receivePart(String object) throws SystemCallException {
        int length = socket.receive(incoming, NativeSocket.MSG_DONTWAIT);
        if (length < 0) {
            throw new SystemCallException(length == -Errno.EAGAIN ? Errno.ENOBUFS : -length, object);
        }
        return length;
    }

    /** @return whether the exchange is over, and well */
    private static boolean concludes(NetlinkMessage last, String object, boolean acknowledges)
            throws SystemCallException {
        boolean done = last.type() == Netlink.NLMSG_DONE;
        int errno = last.payload().remaining() >= 4 ? -last.payload().getInt(0) : 0;
        if (errno != 0 && (!done || errno > 0)) {
            throw new SystemCallException(errno, object, done ? "" : explanation(last));
        }
        return done || acknowledges;
    }

    /** A decoder that runs beyond a message's end, or meets a value that cannot be, has a broken message. */
    private static void hand(Consumer<NetlinkMessage> consumer, NetlinkMessage message, String object)
            throws SystemCallException {
        try {
            consumer.accept(message);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw unreadable(message.type(), object, e);
        }
    }

    private void hand(WordConsumer consumer, int from, int end, int type, String object) throws SystemCallException {
        try {
            consumer.accept(words, from, end);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw unreadable(type, object, e);
        }
    }

    private static SystemCallException unreadable(int type, String object, RuntimeException cause) {
        return new SystemCallException(
                Errno.EPROTO, object, "message of type " + type + " cannot be read: " + cause.getMessage());
    }

    private NetlinkMessage messageAt(int at, int end) throws SystemCallException {
        int length = received.getInt(at);
        if (length < Netlink.HEADER_SIZE || length > end - at) {
            throw broken(length, end - at);
        }
        ByteBuffer payload = received.slice(at + Netlink.HEADER_SIZE, length - Netlink.HEADER_SIZE)
                .order(ByteOrder.nativeOrder());
        return new NetlinkMessage(
                Short.toUnsignedInt(received.getShort(at + 4)),
                Short.toUnsignedInt(received.getShort(at + 6)),
                received.getInt(at + 8),
                received.getInt(at + 12),
                payload);
    }

    private static SystemCallException broken(int size, int received) {
        return new SystemCallException(
                Errno.EPROTO, "netlink message of " + size + " octets where " + received + " were received");
    }

    private static String explanation(NetlinkMessage error) {
        if ((error.flags() & Netlink.NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        // The offending message follows the error number: whole, or its header only when capped.
        int quoted = (error.flags() & Netlink.NLM_F_CAPPED) != 0
                ? Netlink.HEADER_SIZE
                : error.payload().getInt(4);
        Attributes attributes = error.attributes(4 + align(quoted));
        while (attributes.next()) {
            if (attributes.type() == Netlink.NLMSGERR_ATTR_MSG) {
                return attributes.text();
            }
        }
        return "";
    }

    private static int align(int length) {
        return (length + 3) & ~3;
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
