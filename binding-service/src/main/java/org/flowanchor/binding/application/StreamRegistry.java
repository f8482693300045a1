package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.mobility.LmaAddress;

/** The binding streams this replica serves, and what their receivers say about them. */
public final class StreamRegistry {
    private final Map<Long, StreamStatus> streams = new ConcurrentSkipListMap<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong acknowledgements = new AtomicLong();
    private final AtomicLong rejections = new AtomicLong();
    private final BindingLog log;
    private final InstantSource clock;

    /** @param at when it was said */
    public record Rejection(long version, String error, Instant at) {}

    /**
     * One stream.
     *
     * @param history that both versions are of
     * @param acknowledgedVersion last good version; 0 when there is none
     * @param rejection what was rejected after it
     */
    public record StreamStatus(
            LmaAddress lmaAddress,
            String peer,
            Instant connectedAt,
            String history,
            long sentVersion,
            long acknowledgedVersion,
            Optional<Rejection> rejection) {
        private StreamStatus with(String of, long sent, long acknowledged, Optional<Rejection> last) {
            return new StreamStatus(lmaAddress, peer, connectedAt, of, sent, acknowledged, last);
        }
    }

    public StreamRegistry(BindingLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Returns the stream's number. */
    public long opened(LmaAddress anchor, String peer) {
        long number = next.incrementAndGet();
        streams.put(number, new StreamStatus(anchor, peer, clock.instant(), "", 0, 0, Optional.empty()));
        return number;
    }

    /**
     * @param history of the whole stream
     * @param version 0: a part, which brings the receiver nowhere yet
     */
    public void sent(long number, String history, long version) {
        streams.computeIfPresent(
                number,
                (key, stream) -> stream.with(
                        history, Math.max(version, stream.sentVersion), stream.acknowledgedVersion, stream.rejection));
    }

    /** The receiver forwards by {@code version}. */
    public void acknowledged(long number, long version) {
        acknowledgements.incrementAndGet();
        streams.computeIfPresent(
                number,
                (key, stream) -> stream.with(
                        stream.history,
                        stream.sentVersion,
                        Math.max(Math.min(version, stream.sentVersion), stream.acknowledgedVersion),
                        Optional.empty()));
    }

    /** Writes what a stream has acknowledged so far: released prefixes wait for it. Blocks. */
    public void storeAcknowledged(long number) {
        StreamStatus now = streams.get(number);
        if (now != null) {
            log.acknowledged(now.lmaAddress, new Position(now.acknowledgedVersion, now.history));
        }
    }

    /** The receiver keeps its last good version. */
    public void rejected(long number, long version, String error) {
        rejections.incrementAndGet();
        Rejection rejection = new Rejection(version, error, clock.instant());
        streams.computeIfPresent(
                number,
                (key, stream) -> stream.with(
                        stream.history, stream.sentVersion, stream.acknowledgedVersion, Optional.of(rejection)));
    }

    public void closed(long number) {
        streams.remove(number);
    }

    public List<StreamStatus> streams() {
        return List.copyOf(streams.values());
    }

    public long acknowledgements() {
        return acknowledgements.get();
    }

    public long rejections() {
        return rejections.get();
    }
}
