package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.testbed.traffic.EndCommand.UdpReceive;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Receives numbered packets on a platform thread of its own and accounts for each. */
final class UdpReceiver implements Flow {
    /** As the kernel accounts it: it doubles what a socket asks for, up to twice net.core.rmem_max. */
    private static final int BUFFER_OCTETS = 8 << 20;

    private final DatagramChannel channel;
    private final Thread thread;
    private final Object lock = new Object();
    private final SequenceAccount sequences = new SequenceAccount();
    private final ArrivalMeter arrivals;
    private final Map<Integer, Long> octets = new HashMap<>();
    private final Map<Integer, Long> longestDelayNanos = new HashMap<>();
    private int latestPhase;
    private boolean receiving = true;
    private volatile String problem = "";

    UdpReceiver(UdpReceive order, long epochNanos) throws IOException {
        arrivals = new ArrivalMeter(epochNanos);
        channel = DatagramChannel.open(StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_OCTETS / 2);
        int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        if (granted < BUFFER_OCTETS / 2) {
            channel.close();
            throw new IOException("receive buffer of " + 2 * granted + " octets instead of " + BUFFER_OCTETS
                    + ": net.core.rmem_max is below " + BUFFER_OCTETS / 2);
        }
        channel.bind(new InetSocketAddress("::", order.port()));
        thread = Thread.ofPlatform().name("receive-" + order.flow()).daemon().start(this::receive);
    }

    /** Has no meaning here: each packet names its phase. */
    @Override
    public void phase(int phase) {}

    @Override
    public FlowAccount account() {
        long now = System.nanoTime();
        synchronized (lock) {
            Map<Integer, PhaseAccount> phases = new HashMap<>();
            for (int phase : sequences.phases()) {
                boolean open = receiving && phase == latestPhase;
                phases.put(
                        phase,
                        new PhaseAccount(
                                0,
                                sequences.received(phase),
                                sequences.duplicated(phase),
                                sequences.reordered(phase),
                                octets.getOrDefault(phase, 0L),
                                arrivals.longestGapMillis(phase, open, now),
                                longestDelayNanos.getOrDefault(phase, 0L) / 1e6));
            }
            return new FlowAccount(
                    phases, Arrays.stream(arrivals.bins()).boxed().toList(), problem);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            receiving = false;
        }
        try {
            channel.close();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            problem = e.toString();
        }
    }

    private void receive() {
        ByteBuffer packet = ByteBuffer.allocateDirect(2048);
        try {
            while (true) {
                packet.clear();
                channel.receive(packet);
                long now = System.nanoTime();
                if (packet.position() >= UdpPacket.HEAD) {
                    int phase = UdpPacket.phase(packet);
                    synchronized (lock) {
                        sequences.arrived(UdpPacket.sequence(packet), phase);
                        arrivals.arrived(now, packet.position(), phase);
                        octets.merge(phase, (long) packet.position(), Long::sum);
                        longestDelayNanos.merge(phase, now - UdpPacket.sentNanos(packet), Math::max);
                        latestPhase = phase;
                    }
                }
            }
        } catch (ClosedChannelException e) {
            // Told to stop.
        } catch (IOException e) {
            problem = e.toString();
        }
    }
}
