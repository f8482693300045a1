package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.testbed.traffic.EndCommand.Request;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/**
 * Small requests at a fixed rate, each on a new connection. A request that was begun counts as sent in the phase in which it was
 * begun, and as received there when its whole answer came.
 */
final class RequestLoop implements Flow {
    private static final int TIMEOUT_MILLIS = 5000;

    private static final class Phase {
        private long begun;
        private long answered;
        private long octets;
        private long longestNanos;
    }

    private final Request order;
    private final InetSocketAddress target;
    private final InetSocketAddress source;
    private final Thread thread;
    private final Object lock = new Object();
    private final Map<Integer, Phase> phases = new HashMap<>();
    private final ArrivalMeter arrivals;
    private boolean running = true;
    private int phase;
    private String problem = "";

    RequestLoop(Request order, long epochNanos) throws IOException {
        this.order = order;
        target = new InetSocketAddress(InetAddress.ofLiteral(order.to()), order.port());
        source = new InetSocketAddress(InetAddress.ofLiteral(order.from()), 0);
        arrivals = new ArrivalMeter(epochNanos);
        phase = order.phase();
        thread = Thread.ofPlatform().name("request-" + order.flow()).daemon().start(this::begin);
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
            Map<Integer, PhaseAccount> accounts = new HashMap<>();
            phases.forEach((number, counts) -> accounts.put(
                    number,
                    new PhaseAccount(
                            counts.begun,
                            counts.answered,
                            0,
                            0,
                            counts.octets,
                            arrivals.longestGapMillis(number, running && number == phase, now),
                            counts.longestNanos / 1e6)));
            return new FlowAccount(
                    accounts, Arrays.stream(arrivals.bins()).boxed().toList(), problem);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            running = false;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        Pace pace = new Pace(order.perSecond(), System.nanoTime());
        try {
            while (true) {
                pace.await();
                int begunIn;
                synchronized (lock) {
                    begunIn = phase;
                    counts(begunIn).begun++;
                }
                Thread.ofVirtual().start(() -> request(begunIn));
            }
        } catch (InterruptedException e) {
            // Told to stop; requests under way still end.
        }
    }

    private void request(int begunIn) {
        long begun = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(source);
            socket.connect(target, TIMEOUT_MILLIS);
            socket.getOutputStream().write(new byte[RequestServer.REQUEST_OCTETS]);
            int octets = socket.getInputStream().readNBytes(RequestServer.ANSWER_OCTETS).length;
            if (octets < RequestServer.ANSWER_OCTETS) {
                throw new IOException("answer of " + octets + " octets");
            }
            synchronized (lock) {
                long now = System.nanoTime();
                Phase counts = counts(begunIn);
                counts.answered++;
                counts.octets += octets;
                counts.longestNanos = Math.max(counts.longestNanos, now - begun);
                arrivals.arrived(now, octets, phase);
            }
        } catch (IOException e) {
            synchronized (lock) {
                problem = e.toString();
            }
        }
    }

    private Phase counts(int number) {
        return phases.computeIfAbsent(number, ignored -> new Phase());
    }
}
