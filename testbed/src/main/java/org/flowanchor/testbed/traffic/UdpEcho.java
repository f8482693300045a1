package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.testbed.traffic.EndCommand.Echo;
import org.flowanchor.testbed.traffic.EndCommand.Probe;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Sends UDP packets back; and, as a static method, the side that asks. */
final class UdpEcho implements Flow {
    private final DatagramSocket socket;
    private final AtomicLong echoed = new AtomicLong();
    private volatile String problem = "";

    UdpEcho(Echo order) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress("::", order.port()));
        Thread.ofPlatform().name("echo-" + order.flow()).daemon().start(this::echo);
    }

    /** One packet there and back. */
    static ProbeAnswer probe(Probe order) throws IOException {
        try (DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(order.from()), order.sourcePort()))) {
            socket.setTrafficClass(order.trafficClass());
            socket.setSoTimeout(order.timeoutMillis());
            long sent = System.nanoTime();
            byte[] payload = ByteBuffer.allocate(64).putLong(sent).array();
            socket.send(new DatagramPacket(payload, payload.length, InetAddress.ofLiteral(order.to()), order.port()));
            DatagramPacket answer = new DatagramPacket(new byte[64], 64);
            do {
                socket.receive(answer);
            } while (ByteBuffer.wrap(answer.getData()).getLong() != sent);
            return new ProbeAnswer(true, (System.nanoTime() - sent) / 1e6);
        } catch (SocketTimeoutException e) {
            return new ProbeAnswer(false, 0);
        }
    }

    @Override
    public void phase(int phase) {}

    @Override
    public FlowAccount account() {
        return new FlowAccount(Map.of(0, new PhaseAccount(0, echoed.get(), 0, 0, 0, 0, 0)), List.of(), problem);
    }

    @Override
    public void close() {
        socket.close();
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                socket.receive(packet);
                echoed.incrementAndGet();
                socket.send(packet);
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                problem = e.toString();
            }
        }
    }
}
