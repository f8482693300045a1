package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.binding.application.BindingStream;
import org.flowanchor.binding.application.BindingStream.FellBehindException;
import org.flowanchor.binding.application.BindingStream.Step;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a subscriber that folds the steps of a stream knows, against the database. */
class BindingStreamIT {
    private static final int NODES = 1_700;

    private TestDatabase database;
    private Replica one;
    private Replica two;

    /** Folds steps as an agent does. */
    private static final class Subscriber {
        private final Map<String, BindingCacheEntry> known = new TreeMap<>();
        private final List<Step> steps = new ArrayList<>();
        private Optional<Position> position = Optional.empty();
        private boolean amid;

        void take(Step step) {
            steps.add(step);
            if (step.fullState() && !amid) {
                known.clear();
            }
            amid = step.more();
            step.removed().forEach(key -> known.remove(name(key)));
            step.entries().forEach(entry -> known.put(name(key(entry)), entry));
            if (!step.more()) {
                position = Optional.of(step.position());
            }
        }

        /** Follows until it is at {@code version}. */
        void until(BindingStream stream, long version) throws InterruptedException {
            while (position.isEmpty() || position.get().version() < version) {
                stream.next().ifPresent(this::take);
            }
        }

        long entriesSent() {
            return steps.stream().mapToLong(step -> step.entries().size()).sum();
        }
    }

    private static EntryKey key(BindingCacheEntry entry) {
        return new EntryKey(
                new MobileNodeIdentifier(entry.getMobileNodeIdentifier()),
                new BindingIdentifier(entry.getBindingIdentifier()));
    }

    private static String name(EntryKey key) {
        return key.mobileNodeIdentifier() + "/" + key.bindingIdentifier();
    }

    private static BindingStream stream(Replica replica, Optional<Position> applied) {
        return new BindingStream(ANCHOR, replica.log(), replica.versions(), applied);
    }

    @BeforeEach
    void fill() {
        database = TestDatabase.migrated();
        one = new Replica(database);
        two = new Replica(database);
        List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            sent.add((i % 2 == 0 ? one : two).submit(crowd(i)));
        }
        sent.forEach(CompletableFuture::join);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        database.close();
    }

    private static Update crowd(int number) {
        return wlan().of(new MobileNodeIdentifier("crowd-" + number));
    }

    private static void assertKnows(Subscriber subscriber, Replica replica) {
        Map<String, BindingCacheEntry> stored = new TreeMap<>();
        replica.snapshot().entries().forEach(entry -> stored.put(name(key(entry)), entry));
        assertThat(subscriber.known).isEqualTo(stored);
    }

    @Test
    void fullStateComesInPartsOfOneMomentWhateverHappensBetweenThem() throws Exception {
        Random random = new Random(7);
        BindingStream stream = stream(one, Optional.empty());
        Subscriber subscriber = new Subscriber();
        int more = 0;
        while (subscriber.position.isEmpty()) {
            subscriber.take(stream.next().orElseThrow());
            if (more++ < 4) {
                // Behind and before the pages already read: extensions, new nodes, nodes that go.
                for (int i = 0; i < 40; i++) {
                    int node = random.nextInt(NODES);
                    Update update = crowd(i % 4 == 0 ? NODES + node : node).at(START.plusMillis(10L * more + i));
                    two.decide(i % 4 == 1 ? update.deregistration() : update.handoff(5));
                }
                two.expire(START.plusSeconds(20));
            }
        }
        assertThat(subscriber.steps).hasSizeGreaterThan(4).allMatch(Step::fullState);
        assertThat(subscriber.steps.subList(0, subscriber.steps.size() - 1)).allMatch(Step::more);
        assertThat(subscriber.steps).allMatch(step -> step.entries().size() <= 755);
        assertThat(subscriber.position.map(Position::version))
                .contains(one.log().position(ANCHOR).version());
        assertKnows(subscriber, one);
    }

    @Test
    void anotherReplicaResendsOnlyWhatDiffers() throws Exception {
        Subscriber subscriber = new Subscriber();
        long filled = one.log().position(ANCHOR).version();
        subscriber.until(stream(one, Optional.empty()), filled);
        long sent = subscriber.entriesSent();
        one.accepted(crowd(3).handoff(5).at(START.plusMillis(5)));
        two.accepted(crowd(4).handoff(5).at(START.plusMillis(5)));
        BindingStream continued = stream(two, subscriber.position);
        Step first = continued.next().orElseThrow();
        assertThat(first.fullState()).isFalse();
        subscriber.take(first);
        assertThat(subscriber.entriesSent()).isEqualTo(sent + 2);
        assertKnows(subscriber, two);
    }

    @Test
    void subscriberThatLacksNothingIsToldSoAtOnce() throws Exception {
        Subscriber subscriber = new Subscriber();
        subscriber.until(
                stream(one, Optional.empty()), one.log().position(ANCHOR).version());
        Step first = stream(two, subscriber.position).next().orElseThrow();
        assertThat(first.fullState()).isFalse();
        assertThat(first.entries()).isEmpty();
        assertThat(first.position()).isEqualTo(subscriber.position.orElseThrow());
    }

    @Test
    void versionBeforeTheKeptChangesOrOfAnotherHistoryMeansAFullState() throws Exception {
        Position now = one.log().position(ANCHOR);
        long kept = database.number("SELECT min(version) FROM outbox WHERE version > 100");
        database.execute("DELETE FROM outbox WHERE version <= " + kept);
        assertThat(first(new Position(kept, now.history())).fullState()).isFalse();
        assertThat(first(new Position(kept - 1, now.history())).fullState()).isTrue();
        assertThat(first(new Position(now.version(), "of a restored backup")).fullState())
                .isTrue();
        assertThat(first(new Position(now.version() + 1, now.history())).fullState())
                .isTrue();
        assertThat(first(new Position(-1, now.history())).fullState()).isTrue();
        two.accepted(crowd(9).handoff(5).at(START.plusMillis(9)));
        database.execute("DELETE FROM outbox");
        Position last = one.log().position(ANCHOR);
        assertThat(first(last).fullState()).isFalse();
        assertThat(first(new Position(last.version() - 1, last.history())).fullState())
                .isTrue();
    }

    /** A standby takes over that has not got the last changes, and others take their versions. */
    @Test
    void streamUnderWayEndsWhereTheDatabaseLostWhatItSent() throws Exception {
        BindingStream following = stream(one, Optional.of(one.log().position(ANCHOR)));
        following.next();
        BindingStream reading = stream(two, Optional.empty());
        assertThat(reading.next().orElseThrow().more()).isTrue();
        long version = one.log().position(ANCHOR).version();
        one.accepted(crowd(1).handoff(5).at(START.plusMillis(1)));
        assertThat(following.next().orElseThrow().entries()).hasSize(1);

        database.execute("UPDATE anchor SET version = version - 1, last_transaction = 4711,"
                + " incarnation = gen_random_uuid()");
        database.execute("DELETE FROM outbox WHERE version > " + version);
        for (int i = 2; i < 5; i++) {
            one.accepted(crowd(i).handoff(5).at(START.plusMillis(i)));
        }

        assertThatThrownBy(following::next).isInstanceOf(FellBehindException.class);
        assertThatThrownBy(() -> {
                    while (true) {
                        reading.next();
                    }
                })
                .isInstanceOf(FellBehindException.class);
    }

    /** At a replica that has written nothing, so that it knows what the database keeps and no more. */
    private Step first(Position applied) throws InterruptedException {
        try (Replica fresh = new Replica(database)) {
            return stream(fresh, Optional.of(applied)).next().orElseThrow();
        }
    }

    @Test
    void streamThatTheRetentionOvertakesEndsRatherThanSkips() throws Exception {
        BindingStream stream = stream(two, Optional.of(two.log().position(ANCHOR)));
        stream.next();
        one.accepted(crowd(1).handoff(5).at(START.plusMillis(1)));
        one.accepted(crowd(2).handoff(5).at(START.plusMillis(1)));
        database.execute("DELETE FROM outbox WHERE version <= " + (NODES + 1));
        assertThatThrownBy(stream::next).isInstanceOf(FellBehindException.class);
    }

    @Test
    void streamOfWhichTheRetentionLeftNothingEndsRatherThanWaits() throws Exception {
        long version = one.log().position(ANCHOR).version();
        BindingStream stream = stream(two, Optional.of(two.log().position(ANCHOR)));
        stream.next();
        one.accepted(crowd(1).handoff(5).at(START.plusMillis(1)));
        database.execute("DELETE FROM outbox");
        Await.until("the other replica knows", () -> two.versions().known(ANCHOR) > version);
        assertThatThrownBy(stream::next).isInstanceOf(FellBehindException.class);
    }

    /** A fail-over may lose what was told of: the stream waits for the next change, and does not ask again and again until then. */
    @Test
    void whatIsToldOfAndDoesNotExistIsLookedForOnce() throws Exception {
        long version = one.log().position(ANCHOR).version();
        BindingStream stream = stream(two, Optional.of(two.log().position(ANCHOR)));
        stream.next();
        two.versions().heard(ANCHOR, version + 1);
        assertThat(stream.next()).isEmpty();
        long began = System.nanoTime();
        assertThat(stream.next()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
    }

    @Test
    void whatAReplicaCommittedItsStreamsNeedNotRead() throws Exception {
        // The other replica wrote before: a run of its own begins here.
        one.accepted(crowd(3).handoff(5).at(START.plusMillis(1)));
        BindingStream stream = stream(one, Optional.of(one.log().position(ANCHOR)));
        stream.next();
        long before = one.log().position(ANCHOR).version();
        one.accepted(crowd(1).handoff(5).at(START.plusMillis(1)));
        one.accepted(crowd(2).handoff(5).at(START.plusMillis(1)));
        BindingStream fromTheDatabase = stream(
                two, Optional.of(new Position(before, two.log().position(ANCHOR).history())));
        List<BindingCacheEntry> read = fromTheDatabase.next().orElseThrow().entries();
        database.execute("DELETE FROM outbox");

        Step step = stream.next().orElseThrow();
        assertThat(step.position().version()).isEqualTo(before + 2);
        assertThat(step.entries()).hasSize(2).containsExactlyElementsOf(read);
    }

    @Test
    void acknowledgementsOnlyGrow() {
        one.acknowledged(7);
        two.acknowledged(5);
        assertThat(database.number("SELECT version FROM anchor_acknowledgement"))
                .isEqualTo(7);
    }

    /** It was told by a stream that has not looked at the database since that lost its last commits. */
    @Test
    void anAcknowledgementOfALostHistoryFreesNothing() throws Exception {
        Position before = one.log().position(ANCHOR);
        one.log().acknowledged(ANCHOR, new Position(7, before.history()));
        database.execute("UPDATE anchor SET incarnation = gen_random_uuid()");
        one.log().acknowledged(ANCHOR, new Position(9, before.history()));
        assertThat(database.number("SELECT version FROM anchor_acknowledgement"))
                .isEqualTo(7);
        one.acknowledged(9);
        assertThat(database.number("SELECT version FROM anchor_acknowledgement"))
                .isEqualTo(9);
    }

    @Test
    void commitsOfOneReplicaWakeStreamsOfTheOther() throws Exception {
        BindingStream stream = stream(two, Optional.of(two.log().position(ANCHOR)));
        stream.next();
        long version = one.log().position(ANCHOR).version();
        one.accepted(crowd(1).handoff(5).at(START.plusMillis(1)));
        two.versions().awaitAbove(ANCHOR, version, Duration.ofSeconds(60));
        // Told, not found by looking: nothing but the notice advances what this replica knows.
        assertThat(two.versions().awaitCommittedAbove(ANCHOR, version, Duration.ZERO))
                .isLessThanOrEqualTo(version);
        assertThat(stream.next().orElseThrow().entries()).hasSize(1);
    }
}
