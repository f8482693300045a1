package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time alone brings about: deletes entries whose lifetime or whose MinDelayBeforeBCEDelete is over, repeats or gives up messages that
 * gateways have not answered, ends idle states. Every replica runs it: due times are rows, and an
 * entry that another replica has deleted is not there any more when this one decides.
 */
public final class ExpiryLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryLoop.class);
    private static final int LIMIT = 256;
    private static final Duration PUT_OFF = Duration.ofSeconds(30);

    /** In periods, while too much waits for a decision already. */
    private static final int PAUSE_MOST = 8;

    private final List<LmaAddress> anchors;
    private final BindingCache cache;
    private final BindingStore store;
    private final AnchorLoops loops;
    private final RegistrationMetrics metrics;
    private final Consumer<MessageKind> unanswered;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration period;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<LmaAddress> failing = new HashSet<>();
    /** What could not be decided, and until when nobody tries again. */
    private final Map<LmaAddress, Map<MobileNodeIdentifier, Instant>> putOff = new HashMap<>();

    private final Map<LmaAddress, Pause> paused = new HashMap<>();

    /**
     * What became of what was due.
     *
     * @param expired entries whose time was over
     * @param unanswered messages that are given up
     */
    private record Due(int expired, List<OutstandingMessage.Key> unanswered) {}

    private enum Look {
        DONE,
        MORE,
        /** Not decided: too much waits already. */
        OVERLOADED
    }

    /**
     * @param most how many periods it may be, the more the oftener it was overloaded in a row
     * @param left of them; drawn, so that replicas do not come back together
     */
    private record Pause(int most, int left) {
        static final Pause NONE = new Pause(1, 0);

        Pause next(RandomGenerator random) {
            return new Pause(Math.min(2 * most, PAUSE_MOST), random.nextInt(1, most + 1));
        }

        Pause shorter() {
            return new Pause(most, left - 1);
        }
    }

    /** @param unanswered is told of each message that is given up */
    public ExpiryLoop(
            List<LmaAddress> anchors,
            BindingCache cache,
            BindingStore store,
            AnchorLoops loops,
            RegistrationMetrics metrics,
            Consumer<MessageKind> unanswered,
            InstantSource clock,
            RandomGenerator random,
            Duration period) {
        this.anchors = List.copyOf(anchors);
        this.cache = cache;
        this.store = store;
        this.loops = loops;
        this.metrics = metrics;
        this.unanswered = unanswered;
        this.clock = clock;
        this.random = random;
        this.period = period;
    }

    @Override
    public void run() {
        try {
            while (!stop.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                expireAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes all that is due now, but for anchors where that came to nothing lately because too much waited. */
    public void expireAll() {
        anchors.forEach(this::expire);
    }

    private void expire(LmaAddress anchor) {
        Pause pause = paused.getOrDefault(anchor, Pause.NONE);
        if (pause.left() > 0) {
            paused.put(anchor, pause.shorter());
            return;
        }
        try {
            Look look = Look.MORE;
            while (stop.getCount() > 0 && look == Look.MORE) {
                look = expireOnce(anchor);
            }
            if (look == Look.OVERLOADED) {
                metrics.expiryOverloaded();
                paused.put(anchor, pause.next(random));
            } else {
                paused.remove(anchor);
            }
            if (failing.remove(anchor)) {
                LOG.info("expiry of anchor {} goes on", anchor);
            }
        } catch (StoreConflictException busy) {
            // Another replica writes the same rows. Whoever looks next finds what is still due.
            LOG.debug("expiry of anchor {}: {}", anchor, busy.getMessage());
        } catch (RuntimeException e) {
            if (failing.add(anchor)) {
                LOG.warn("expiry of anchor {} stands still: {}", anchor, e.getMessage());
            }
        }
    }

    private Look expireOnce(LmaAddress anchor) {
        Instant now = clock.instant();
        Map<MobileNodeIdentifier, Instant> later = putOff.computeIfAbsent(anchor, one -> new HashMap<>());
        later.values().removeIf(until -> !until.isAfter(now));
        int limit = LIMIT + later.size();
        List<MobileNodeIdentifier> found = store.due(anchor, now, limit);
        List<MobileNodeIdentifier> due =
                found.stream().filter(one -> !later.containsKey(one)).toList();
        if (due.isEmpty()) {
            return Look.DONE;
        }
        List<MobileNodeIdentifier> decided = due;
        boolean overloaded = false;
        try {
            Optional<Due> done = submit(anchor, due, now).join();
            if (done.isEmpty()) {
                return Look.OVERLOADED;
            }
            tell(done.get());
        } catch (CompletionException together) {
            if (!isOfWork(together)) {
                throw together;
            }
            decided = oneByOne(anchor, due, now, later);
            overloaded =
                    decided.size() + due.stream().filter(later::containsKey).count() < due.size();
        }
        store.postpone(anchor, decided, now);
        return overloaded ? Look.OVERLOADED : found.size() >= limit ? Look.MORE : Look.DONE;
    }

    /** Empty: overloaded. */
    private CompletableFuture<Optional<Due>> submit(LmaAddress anchor, List<MobileNodeIdentifier> due, Instant now) {
        BatchScope scope = BatchScope.of(due);
        return loops.submit(
                anchor,
                scope,
                AnchorLoops.begun(),
                transaction -> Optional.of(decide(transaction, scope, now)),
                Optional.empty());
    }

    private void tell(Due done) {
        metrics.expired(done.expired());
        done.unanswered().forEach(message -> {
            unanswered.accept(message.kind());
            LOG.warn("gateway {} does not answer: {}", message.gateway(), message.kind());
        });
    }

    /** One of them cannot be decided: it keeps nobody else from its turn. Returns those that could. */
    private List<MobileNodeIdentifier> oneByOne(
            LmaAddress anchor, List<MobileNodeIdentifier> due, Instant now, Map<MobileNodeIdentifier, Instant> later) {
        Map<MobileNodeIdentifier, CompletableFuture<Optional<Due>>> each = new LinkedHashMap<>();
        due.forEach(one -> each.put(one, submit(anchor, List.of(one), now)));
        List<MobileNodeIdentifier> decided = new ArrayList<>();
        each.forEach((mobileNode, done) -> {
            try {
                done.join().ifPresent(one -> {
                    tell(one);
                    decided.add(mobileNode);
                });
            } catch (CompletionException e) {
                if (!isOfWork(e)) {
                    throw e;
                }
                LOG.warn("expiry of anchor {}: {} is put off: {}", anchor, mobileNode, e.getMessage());
                later.put(mobileNode, now.plus(PUT_OFF));
            }
        });
        return decided;
    }

    /** What was to be decided failed, not the store or the process. */
    private static boolean isOfWork(CompletionException failure) {
        return failure.getCause() instanceof RuntimeException cause && !(cause instanceof StoreUnavailableException);
    }

    private Due decide(BindingTransaction transaction, BatchScope scope, Instant now) {
        int expired = 0;
        List<OutstandingMessage.Key> unanswered = new ArrayList<>();
        for (MobileNodeIdentifier mobileNode : scope.mobileNodes()) {
            MobileNodeBindings bindings = transaction.bindings(mobileNode);
            List<BindingRecord> records = cache.due(bindings, now);
            transaction.replay(mobileNode, records);
            for (BindingRecord record : records) {
                switch (record) {
                    case BindingRecord.EntryRemoved(BindingIdentifier identifier) ->
                        expired += bindings.entry(identifier)
                                        .filter(entry -> entry.isDue(now))
                                        .isPresent()
                                ? 1
                                : 0;
                    case BindingRecord.MessageSettled(OutstandingMessage.Key key) ->
                        bindings.outstanding(key.gateway(), key.kind())
                                .filter(message -> message.isDue(now))
                                .ifPresent(message -> unanswered.add(key));
                    case BindingRecord.EntryWritten written -> {}
                    case BindingRecord.MessageSent sent -> {}
                }
            }
        }
        return new Due(expired, unanswered);
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
