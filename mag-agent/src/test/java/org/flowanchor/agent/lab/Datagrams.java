package org.flowanchor.agent.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A UDP socket inside a namespace. */
public final class Datagrams implements AutoCloseable {
    private static final Duration RESENDING = Duration.ofMillis(500);

    private final DatagramChannel channel;

    public Datagrams(Namespace namespace, String address, int port) {
        channel = namespace.call(() -> {
            DatagramChannel opened = DatagramChannel.open(StandardProtocolFamily.INET6);
            opened.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
            opened.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            opened.configureBlocking(false);
            return opened;
        });
    }

    /** @param dscp six bits */
    public Datagrams dscp(int dscp) throws IOException {
        channel.setOption(StandardSocketOptions.IP_TOS, dscp << 2);
        return this;
    }

    /** @param octet DSCP and ECN */
    public Datagrams trafficClass(int octet) throws IOException {
        channel.setOption(StandardSocketOptions.IP_TOS, octet);
        return this;
    }

    public void send(String address, int port, int number, int length) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(length).putInt(0, number);
        channel.send(payload, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    /** @return number of the next datagram without waiting; null when there is none */
    public @Nullable Integer poll() throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(2048);
        return channel.receive(payload) == null ? null : (Integer) payload.getInt(0);
    }

    /** Waits for a datagram with that number. */
    public boolean receives(int number, Duration deadline) throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() < end) {
            Integer received = poll();
            if (received != null && received == number) {
                return true;
            }
            if (received == null) {
                Thread.sleep(2);
            }
        }
        return false;
    }

    /** Sends the same datagram every now and then until it arrives: neighbours that are being asked for may cost the first ones. */
    public boolean reaches(Datagrams receiver, String address, int port, int number, Duration deadline)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() < end) {
            send(address, port, number, 100);
            if (receiver.receives(number, RESENDING)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
