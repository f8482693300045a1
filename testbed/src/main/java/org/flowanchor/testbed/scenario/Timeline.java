package org.flowanchor.testbed.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.report.Series;

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

    /** Downlink of each access, from every second reading: half a second smooths what one shaper burst does to a quarter. */
    List<Series> perAccess(long epochNanos) {
        List<Sample> all = samples();
        List<Sample> every = IntStream.range(0, all.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(all::get)
                .toList();
        double[] seconds = every.stream()
                .mapToDouble(sample -> (sample.nanos() - epochNanos) / 1e9)
                .toArray();
        List<Series> lines = new ArrayList<>();
        for (Access access : Access.values()) {
            lines.add(Series.ofCounter(
                    access.name(),
                    seconds,
                    every.stream()
                            .mapToLong(sample -> sample.received().of(access).bytes())
                            .toArray()));
        }
        return lines;
    }

    /** Most packets per second, up and down over both accesses, between two neighbouring readings. */
    double busiestPacketsPerSecond() {
        double busiest = 0;
        List<Sample> all = samples();
        for (int i = 4; i < all.size(); i += 4) {
            Sample from = all.get(i - 4);
            Sample to = all.get(i);
            long packets = 0;
            for (Access access : Access.values()) {
                packets += to.received().since(from.received()).of(access).packets();
                packets += to.sent().since(from.sent()).of(access).packets();
            }
            busiest = Math.max(busiest, packets * 1e9 / (to.nanos() - from.nanos()));
        }
        return busiest;
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
