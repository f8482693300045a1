package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.GatewayRequest;
import org.flowanchor.binding.application.GatewayStore.GatewayRevocation;
import org.flowanchor.binding.application.IdempotencyKey;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that come again, at another replica and after the first one was carried out and its answer lost. */
class RepeatedRequestsIT {
    private static final OperatorRequest RELEASE = new OperatorRequest(new IdempotencyKey("key-1"), "release of MN1");
    private static final Update AGAIN = wlan().at(START.plusSeconds(20));

    private TestDatabase database;
    private Replica one;
    private Replica two;
    private HomeNetworkPrefix own;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        one = new Replica(database, List.of(Replica.POOL), Duration.ofSeconds(60), KilledAfterCommit::new);
        two = new Replica(database);
        own = two.accepted(wlan()).homeNetworkPrefixes().getFirst();
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        database.close();
    }

    private static ReceivedRevocation revocation(MobileNodeIdentifier identifier, HomeNetworkPrefix... prefixes) {
        return new ReceivedRevocation(
                4711,
                RevocationTrigger.ACCESS_NETWORK_SESSION_TERMINATION,
                true,
                false,
                ReceivedRevocation.Scope.BINDINGS,
                Optional.of(identifier),
                List.of(prefixes));
    }

    private BindingRevocationAcknowledgement revoked(ReceivedRevocation revocation) {
        return two.revoke(MAG1, revocation, AGAIN.at()).join();
    }

    @Test
    void aReleaseWhoseAnswerWasLostIsAnsweredAlikeAndBeginsNothing() {
        assertThatThrownBy(one.release(MN1, RELEASE, START)::join).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(two.operatorRequests().answered(RELEASE)).isEqualTo(Map.of(ANCHOR, 1));
        two.accepted(AGAIN.through(MAG2).handoff(BETWEEN_MAGS));
        long version = two.snapshot().version();
        assertThat(two.release(MN1, RELEASE, AGAIN.at()).join()).isEqualTo(1);
        assertThat(two.snapshot().version()).as("no revocation was begun").isEqualTo(version);
    }

    /** Both find nothing under the key when they begin. */
    @Test
    void releasesOfOneNodeUnderOneKeyAreOneAtWhateverReplica() {
        try (Replica three = new Replica(database)) {
            List<CompletableFuture<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asked.add((i % 2 == 0 ? two : three).release(MN1, RELEASE, START));
            }
            assertThat(asked).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(1));
            assertThat(database.number("SELECT sum(transmissions) FROM gateway_message"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aKeyThatAnotherRequestTookMeanwhileReleasesNothing() {
        two.release(MN1, RELEASE, START).join();
        two.accepted(wlan().of(MN2));
        long version = two.snapshot().version();
        OperatorRequest other = new OperatorRequest(RELEASE.key(), "release of MN2");
        assertThatThrownBy(two.release(MN2, other, START)::join)
                .hasCauseInstanceOf(IdempotencyKeyReusedException.class);
        assertThat(two.snapshot().version()).isEqualTo(version);
    }

    /** Between the look at the key and the commit; it is no failure of this service, and others in the transaction go on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aKeyThatAnotherRequestTakesAfterTheLookReleasesNothing(int anchor) throws Exception {
        anotherAnchor();
        two.accepted(wlan().of(MN2));
        List<String> failures;
        long version;
        CompletableFuture<Integer> refused;
        try (Failures logged = new Failures();
                Replica overtaken = new Replica(
                        database,
                        List.of(Replica.POOL),
                        Duration.ofSeconds(60),
                        store -> new KeyTaken(store, () -> database.execute(answered(anchor))))) {
            version = two.snapshot().version();
            refused = overtaken.release(MN2, new OperatorRequest(RELEASE.key(), "release of MN2"), START);
            assertThatThrownBy(refused::join).hasCauseInstanceOf(IdempotencyKeyReusedException.class);
            failures = logged.messages();
        }
        assertThat(two.snapshot().version()).isEqualTo(version);
        assertThat(database.query("SELECT request FROM operator_request")).containsExactly("release of MN1");
        assertThat(failures).isEmpty();
    }

    private void anotherAnchor() throws SQLException {
        database.execute("INSERT INTO anchor (anchor, lma_address, partition) OVERRIDING SYSTEM VALUE"
                + " VALUES (2, '2001:db8::a2', 1)");
    }

    private static String answered(int anchor) {
        return "INSERT INTO operator_request VALUES ('key-1', " + anchor + ", 'release of MN1', 1, now())";
    }

    @Test
    void aRequestThatWasCarriedOutAtAnotherAnchorIsCarriedOutHereToo() throws SQLException {
        anotherAnchor();
        database.execute(answered(2));
        assertThat(two.release(MN1, RELEASE, START).join()).isEqualTo(1);
        assertThat(database.query("SELECT anchor FROM operator_request ORDER BY anchor"))
                .containsExactly("1", "2");
    }

    /** While another request is about to take the key at another anchor. */
    @Test
    void aGatewayIsNotReleasedUnderAKeyThatIsBeingTaken() throws Exception {
        anotherAnchor();
        GatewayRevocation everything = new GatewayRevocation(
                MAG1,
                Optional.empty(),
                START,
                Optional.of(START.plusSeconds(1)),
                START.plusSeconds(9),
                Optional.of(new OperatorRequest(RELEASE.key(), "release of gateway " + MAG1)));
        try (Connection taking = two.pool().getConnection()) {
            taking.setAutoCommit(false);
            taking.createStatement().execute(answered(2));
            CompletableFuture<Boolean> asked =
                    CompletableFuture.supplyAsync(() -> two.gateways().revokeAll(ANCHOR, everything));
            Await.until(
                    "it waits for the key",
                    () -> asked.isDone()
                            || database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND datname = current_database()")
                                    > 0);
            taking.commit();
            assertThatThrownBy(asked::join).hasCauseInstanceOf(IdempotencyKeyReusedException.class);
        }
        assertThat(database.query("SELECT * FROM gateway_message")).isEmpty();
        assertThat(database.query("SELECT anchor FROM operator_request")).containsExactly("2");
    }

    @Test
    void aKeyIsAnotherRequestsAfterADay() throws SQLException {
        anotherAnchor();
        database.execute(answered(2));
        database.execute("UPDATE operator_request_key SET claimed_at = now() - interval '25 hours'");
        two.accepted(wlan().of(MN2));
        // Whoever writes under some key forgets what is old.
        two.release(MN1, new OperatorRequest(new IdempotencyKey("key-2"), "release of MN1"), START)
                .join();
        assertThat(two.release(MN2, new OperatorRequest(RELEASE.key(), "release of MN2"), START)
                        .join())
                .isEqualTo(1);
        assertThat(database.query("SELECT request FROM operator_request WHERE idempotency_key = 'key-1'"))
                .containsExactly("release of MN2");
    }

    /** Of requests that want one key at once, at two replicas, one has it; the others are refused. */
    @Test
    void ofManyRequestsUnderOneKeyOneIsCarriedOut() {
        try (Failures logged = new Failures();
                Replica three = new Replica(database)) {
            Map<MobileNodeIdentifier, CompletableFuture<Integer>> asked = new LinkedHashMap<>();
            for (int i = 0; i < 40; i++) {
                MobileNodeIdentifier node = new MobileNodeIdentifier("crowd-" + i);
                two.accepted(wlan().of(node));
            }
            for (int i = 0; i < 40; i++) {
                MobileNodeIdentifier node = new MobileNodeIdentifier("crowd-" + i);
                asked.put(
                        node,
                        (i % 2 == 0 ? two : three)
                                .release(node, new OperatorRequest(RELEASE.key(), "release of " + node), START));
            }
            List<MobileNodeIdentifier> released = new ArrayList<>();
            asked.forEach((node, answer) -> {
                try {
                    assertThat(answer.join()).isEqualTo(1);
                    released.add(node);
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(IdempotencyKeyReusedException.class);
                }
            });
            assertThat(released).hasSize(1);
            assertThat(database.query("SELECT mobile_node FROM gateway_message"))
                    .containsExactly(released.getFirst().value());
            assertThat(logged.messages()).isEmpty();
        }
    }

    @Test
    void r07_aGatewaysRevocationIsAnsweredAlikeAtAnotherReplicaAndAfterACrash() {
        HomeNetworkPrefix gone = HomeNetworkPrefix.parse("2001:db8:1ff::/64");
        ReceivedRevocation revocation = revocation(MN1, own, gone);
        assertThat(one.revoke(MAG1, revocation, START)).failsWithin(Duration.ofMinutes(1));
        assertThat(two.snapshot().entries()).isEmpty();
        two.accepted(AGAIN.prefixes(own));
        assertThat(revoked(revocation))
                .isEqualTo(new BindingRevocationAcknowledgement(
                        4711, RevocationStatus.PARTIAL_SUCCESS, false, Optional.of(MN1), List.of(gone)));
        assertThat(two.snapshot().entries())
                .as("what was registered since stays")
                .hasSize(1);
        assertThat(revoked(revocation(MN1, own)).status())
                .as("another one with the same number")
                .isEqualTo(RevocationStatus.SUCCESS);
        assertThat(two.snapshot().entries()).isEmpty();
    }

    @Test
    void r07_aNodeThatAttachesAfterItsRevocationFoundNothingStays() {
        ReceivedRevocation revocation = revocation(MN2);
        assertThat(one.revoke(MAG1, revocation, START)).failsWithin(Duration.ofMinutes(1));
        two.accepted(wlan().of(MN2));
        assertThat(revoked(revocation).status()).isEqualTo(RevocationStatus.BINDING_DOES_NOT_EXIST);
        assertThat(two.snapshot().entries()).hasSize(2);
    }

    /** Counted each time, and told of now and then: the log is not a gateway's to fill. */
    @Test
    void r07_refusedRevocationsAreNotLoggedOneByOne() {
        try (Failures logged = new Failures()) {
            for (int i = 0; i < 500; i++) {
                assertThat(revoked(revocation(new MobileNodeIdentifier("nobody-" + i)))
                                .status())
                        .isEqualTo(RevocationStatus.BINDING_DOES_NOT_EXIST);
            }
            assertThat(logged.messages()).hasSizeBetween(1, 50).allMatch(line -> line.contains("is refused"));
        }
    }

    @Test
    void aRevocationIsForgottenWhenItIsOld() throws SQLException {
        assertThat(revoked(revocation(MN1)).status()).isEqualTo(RevocationStatus.SUCCESS);
        database.execute("UPDATE revocation_by_gateway SET answered_at = now() - interval '11 seconds'");
        two.accepted(AGAIN);
        assertThat(revoked(revocation(MN1)).status())
                .as("the numbers came round")
                .isEqualTo(RevocationStatus.SUCCESS);
        assertThat(two.snapshot().entries()).isEmpty();
        database.execute("UPDATE revocation_by_gateway SET answered_at = now() - interval '11 seconds'");
        revoked(revocation(MN2));
        assertThat(database.query("SELECT identifier FROM revocation_by_gateway"))
                .containsExactly(MN2.value());
    }

    @Test
    void r03_aRevocationOfEverythingIsCarriedOutOnce() {
        GatewayRequest everything = new GatewayRequest(
                MAG1,
                new ReceivedRevocation(
                        4712,
                        RevocationTrigger.PER_PEER_POLICY,
                        true,
                        true,
                        ReceivedRevocation.Scope.BINDINGS,
                        Optional.of(new MobileNodeIdentifier("mag1@operator.example")),
                        List.of()));
        BindingRevocationAcknowledgement success = everything.revocation().answered(RevocationStatus.SUCCESS);
        for (Instant at : List.of(START, AGAIN.at())) {
            (at.equals(START) ? one : two)
                    .gateways()
                    .decideOnce(
                            ANCHOR,
                            everything,
                            success,
                            (peer, bound) -> GatewayPeer.Decision.quiet(
                                    peer.revoked(Optional.empty(), at, at).orElse(peer)));
        }
        assertThat(database.query("SELECT lost_before = '" + START + "' FROM gateway"))
                .containsExactly("t");
    }

    /** What the service logs as failed. */
    private static final class Failures implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger("org.flowanchor");
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        Failures() {
            appender.start();
            logger.addAppender(appender);
        }

        List<String> messages() {
            return List.copyOf(appender.list).stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }

    /** Somebody takes the key once the first transaction is decided on. */
    private record KeyTaken(BindingStore store, AtomicReference<@Nullable Taking> taking) implements BindingStore {
        @FunctionalInterface
        interface Taking {
            void take() throws SQLException;
        }

        KeyTaken(BindingStore store, Taking taking) {
            this(store, new AtomicReference<>(taking));
        }

        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            Prepared prepared = store.prepare(anchor, scope, work);
            Taking once = taking.getAndSet(null);
            if (once != null) {
                try {
                    once.take();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            return prepared;
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            return store.transact(anchor, scope, work);
        }

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            return store.due(anchor, now, limit);
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {
            store.postpone(anchor, mobileNodes, now);
        }
    }

    /** For failure injection: what is committed is durable, and nobody is told, as when the process is killed between the two. */
    private record KilledAfterCommit(BindingStore store) implements BindingStore {
        private static StoreUnavailableException killed() {
            return new StoreUnavailableException("killed", new IllegalStateException());
        }

        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            Prepared prepared = store.prepare(anchor, scope, work);
            return new Prepared() {
                @Override
                public void write() {
                    prepared.write();
                }

                @Override
                public Commit commit() {
                    prepared.commit();
                    throw killed();
                }

                @Override
                public void abandon(Throwable why) {
                    prepared.abandon(why);
                }
            };
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            store.transact(anchor, scope, work);
            throw killed();
        }

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            return store.due(anchor, now, limit);
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {
            store.postpone(anchor, mobileNodes, now);
        }
    }
}
