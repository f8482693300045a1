package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.testbed.traffic.EndCommand.UdpSend;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Sends numbered packets at a fixed rate from a thread of its own. */
final class UdpSender implements Flow {
    private static final int SEND_BUFFER_OCTETS = 4 << 20;

    private final UdpSend order;
    private final DatagramChannel channel;
    private final InetSocketAddress target;
    private final Thread thread;
    // Guarded by itself.
    private final Map<Integer, Long> sentByPhase = new HashMap<>();
    private volatile boolean stopped;
    private volatile int phase;
    private volatile String problem = "";

    UdpSender(UdpSend order) throws IOException {
        this.order = order;
        this.phase = order.phase();
        // Not connected: an unreachable that comes back for one packet must not be reported for the next.
        channel = DatagramChannel.open(StandardProtocolFamily.INET6);
        // What stands in a local queue counts against this buffer: a small one would hold the sender back instead of
        // losing.
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_OCTETS);
        channel.setOption(StandardSocketOptions.IP_TOS, order.trafficClass());
        channel.bind(new InetSocketAddress("::", order.sourcePort()));
        target = new InetSocketAddress(order.to(), order.port());
        thread = Thread.ofPlatform().name("send-" + order.flow()).daemon().start(this::send);
    }

    @Override
    public void phase(int phase) {
        this.phase = phase;
    }

    @Override
    public FlowAccount account() {
        Map<Integer, PhaseAccount> phases = new HashMap<>();
        synchronized (sentByPhase) {
            sentByPhase.forEach((number, sent) -> phases.put(number, new PhaseAccount(sent, 0, 0, 0, 0, 0, 0)));
        }
        return new FlowAccount(phases, List.of(), problem);
    }

    @Override
    public void close() {
        // Not interrupted: that would cut off a packet which is counted already.
        stopped = true;
        try {
            thread.join();
            channel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            problem = e.toString();
        }
    }

    private void send() {
        ByteBuffer packet = ByteBuffer.allocateDirect(order.payloadOctets());
        Pace pace = new Pace(order.packetsPerSecond(), System.nanoTime());
        try {
            for (long sequence = 0; !stopped; sequence++) {
                pace.await();
                int current = phase;
                UdpPacket.write(packet, sequence, System.nanoTime(), current);
                packet.clear();
                // Counted before it is sent: a packet on its way is never unaccounted for.
                synchronized (sentByPhase) {
                    sentByPhase.merge(current, 1L, Long::sum);
                }
                channel.send(packet, target);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            problem = e.toString();
        }
    }
}
