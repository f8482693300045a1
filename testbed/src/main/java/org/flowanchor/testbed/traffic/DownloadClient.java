package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.testbed.traffic.EndCommand.Download;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Downloads numbered blocks and accounts for them and for the octets as they become readable. */
final class DownloadClient implements Flow {
    private final Socket socket;
    private final Thread thread;
    private final Object lock = new Object();
    private final SequenceAccount blocks = new SequenceAccount();
    private final ArrivalMeter arrivals;
    private final Map<Integer, Long> octets = new HashMap<>();
    private int phase;
    private boolean receiving = true;
    private volatile String problem = "";

    DownloadClient(Download order, long epochNanos) throws IOException {
        arrivals = new ArrivalMeter(epochNanos);
        phase = order.phase();
        socket = new Socket();
        // Before connecting: the window scale is agreed in the handshake.
        socket.setReceiveBufferSize(order.receiveBufferOctets());
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(order.from()), order.sourcePort()));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(order.to()), order.port()), 5000);
        thread = Thread.ofPlatform().name("download-" + order.flow()).daemon().start(this::receive);
    }

    @Override
    public void phase(int phase) {
        synchronized (lock) {
            this.phase = phase;
        }
    }

    @Override
    public FlowAccount account() {
        long now = System.nanoTime();
        synchronized (lock) {
            Map<Integer, PhaseAccount> phases = new HashMap<>();
            for (int number : octets.keySet()) {
                boolean open = receiving && number == phase;
                phases.put(
                        number,
                        new PhaseAccount(
                                0,
                                blocks.received(number),
                                blocks.duplicated(number),
                                blocks.reordered(number),
                                octets.getOrDefault(number, 0L),
                                arrivals.longestGapMillis(number, open, now),
                                0));
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
            socket.close();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            problem = e.toString();
        }
    }

    private void receive() {
        byte[] chunk = new byte[64 * DownloadServer.BLOCK];
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES);
        long position = 0;
        try {
            InputStream in = socket.getInputStream();
            int length;
            while ((length = in.read(chunk)) >= 0) {
                long now = System.nanoTime();
                synchronized (lock) {
                    arrivals.arrived(now, length, phase);
                    octets.merge(phase, (long) length, Long::sum);
                    for (int i = 0; i < length; i++, position++) {
                        int inBlock = (int) (position % DownloadServer.BLOCK);
                        if (inBlock < Long.BYTES) {
                            head.put(inBlock, chunk[i]);
                        } else if (inBlock == DownloadServer.BLOCK - 1) {
                            blocks.arrived(head.getLong(0), phase);
                        } else {
                            // Padding: on to the last octet of the block, or of what was read.
                            int skip = Math.min(DownloadServer.BLOCK - 2 - inBlock, length - 1 - i);
                            i += skip;
                            position += skip;
                        }
                    }
                }
            }
            problem = receiving() ? "the server closed the connection" : "";
        } catch (IOException e) {
            problem = receiving() ? e.toString() : "";
        }
    }

    private boolean receiving() {
        synchronized (lock) {
            return receiving;
        }
    }
}
