package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several transactions of one replica take at the same time, on a real PostgreSQL. */
class LeasedPrefixesIT {
    private static final PrefixPool EIGHT = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/61"), 64);
    private static final List<PrefixDemand> ONE = List.of(new PrefixDemand(PrefixKind.PERMANENT, MAG1, 1));

    private static final PrefixPool AFTER_EIGHT = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:b00::/61"), 64);

    /** Nobody asks for its prefixes. */
    private static final PrefixPool TEMPORAL =
            new PrefixPool(HomeNetworkPrefix.parse("2001:db8:a00::/61"), 64, Optional.of(MAG1));

    /** A deadline, not a measure. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TestDatabase database;
    private DataSource connections;
    private Database pool;
    private Anchors anchors;
    private LeasedPrefixes prefixes;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
        connections = database.pool();
        pool = new Database(connections);
        anchors =
                AnchorInstallation.install(pool, List.of(new Anchor(ANCHOR, 0, List.of(EIGHT, AFTER_EIGHT, TEMPORAL))));
        prefixes = ofReplica();
    }

    private LeasedPrefixes ofReplica() {
        return new LeasedPrefixes(pool, anchors.stored(ANCHOR), UUID.randomUUID(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        threads.close();
        database.close();
    }

    private static Optional<HomeNetworkPrefix> next(LeasedPrefixes.Grant grant) {
        return grant.next(PrefixKind.PERMANENT, MAG1);
    }

    private void commit(LeasedPrefixes.Grant grant, HomeNetworkPrefix prefix) throws SQLException {
        database.execute("""
                INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state)
                SELECT anchor, '%s'::cidr, '%s'::cidr, 'mn1@example.org', 'ASSIGNED' FROM anchor""".formatted(prefix, EIGHT.prefix()));
        grant.settle(List.of(prefix));
    }

    @Test
    void aProposalThatTakesWhatWasHeldReadyLeavesNobodyWithout() throws SQLException {
        LeasedPrefixes.Grant one = prefixes.grant(ONE);
        LeasedPrefixes.Grant other = prefixes.grant(List.of());
        commit(other, EIGHT.at(0));
        assertThat(next(one)).contains(EIGHT.at(1));
    }

    @Test
    void whatWasForgottenMeanwhileLeavesNobodyWithout() {
        LeasedPrefixes.Grant one = prefixes.grant(ONE);
        prefixes.forget();
        assertThat(next(one)).contains(EIGHT.at(0));
    }

    @Test
    void aPrefixTakenBeforeAllWasForgottenIsNotGivenAgain() throws SQLException {
        LeasedPrefixes.Grant one = prefixes.grant(ONE);
        HomeNetworkPrefix taken = next(one).orElseThrow();
        prefixes.forget();
        // Read again before the transaction is over: the database does not know yet.
        LeasedPrefixes.Grant other = prefixes.grant(ONE);
        commit(one, taken);
        assertThat(next(other)).isPresent().isNotEqualTo(Optional.of(taken));
    }

    @Test
    void blocksOfPoolsThatNobodyAsksForAreLeftToOthers() throws SQLException {
        LeasedPrefixes died = ofReplica();
        assertThat(next(died.grant(ONE))).isPresent();
        assertThat(died.grant(List.of()).next(PrefixKind.TEMPORAL, MAG1)).isPresent();
        database.execute("UPDATE prefix_block SET leased_until = now() - interval '1 s'");
        assertThat(next(prefixes.grant(ONE))).isPresent();
        assertThat(database.query("SELECT DISTINCT text(pool) FROM prefix_block WHERE leased_until > now()"))
                .containsExactly(EIGHT.prefix().toString());
    }

    /** A refill that is under way until the pool's row is let go. */
    private CompletableFuture<LeasedPrefixes.Grant> refill(int wanted) {
        CompletableFuture<LeasedPrefixes.Grant> refilled = CompletableFuture.supplyAsync(
                () -> prefixes.grant(List.of(new PrefixDemand(PrefixKind.PERMANENT, MAG1, wanted))), threads);
        Await.until(
                "it waits for the pool",
                () -> database.number("SELECT count(*) FROM pg_stat_activity"
                                + " WHERE wait_event_type = 'Lock' AND datname = current_database()")
                        == 1);
        return refilled;
    }

    private Connection locked(PrefixPool pool) throws SQLException {
        Connection connection = connections.getConnection();
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("SELECT FROM prefix_pool WHERE prefix = '" + pool.prefix() + "' FOR UPDATE");
        return connection;
    }

    @Test
    void whatIsReadyIsTakenAndGivenBackWhileARefillWaitsForTheDatabase() throws SQLException {
        prefixes.grant(ONE);
        CompletableFuture<LeasedPrefixes.Grant> refilled;
        try (Connection lock = locked(EIGHT)) {
            refilled = refill(2);
            CompletableFuture<Optional<HomeNetworkPrefix>> taken = CompletableFuture.supplyAsync(
                    () -> {
                        LeasedPrefixes.Grant one = prefixes.grant(ONE);
                        Optional<HomeNetworkPrefix> ready = next(one);
                        one.settle(List.of());
                        return ready;
                    },
                    threads);
            assertThat(taken).succeedsWithin(SOON).isEqualTo(Optional.of(EIGHT.at(0)));
            assertThat(refilled).isNotDone();
            lock.rollback();
        }
        assertThat(List.of(next(refilled.join()), next(refilled.join())))
                .containsExactly(Optional.of(EIGHT.at(0)), Optional.of(EIGHT.at(1)));
    }

    @Test
    void whatGatewaysProposedWhileARefillReadItAsFreeIsNotGivenAgain() throws SQLException {
        CompletableFuture<LeasedPrefixes.Grant> refilled;
        try (Connection lock = locked(AFTER_EIGHT)) {
            refilled = refill(9);
            commit(prefixes.grant(List.of()), EIGHT.at(3));
            lock.rollback();
        }
        LeasedPrefixes.Grant all = refilled.join();
        Set<HomeNetworkPrefix> given = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            given.add(next(all).orElseThrow());
        }
        assertThat(given).hasSize(8).doesNotContain(EIGHT.at(3));
    }

    @Test
    void aRefillDuringWhichAllWasForgottenIsFoundByTheNextOne() throws SQLException {
        CompletableFuture<LeasedPrefixes.Grant> refilled;
        try (Connection lock = locked(EIGHT)) {
            refilled = refill(1);
            prefixes.forget();
            lock.rollback();
        }
        assertThat(next(refilled.join())).contains(EIGHT.at(0));
        assertThat(database.number("SELECT count(*) FROM prefix_block")).isEqualTo(1);
    }

    @Test
    void onlyAnExhaustedPoolHasNothing() {
        LeasedPrefixes.Grant one = prefixes.grant(ONE);
        Set<HomeNetworkPrefix> given = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            given.add(next(one).orElseThrow());
        }
        assertThat(given).hasSize(16);
        assertThat(next(one)).isEmpty();
        one.settle(List.of());
        assertThat(next(prefixes.grant(ONE))).as("nothing was assigned").isPresent();
    }
}
