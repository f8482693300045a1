package org.flowanchor.binding.adapter.rest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Server-sent events: each subscriber reads the log of changes at its own pace on a thread of its own, so a slow one holds up nobody and
 * nothing is kept for it. While the database is away a subscriber waits.
 *
 * <p>Trap: the web server, on its way down, waits for requests in progress. These end before, in the default phase.
 */
@Component
final class EventStreams implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    static final int SUBSCRIBERS_MAX = 64;
    private static final int BATCH = 500;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Without changes a comment is sent, so that both ends notice when the other is gone. */
    private static final Duration COMMENT = Duration.ofSeconds(10);

    private final List<LmaAddress> anchors;
    private final BindingLog log;
    private final AnchorVersions versions;
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    EventStreams(AnchorLoops loops, BindingLog log, AnchorVersions versions) {
        this.anchors = List.copyOf(loops.anchors());
        this.log = log;
        this.versions = versions;
    }

    /** Versions of all anchors, as the id of an event: {@code <LMA address>=<version>}, separated by commas. */
    record Point(Map<LmaAddress, Long> versions) {
        Point {
            versions = new LinkedHashMap<>(versions);
        }

        /** @throws IllegalArgumentException when it is none */
        static Point parse(String text) {
            Map<LmaAddress, Long> versions = new LinkedHashMap<>();
            for (String one : text.split(",", -1)) {
                int equals = one.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("no version: " + one);
                }
                long version = Long.parseLong(one.substring(equals + 1));
                if (version < 0) {
                    throw new IllegalArgumentException("no version: " + one);
                }
                versions.put(LmaAddress.parse(one.substring(0, equals)), version);
            }
            return new Point(versions);
        }

        Point with(LmaAddress anchor, long version) {
            Map<LmaAddress, Long> next = new LinkedHashMap<>(versions);
            next.put(anchor, version);
            return new Point(next);
        }

        long of(LmaAddress anchor) {
            return versions.getOrDefault(anchor, 0L);
        }

        @Override
        public String toString() {
            List<String> words = new ArrayList<>();
            versions.forEach((anchor, version) -> words.add(anchor + "=" + version));
            return String.join(",", words);
        }
    }

    /** @throws TooManySubscribersException when there are {@value #SUBSCRIBERS_MAX} */
    SseEmitter open(Optional<MobileNodeIdentifier> mobileNode, Optional<Point> after) {
        Point from = new Point(Map.of());
        List<Gap> gaps = new ArrayList<>();
        for (LmaAddress anchor : anchors) {
            long now = log.position(anchor).version();
            versions.heard(anchor, now);
            long wanted = after.filter(point -> point.versions().containsKey(anchor))
                    .map(point -> point.of(anchor))
                    .orElse(now);
            if (wanted > now) {
                // The database lost what the subscriber has seen: versions up to there come again, for other changes.
                gaps.add(new Gap(anchor.toString(), wanted, now + 1));
            }
            from = from.with(anchor, Math.min(wanted, now));
        }
        Subscriber subscriber = new Subscriber(mobileNode, from, gaps);
        synchronized (this) {
            if (subscribers.size() >= SUBSCRIBERS_MAX) {
                throw new TooManySubscribersException();
            }
            subscribers.add(subscriber);
        }
        if (running) {
            subscriber.start();
        } else {
            subscriber.end();
        }
        return subscriber.emitter;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        subscribers.forEach(Subscriber::end);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private final class Subscriber {
        private final Optional<MobileNodeIdentifier> mobileNode;
        private final SseEmitter emitter = new SseEmitter(0L);
        private final List<Gap> gaps;
        private Point point;
        private volatile boolean over;
        private long saidNanos = System.nanoTime();

        /** @param gaps what is told first */
        Subscriber(Optional<MobileNodeIdentifier> mobileNode, Point from, List<Gap> gaps) {
            this.mobileNode = mobileNode;
            this.gaps = List.copyOf(gaps);
            this.point = from;
            emitter.onCompletion(this::end);
            emitter.onError(error -> end());
        }

        void start() {
            Thread.ofVirtual().name("events").start(this::run);
        }

        void end() {
            over = true;
            if (subscribers.remove(this)) {
                emitter.complete();
            }
        }

        private void run() {
            try {
                emitter.send(SseEmitter.event().id(point.toString()).comment("from here"));
                for (Gap gap : gaps) {
                    say(gap);
                }
                while (!over) {
                    follow();
                }
            } catch (IOException | IllegalStateException gone) {
                LOG.debug("a subscriber of events left: {}", gone.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                end();
            }
        }

        private void follow() throws IOException, InterruptedException {
            boolean quiet = true;
            LmaAddress first = anchors.getFirst();
            long known = versions.known(first);
            try {
                for (LmaAddress anchor : anchors) {
                    List<LoggedChange> changes = log.after(anchor, point.of(anchor), BATCH);
                    quiet &= changes.isEmpty() && !isBehind(anchor);
                    send(anchor, changes);
                }
            } catch (StoreUnavailableException away) {
                Thread.sleep(RETRY);
            }
            if (System.nanoTime() - saidNanos > COMMENT.toNanos()) {
                say(SseEmitter.event().comment("alive"));
            }
            if (quiet) {
                versions.awaitAbove(first, Math.max(point.of(first), known), LOOK);
            }
        }

        /** Nothing was found. Of what is known to be committed something is there by now, or it was pruned: a gap. */
        private boolean isBehind(LmaAddress anchor) throws IOException {
            long from = point.of(anchor);
            if (versions.known(anchor) <= from) {
                return false;
            }
            long reached = log.position(anchor).version();
            if (reached <= from) {
                return false;
            }
            if (log.after(anchor, from, 1).isEmpty()) {
                passOver(anchor, reached + 1);
            }
            return true;
        }

        private void passOver(LmaAddress anchor, long before) throws IOException {
            long from = point.of(anchor);
            point = point.with(anchor, before - 1);
            say(new Gap(anchor.toString(), from, before));
        }

        private void say(Gap gap) throws IOException {
            say(SseEmitter.event().name("gap").id(point.toString()).data(gap));
        }

        private void send(LmaAddress anchor, List<LoggedChange> changes) throws IOException {
            for (LoggedChange change : changes) {
                if (change.version() > point.of(anchor) + 1) {
                    passOver(anchor, change.version());
                }
                point = point.with(anchor, change.version());
                if (mobileNode.map(change.key().mobileNodeIdentifier()::equals).orElse(true)) {
                    say(SseEmitter.event()
                            .name("binding")
                            .id(point.toString())
                            .data(ChangeItem.of(anchor, change, Optional.empty())));
                }
            }
        }

        private void say(SseEmitter.SseEventBuilder event) throws IOException {
            emitter.send(event);
            saidNanos = System.nanoTime();
        }
    }

    /** Changes above {@code after} and below {@code before} are not kept any more; where it is not below, they never were. */
    record Gap(String lmaAddress, long after, long before) {}
}
