package org.flowanchor.agent.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.Poller;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one end of the wire: raw IPv6 at one address, UDP port 5436 at an IPv4 address when there is one, ICMPv6 for Parameter
 * Problems. One thread per family reads; they live in the network namespace of the thread that made this object.
 */
public final class LinuxHeaderSockets implements HeaderSockets {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(LinuxHeaderSockets.class);

    private final MobilityHeaderSocket raw;
    private final ParameterProblemSocket problems;
    private final @Nullable UdpHeaderSocket udp;
    private final List<Poller> pollers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param ipv6 address of this machine
     * @param ipv4 address of this machine, or none for IPv6 only
     * @throws KernelException naming the address that is missing or taken
     */
    public LinuxHeaderSockets(Ipv6Address ipv6, Optional<Ipv4Address> ipv4, LongSupplier nanoTime)
            throws KernelException {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            raw = new MobilityHeaderSocket(ipv6);
            opened.add(raw);
            problems = new ParameterProblemSocket(nanoTime);
            opened.add(problems);
            udp = ipv4.isPresent() ? new UdpHeaderSocket(ipv4.get()) : null;
        } catch (SystemCallException e) {
            closeAll(opened);
            String addresses = ipv6 + ipv4.map(address -> " and " + address).orElse("");
            throw new KernelException(e.getMessage() + "; does this machine have " + addresses + "?", e);
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                log.warn("closing {}", one, e);
            }
        }
    }

    @Override
    public void start(Consumer<RelayedHeader> consumer) {
        read("mobility-header", raw.socket(), raw::receive, consumer);
        UdpHeaderSocket overIpv4 = udp;
        if (overIpv4 != null) {
            read("mobility-header-udp", overIpv4.socket(), overIpv4::receive, consumer);
        }
    }

    @FunctionalInterface
    private interface Source {
        /** Null when there is none now. */
        @Nullable
        RelayedHeader next() throws SystemCallException;
    }

    private void read(String name, NativeSocket socket, Source source, Consumer<RelayedHeader> consumer) {
        Poller poller;
        try {
            poller = new Poller(List.of(socket));
        } catch (SystemCallException e) {
            throw new IllegalStateException(e);
        }
        pollers.add(poller);
        threads.add(Thread.ofPlatform().daemon().name(name).start(() -> {
            boolean open = true;
            while (open) {
                try {
                    open = poller.await(-1);
                    for (RelayedHeader header = open ? source.next() : null; header != null; header = source.next()) {
                        deliver(consumer, header);
                    }
                } catch (SystemCallException | RuntimeException e) {
                    // Signalling of every peer comes by it.
                    log.error("{} cannot be read, tried again: {}", name, e.toString());
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }));
    }

    /** A fault of the consumer costs one packet, not the socket. */
    private static void deliver(Consumer<RelayedHeader> consumer, RelayedHeader header) {
        try {
            consumer.accept(header);
        } catch (RuntimeException e) {
            log.error("signalling of {} dropped", header.source(), e);
        }
    }

    @Override
    public void send(RelayedHeader header) throws KernelException {
        try {
            switch (header.destination()) {
                case Ipv6Address destination -> raw.send(header.octets().toByteArray(), destination);
                case Ipv4Address destination -> {
                    UdpHeaderSocket overIpv4 = udp;
                    if (overIpv4 == null) {
                        throw new KernelException("no IPv4 address to signal from to " + destination);
                    }
                    overIpv4.send(header.octets().toByteArray(), destination, header.destinationPort());
                }
            }
        } catch (SystemCallException e) {
            throw new KernelException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void parameterProblem(RelayedHeader invoking, int offset) throws KernelException {
        if (invoking.source() instanceof Ipv6Address source
                && invoking.destination() instanceof Ipv6Address destination) {
            try {
                problems.send(source, destination, invoking.octets().toByteArray(), offset);
            } catch (SystemCallException e) {
                throw new KernelException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Override
    public void close() {
        pollers.forEach(Poller::wakeUp);
        try {
            for (Thread thread : threads) {
                thread.join(2_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        raw.close();
        UdpHeaderSocket overIpv4 = udp;
        if (overIpv4 != null) {
            overIpv4.close();
        }
        problems.close();
        pollers.forEach(Poller::close);
    }
}
