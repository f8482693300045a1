package org.flowanchor.agent.adapter.mobilityheader;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Poller;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one end of the wire: raw IPv6 at one address, UDP port 5436 at an IPv4 address when there is one, ICMPv6 for Parameter
 * Problems. One thread per family reads; they live in the network namespace of the thread that made this object.
 */
public final class LinuxHeaderSockets implements HeaderSockets {
    private static final Logger log = LoggerFactory.getLogger(LinuxHeaderSockets.class);
    private static final int LONGEST = 65_535;
    private static final int UDP_RECEIVE_BUFFER = 4 * 1024 * 1024;

    private final MobilityHeaderSocket raw;
    private final ParameterProblemSocket problems;
    private final Poller poller;
    private final @Nullable DatagramChannel udp;
    private final Optional<Ipv4Address> ipv4;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param ipv6 address of this machine
     * @param ipv4 address of this machine, or none for IPv6 only
     * @throws KernelException naming the address that is missing or taken
     */
    public LinuxHeaderSockets(Ipv6Address ipv6, Optional<Ipv4Address> ipv4, LongSupplier nanoTime)
            throws KernelException {
        this.ipv4 = ipv4;
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            raw = new MobilityHeaderSocket(ipv6);
            opened.add(raw);
            problems = new ParameterProblemSocket(nanoTime);
            opened.add(problems);
            poller = new Poller(List.of(raw.socket()));
            opened.add(poller);
            udp = ipv4.isPresent() ? bound(ipv4.get()) : null;
        } catch (SystemCallException e) {
            closeAll(opened);
            throw new KernelException(e.getMessage() + "; is " + ipv6 + " an address of this machine?", e);
        } catch (IOException e) {
            closeAll(opened);
            throw new KernelException(
                    "UDP port " + RelayedHeader.UDP_PORT + " at " + ipv4.orElseThrow() + ": " + e.getMessage(), e);
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

    private static DatagramChannel bound(Ipv4Address address) throws IOException {
        DatagramChannel channel = DatagramChannel.open(java.net.StandardProtocolFamily.INET);
        try {
            channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, UDP_RECEIVE_BUFFER);
            return channel.bind(new InetSocketAddress(inet(address), RelayedHeader.UDP_PORT));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void start(Consumer<RelayedHeader> consumer) {
        threads.add(Thread.ofPlatform().daemon().name("mobility-header").start(() -> readRaw(consumer)));
        DatagramChannel channel = udp;
        if (channel != null) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("mobility-header-udp")
                    .start(() -> readUdp(channel, ipv4.orElseThrow(), consumer)));
        }
    }

    private void readRaw(Consumer<RelayedHeader> consumer) {
        try {
            while (poller.await(-1)) {
                AncillaryMessage.Received received;
                while ((received = raw.receive()) != null) {
                    deliver(
                            consumer,
                            new RelayedHeader(
                                    Ipv6Address.of(received.source()),
                                    raw.local(),
                                    0,
                                    0,
                                    Octets.of(received.payload())));
                }
            }
        } catch (SystemCallException e) {
            log.error("signalling over IPv6 ends: {}", e.getMessage());
        }
    }

    private static void readUdp(DatagramChannel channel, Ipv4Address local, Consumer<RelayedHeader> consumer) {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
        while (channel.isOpen()) {
            try {
                buffer.clear();
                if (channel.receive(buffer) instanceof InetSocketAddress from) {
                    deliver(
                            consumer,
                            new RelayedHeader(
                                    new Ipv4Address(
                                            ByteBuffer.wrap(from.getAddress().getAddress())
                                                    .getInt()),
                                    local,
                                    from.getPort(),
                                    RelayedHeader.UDP_PORT,
                                    Octets.copyOf(buffer.array(), 0, buffer.position())));
                }
            } catch (AsynchronousCloseException e) {
                return;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // An ICMP error of an earlier answer.
                log.debug("receive over UDP: {}", e.getMessage());
            }
        }
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
                    DatagramChannel channel = udp;
                    if (channel == null) {
                        throw new KernelException("no IPv4 address to signal from to " + destination);
                    }
                    channel.send(
                            ByteBuffer.wrap(header.octets().toByteArray()),
                            new InetSocketAddress(inet(destination), header.destinationPort()));
                }
            }
        } catch (SystemCallException | IOException e) {
            throw new KernelException(String.valueOf(e.getMessage()), e);
        }
    }

    private static InetAddress inet(Ipv4Address address) throws UnknownHostException {
        return InetAddress.getByAddress(
                ByteBuffer.allocate(Ipv4Address.LENGTH).putInt(address.bits()).array());
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
        poller.wakeUp();
        DatagramChannel channel = udp;
        try {
            if (channel != null) {
                channel.close();
            }
            for (Thread thread : threads) {
                thread.join(2_000);
            }
        } catch (IOException e) {
            log.warn("closing UDP", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        raw.close();
        problems.close();
        poller.close();
    }
}
