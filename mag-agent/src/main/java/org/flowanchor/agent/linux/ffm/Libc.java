package org.flowanchor.agent.linux.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Downcalls to libc. Every call returns the result, or the negative error number: what the kernel itself returns. The error number is
 * captured with the call, into a segment of the calling thread, so it cannot be overwritten by the virtual machine's own calls.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private static final MethodHandle SOCKET =
            handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            handle("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle LISTEN = handle("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            handle("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            handle("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND =
            handle("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            handle("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMSG =
            handle("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVMSG =
            handle("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle POLL =
            handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME =
            handle("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    private static int outcome(MemorySegment state, int result) {
        return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
    }

    private static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("downcall failed", cause);
    }

    static int socket(int domain, int type, int protocol) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int bind(int fd, MemorySegment address) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) BIND.invokeExact(state, fd, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** @param length in and out */
    static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) GETSOCKNAME.invokeExact(state, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Of the calling thread. */
    static int unshare(int flags) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) UNSHARE.invokeExact(state, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int listen(int fd, int backlog) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) LISTEN.invokeExact(state, fd, backlog));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int connect(int fd, MemorySegment address) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** @param length in and out */
    static int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int setsockopt(int fd, int level, int name, MemorySegment value) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, (int) value.byteSize()));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int send(int fd, MemorySegment buffer, long length, int flags) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) (long) SEND.invokeExact(state, fd, buffer, length, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int recv(int fd, MemorySegment buffer, int flags) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) (long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int sendmsg(int fd, MemorySegment header, int flags) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) (long) SENDMSG.invokeExact(state, fd, header, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int recvmsg(int fd, MemorySegment header, int flags) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) (long) RECVMSG.invokeExact(state, fd, header, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int poll(MemorySegment descriptors, int count, int timeoutMillis) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) POLL.invokeExact(state, descriptors, (long) count, timeoutMillis));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int clockGettime(int clock, MemorySegment time) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) CLOCK_GETTIME.invokeExact(state, clock, time));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int eventfd() {
        MemorySegment state = STATE.get();
        try {
            return outcome(
                    state, (int) EVENTFD.invokeExact(state, 0, NativeSocket.SOCK_CLOEXEC | NativeSocket.SOCK_NONBLOCK));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int write(int fd, MemorySegment buffer) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) (long) WRITE.invokeExact(state, fd, buffer, buffer.byteSize()));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int close(int fd) {
        MemorySegment state = STATE.get();
        try {
            return outcome(state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw broken(e);
        }
    }
}
