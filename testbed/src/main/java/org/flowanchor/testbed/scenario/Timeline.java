package org.flowanchor.testbed.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.testbed.lab.CarriedTraffic;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.LabException;

/** Readings of the lab's counters four times a second while a scenario plays, for plots and for rates. */
final class Timeline implements AutoCloseable {
    private static final long INTERVAL_NANOS = 250_000_000;

    /**
     * One reading.
     *
     * @param received downlink at the mobile node
     * @param sent uplink at the mobile node
     */
    record Sample(long nanos, Reading received, Reading sent) {}

    private final CarriedTraffic carried;
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Timeline(CarriedTraffic carried) {
        this.carried = carried;
        this.thread = Thread.ofPlatform().name("timeline").daemon().start(this::sample);
    }

    List<Sample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sample() {
        long next = System.nanoTime();
        while (!closed) {
            try {
                Sample sample = new Sample(System.nanoTime(), carried.received(), carried.sent());
                synchronized (samples) {
                    samples.add(sample);
                }
            } catch (LabException e) {
                // The lab is being removed while the scenario ends.
                return;
            }
            next += INTERVAL_NANOS;
            long left;
            while (!closed && (left = next - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
