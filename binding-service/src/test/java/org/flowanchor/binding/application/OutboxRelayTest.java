package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.Test;

/** Leases, pages and publishers by a clock that the test moves; {@code OutboxRelayIT} has the real ones. */
class OutboxRelayTest {
    private static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8::1");
    private static final String TOPIC = "new";
    private static final String HISTORY = "first";
    private static final String FILLED = TOPIC + " of " + HISTORY;
    private static final Runnable NOTHING = () -> {};

    private long now;
    private final Leases leases = new Leases();
    private final AnchorVersions versions = new AnchorVersions();
    private String history = HISTORY;
    private String topic = TOPIC;
    private long bindings;
    private final List<String> published = new ArrayList<>();

    /** Publications during which another replica had the lease, or could have taken it. */
    private final List<String> unprotected = new ArrayList<>();

    /** A replica's relay, with what happens while it prepares and publishes. */
    private final class Relaying {
        private final String replica;
        private final OutboxRelay relay;
        private Runnable preparing = NOTHING;
        private Runnable publishing = NOTHING;
        private int open;

        Relaying(String replica) {
            this.replica = replica;
            this.relay = new OutboxRelay(
                    new Anchor(ANCHOR, 0, List.of()),
                    leases.of(replica),
                    new Log(),
                    Publisher::new,
                    versions,
                    new RelayState(),
                    InstantSource.fixed(Instant.EPOCH),
                    Duration.ofMinutes(10),
                    () -> now);
        }

        void step() {
            try {
                relay.step();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private final class Publisher implements BindingPublisher {
            Publisher() {
                open++;
            }

            @Override
            public String prepare(int partition) {
                preparing.run();
                return topic;
            }

            @Override
            public void publish(LmaAddress anchor, int partition, List<BindingLog.LoggedChange> changes) {
                published.add(replica);
                boolean protectedUntilGivenUp =
                        leases.lessee.equals(replica) && leases.until - now >= PUBLISHING_MOST.toNanos();
                if (!protectedUntilGivenUp) {
                    unprotected.add(replica);
                }
                publishing.run();
            }

            @Override
            public void close() {
                open--;
            }
        }
    }

    @Test
    void aNewTopicIsFilledByOneReplicaHoweverLongItTakes() {
        bindings = 3L * OutboxRelay.BATCH_MAX + 1;
        Relaying first = new Relaying("first");
        Relaying second = new Relaying("second");
        first.publishing = () -> {
            now += seconds(8);
            second.step();
        };
        first.step();
        assertThat(published).hasSize(4).containsOnly("first");
        assertThat(unprotected).isEmpty();
        assertThat(leases.topic).isEqualTo(FILLED);
    }

    @Test
    void aRelayWhosePreparationOutlastedItsLeasePublishesNothingMore() {
        bindings = 1;
        Relaying first = new Relaying("first");
        Relaying second = new Relaying("second");
        first.preparing = () -> {
            now += seconds(24);
            second.step();
        };
        first.step();
        assertThat(published).containsExactly("second");
        assertThat(first.open).isZero();
        assertThat(second.open).isEqualTo(1);
        assertThat(leases.topic).isEqualTo(FILLED);
    }

    @Test
    void nothingIsPublishedUnderALeaseThatEndsBeforeAPublisherGivesUp() {
        leases.topic = FILLED;
        leases.version = 1;
        Relaying first = new Relaying("first");
        first.preparing = () -> now += seconds(12);
        first.step();
        assertThat(published).containsExactly("first");
        assertThat(unprotected).isEmpty();
    }

    @Test
    void aLeaseTheStoreLeftAsItWasIsRenewedBeforeAPublication() {
        leases.topic = FILLED;
        Relaying first = new Relaying("first");
        first.step();
        now += seconds(9);
        leases.version = 1;
        first.step();
        assertThat(published).containsExactly("first");
        assertThat(unprotected).isEmpty();
    }

    @Test
    void aRelayThatLostItsLeaseWhileItPublishedClosesItsPublisherAndLeavesThePositionAlone() {
        leases.topic = FILLED;
        leases.version = 2;
        Relaying first = new Relaying("first");
        // A process that was held.
        first.publishing = () -> {
            now += seconds(60);
            leases.take("second");
        };
        first.step();
        assertThat(leases.position).isZero();
        assertThat(first.open).isZero();
    }

    @Test
    void aTopicThatIsMadeAgainUnderAnIdleRelayIsFilled() {
        bindings = 3;
        leases.topic = FILLED;
        Relaying first = new Relaying("first");
        first.step();
        assertThat(published).isEmpty();
        topic = "made again";
        now += OutboxRelay.LOOK.toNanos();
        first.step();
        first.step();
        assertThat(published).containsExactly("first");
        assertThat(leases.topic).isEqualTo("made again of " + HISTORY);
    }

    @Test
    void aDatabaseThatLostItsLastCommitsIsPublishedAnewFromItsOwnVersion() {
        bindings = 3;
        leases.topic = FILLED;
        leases.position = 1000;
        leases.version = 1000;
        Relaying first = new Relaying("first");
        first.step();
        history = "second";
        leases.version = 900;
        now += OutboxRelay.LOOK.toNanos();
        first.step();
        first.step();
        assertThat(published).hasSize(1);
        assertThat(leases.position).isEqualTo(900);
        leases.version = 950;
        first.step();
        assertThat(leases.position).isEqualTo(950);
    }

    @Test
    void whatIsToldOfAndDoesNotExistIsWaitedForAndNotLookedForAgainAndAgain() {
        leases.topic = FILLED;
        versions.heard(ANCHOR, 100);
        Relaying first = new Relaying("first");
        long began = System.nanoTime();
        first.step();
        first.step();
        assertThat(System.nanoTime() - began).isGreaterThan(seconds(2) * 9 / 10);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** The row of {@code JdbcRelayStore}, by the test's clock. */
    private final class Leases {
        private String lessee = "";
        private long epoch;
        private long until;
        private long position;
        private long version;
        private String topic = "";

        void take(String replica) {
            epoch++;
            lessee = replica;
            until = now + OutboxRelay.LEASE.toNanos();
        }

        RelayStore of(String replica) {
            return new RelayStore() {
                @Override
                public Optional<Lease> lease(LmaAddress anchor, Duration duration) {
                    if (!lessee.equals(replica)) {
                        if (!lessee.isEmpty() && until - now >= 0) {
                            return Optional.empty();
                        }
                        take(replica);
                    } else if (until - now <= duration.toNanos() / 2) {
                        until = now + duration.toNanos();
                    }
                    return Optional.of(new Lease(epoch, position, topic));
                }

                private boolean isHeld(Lease lease) {
                    return lessee.equals(replica) && epoch == lease.epoch();
                }

                @Override
                public boolean renew(LmaAddress anchor, Lease lease, Duration duration) {
                    if (isHeld(lease)) {
                        until = now + duration.toNanos();
                    }
                    return isHeld(lease);
                }

                @Override
                public boolean advance(LmaAddress anchor, Lease lease, long to, Duration duration) {
                    if (isHeld(lease)) {
                        position = to;
                    }
                    return renew(anchor, lease, duration);
                }

                @Override
                public boolean filled(LmaAddress anchor, Lease lease, String filled, long version) {
                    if (isHeld(lease)) {
                        position = Math.min(position, version);
                        topic = filled;
                    }
                    return isHeld(lease);
                }

                @Override
                public void release(LmaAddress anchor, Lease lease) {}

                @Override
                public int prune(LmaAddress anchor, Duration retention, int limit) {
                    return 0;
                }

                @Override
                public long pending() {
                    return version - position;
                }
            };
        }
    }

    /** As many entries as the test wants, and one change per version. */
    private final class Log implements BindingLog {
        @Override
        public Position position(LmaAddress anchor) {
            return new Position(leases.version, history);
        }

        @Override
        public List<BindingCacheEntry> page(LmaAddress anchor, Optional<EntryKey> after, int limit) {
            long from = after.map(
                            key -> Long.parseLong(key.mobileNodeIdentifier().toString()) + 1)
                    .orElse(0L);
            return LongStream.range(from, Math.min(from + limit, bindings))
                    .mapToObj(OutboxRelayTest::entry)
                    .toList();
        }

        @Override
        public List<LoggedChange> after(LmaAddress anchor, long version, int limit) {
            return LongStream.rangeClosed(version + 1, leases.version)
                    .mapToObj(one ->
                            new LoggedChange(one, EntryKey.of(entry(one)), Optional.of(entry(one)), Optional.empty()))
                    .toList();
        }

        @Override
        public Optional<List<LoggedChange>> following(LmaAddress anchor, Position position, int limit) {
            return Optional.of(after(anchor, position.version(), limit));
        }

        @Override
        public void acknowledged(LmaAddress anchor, Position position) {}
    }

    private static BindingCacheEntry entry(long number) {
        return BindingCacheEntry.newBuilder()
                .setMobileNodeIdentifier(Long.toString(number))
                .setBindingIdentifier(1)
                .build();
    }
}
