package org.flowanchor.agent.linux.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Waits for input on several sockets; another thread can end the wait for good with {@link #wakeUp()}. */
public class Poller implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final int POLLFD_SIZE = 8;

    private final Arena arena = Arena.ofShared();
    private final int eventDescriptor;
    private final int count;
    private final MemorySegment descriptors;
    private final MemorySegment one;

    public Poller(List<NativeSocket> sockets) throws SystemCallException {
        eventDescriptor = Libc.eventfd();
        if (eventDescriptor < 0) {
            arena.close();
            throw new SystemCallException(-eventDescriptor, "eventfd");
        }
        count = sockets.size() + 1;
        descriptors = arena.allocate((long) POLLFD_SIZE * count, JAVA_INT.byteAlignment());
        one = arena.allocateFrom(JAVA_LONG, 1L);
        for (int i = 0; i < count; i++) {
            int fd = i == 0 ? eventDescriptor : sockets.get(i - 1).descriptor();
            descriptors.set(JAVA_INT, (long) POLLFD_SIZE * i, fd);
            descriptors.set(JAVA_SHORT, (long) POLLFD_SIZE * i + 4, POLLIN);
        }
    }

    /**
     * Returns when a socket has input (or an error to read), the time is over, or {@link #wakeUp()} was called.
     *
     * @param timeoutMillis -1 waits for ever
     * @return false once {@link #wakeUp()} was called
     */
    public boolean await(int timeoutMillis) throws SystemCallException {
        int ready = Libc.poll(descriptors, count, timeoutMillis);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new SystemCallException(-ready, "poll");
        }
        return ready <= 0 || descriptors.get(JAVA_SHORT, 6) == 0;
    }

    /** May be called from any thread. */
    public void wakeUp() {
        int ignored = Libc.write(eventDescriptor, one);
    }

    @Override
    public void close() {
        int ignored = Libc.close(eventDescriptor);
        arena.close();
    }
}
