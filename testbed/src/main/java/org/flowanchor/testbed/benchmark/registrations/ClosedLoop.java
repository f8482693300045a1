package org.flowanchor.testbed.benchmark.registrations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** So many updates under way, each followed by the next when it is answered. */
final class ClosedLoop {
    private static final int TOLD_MAX = 5;

    private final Door door;
    private final AtomicInteger told = new AtomicInteger();
    private final List<Place> places = new ArrayList<>();
    private final BlockingQueue<Place> answered = new LinkedBlockingQueue<>();

    /** Where updates go in. */
    @FunctionalInterface
    interface Door {
        /** Never blocks; {@code answer} may be called by any thread, once. */
        void send(Errand errand, Answer answer);
    }

    /** What becomes of an update. */
    interface Answer {
        void accepted(List<HomeNetworkPrefix> prefixes);

        /** @param why for people */
        void refused(String why);
    }

    /** One of the updates under way. */
    private final class Place implements Answer {
        private final Crowd crowd;
        private long sentAt;
        private long answeredAt;
        private Optional<List<HomeNetworkPrefix>> outcome = Optional.empty();

        Place(Crowd crowd) {
            this.crowd = crowd;
        }

        void send(Errand errand) {
            sentAt = System.nanoTime();
            door.send(errand, this);
        }

        @Override
        public void accepted(List<HomeNetworkPrefix> prefixes) {
            answer(Optional.of(prefixes));
        }

        @Override
        public void refused(String why) {
            if (told.getAndIncrement() < TOLD_MAX) {
                System.err.println("refused: " + why);
            }
            answer(Optional.empty());
        }

        private void answer(Optional<List<HomeNetworkPrefix>> of) {
            answeredAt = System.nanoTime();
            outcome = of;
            answered.add(this);
        }

        /** True when it was accepted. */
        boolean settle() {
            outcome.ifPresentOrElse(crowd::accepted, crowd::refused);
            return outcome.isPresent();
        }
    }

    /**
     * @param run name of the crowd
     * @param mobileNodes attached at a time, about
     * @param inFlight updates under way
     */
    ClosedLoop(Door door, String run, int mobileNodes, int inFlight, int gateways) {
        this.door = door;
        for (int i = 0; i < inFlight; i++) {
            places.add(new Place(new Crowd(run, i, mobileNodes / inFlight + 1, gateways)));
        }
    }

    /** Attaches the whole crowd. */
    LoadResult fill() throws InterruptedException {
        return play(Long.MAX_VALUE, Crowd::nextAttachment);
    }

    LoadResult run(double seconds) throws InterruptedException {
        return play((long) (seconds * 1e9), crowd -> Optional.of(crowd.next()));
    }

    @FunctionalInterface
    private interface Choice {
        Optional<Errand> next(Crowd crowd);
    }

    private LoadResult play(long nanos, Choice choice) throws InterruptedException {
        long began = System.nanoTime();
        double processorBegan = processorSeconds();
        Latencies latencies = new Latencies();
        long refused = 0;
        int underWay = 0;
        for (Place place : places) {
            Optional<Errand> errand = choice.next(place.crowd);
            if (errand.isPresent()) {
                place.send(errand.get());
                underWay++;
            }
        }
        while (underWay > 0) {
            Place place = answered.take();
            if (place.settle()) {
                latencies.add(place.answeredAt - place.sentAt);
            } else {
                refused++;
            }
            Optional<Errand> errand = System.nanoTime() - began < nanos ? choice.next(place.crowd) : Optional.empty();
            if (errand.isPresent()) {
                place.send(errand.get());
            } else {
                underWay--;
            }
        }
        return LoadResult.of(
                latencies.all(), refused, (System.nanoTime() - began) / 1e9, processorSeconds() - processorBegan);
    }

    static double processorSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private static final class Latencies {
        private long[] nanos = new long[1 << 16];
        private int count;

        void add(long one) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = one;
        }

        long[] all() {
            return Arrays.copyOf(nanos, count);
        }
    }
}
