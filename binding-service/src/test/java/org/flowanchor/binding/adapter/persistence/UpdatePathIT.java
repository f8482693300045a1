package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.RULES;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingStore.Prepared;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that are decided on before others are committed. */
class UpdatePathIT {
    private final BindingCache cache = new BindingCache(RULES, ADMISSION, GatewayCapabilities.ALL);
    private TestDatabase database;
    private Replica one;
    private Replica two;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
        one = new Replica(database);
        two = new Replica(database);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        database.close();
    }

    private static Update attach(int number) {
        return wlan().of(node(number));
    }

    private static MobileNodeIdentifier node(int number) {
        return new MobileNodeIdentifier("crowd-" + number);
    }

    private Prepared prepare(BindingStore store, Update update) {
        MobileNodeIdentifier mobileNode =
                update.received().update().mobileNodeIdentifier().orElseThrow();
        List<PrefixDemand> wanted = List.of(cache.demand(update.received()));
        return store.prepare(ANCHOR, new BatchScope(Set.of(mobileNode), List.of(), wanted, Set.of()), transaction -> {
            BindingDecision decision = cache.decide(
                    update.received(),
                    transaction.bindings(mobileNode),
                    transaction.holders(),
                    transaction.supplier(),
                    update.at());
            assertThat(decision).isInstanceOf(Accepted.class);
            transaction.replay(mobileNode, ((Accepted) decision).records());
        });
    }

    @Test
    void transactionsInTheirOrderBuildOnEachOther() {
        Prepared first = prepare(one.store(), attach(1));
        Prepared second = prepare(one.store(), attach(2));
        first.write();
        // Written before the first is committed, as the loop does.
        second.write();
        assertThat(first.commit().version()).isEqualTo(1);
        Prepared third = prepare(one.store(), attach(3));
        assertThat(second.commit().version()).isEqualTo(2);
        third.write();
        assertThat(third.commit().version()).isEqualTo(3);
        assertThat(database.number("SELECT count(*) FROM binding_cache_entry")).isEqualTo(3);
    }

    @Test
    void decisionOnAStateThatAnotherReplicaChangedIsNotWritten() {
        Prepared late = prepare(one.store(), attach(1));
        late.write();
        two.accepted(attach(2));
        assertThatThrownBy(late::commit).isInstanceOf(StoreConflictException.class);
        assertThat(database.query("SELECT mobile_node FROM binding_cache_entry"))
                .containsExactly("crowd-2");
        assertThat(database.number("SELECT count(*) FROM home_network_prefix")).isEqualTo(1);
        assertThat(one.log().after(ANCHOR, 0, 10)).hasSize(1);
    }

    /** The version is the one that was expected, reached by somebody else. */
    @Test
    void sameVersionOfAnotherTransactionIsNotTheStateThatWasDecidedOn() {
        Prepared first = prepare(one.store(), attach(1));
        Prepared second = prepare(one.store(), attach(2));
        first.write();
        second.write();
        two.accepted(attach(3));
        assertThat(database.number("SELECT version FROM anchor")).isEqualTo(1);
        assertThatThrownBy(first::commit).isInstanceOf(StoreConflictException.class);
        assertThatThrownBy(second::commit).isInstanceOf(StoreConflictException.class);
        assertThat(database.query("SELECT mobile_node FROM binding_cache_entry"))
                .containsExactly("crowd-3");
    }

    /** So is told what ran into its lock timeout at the moment in which the lock came; a person may do it, too. */
    @Test
    void aCancelledStatementCostsNoAnswer() throws SQLException {
        one.accepted(attach(1));
        CompletableFuture<Integer> status;
        try (Connection holder = database.pool().getConnection();
                Statement hold = holder.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("SELECT FROM anchor FOR UPDATE");
            status = CompletableFuture.supplyAsync(() -> one.status(attach(2)));
            Await.until("a statement that waits was cancelled", () -> database.number("""
                    SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'""") > 0);
            holder.rollback();
        }
        assertThat(status.join()).isZero();
    }

    @Test
    void transactionsBehindAnAbandonedOneFail() {
        Prepared first = prepare(one.store(), attach(1));
        Prepared second = prepare(one.store(), attach(2));
        second.write();
        first.abandon(new IllegalStateException("for the test"));
        assertThatThrownBy(second::commit).isInstanceOf(StoreConflictException.class);
        assertThat(database.number("SELECT count(*) FROM binding_cache_entry")).isZero();
        assertThat(one.status(attach(1))).isZero();
        assertThat(database.number("SELECT version FROM anchor")).isEqualTo(1);
    }

    @Test
    void prefixesOfWhatWasNotWrittenAreGivenToOthers() {
        Prepared late = prepare(one.store(), attach(1));
        two.accepted(attach(2));
        late.write();
        assertThatThrownBy(late::commit).isInstanceOf(StoreConflictException.class);
        for (int i = 3; i < 40; i++) {
            assertThat(one.status(attach(i))).isZero();
        }
        assertThat(database.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                .isEqualTo(38);
    }

    /** Registered and revoked before the commit: it was acknowledged, so the node may come back with it. */
    @Test
    void whatIsAssignedAndReleasedInOneTransactionRestsForItsNode() {
        Update update = attach(1);
        BatchScope scope =
                new BatchScope(Set.of(node(1)), List.of(), List.of(cache.demand(update.received())), Set.of());
        AtomicReference<HomeNetworkPrefix> given = new AtomicReference<>();
        Prepared both = one.store().prepare(ANCHOR, scope, transaction -> {
            Accepted accepted = (Accepted) cache.decide(
                    update.received(),
                    transaction.bindings(node(1)),
                    transaction.holders(),
                    transaction.supplier(),
                    update.at());
            given.set(accepted.acknowledgement().homeNetworkPrefixes().getFirst());
            transaction.replay(node(1), accepted.records());
            BindingIdentifier identifier =
                    transaction.bindings(node(1)).entries().iterator().next().bindingIdentifier();
            transaction.replay(node(1), List.of(new BindingRecord.EntryRemoved(identifier)));
        });
        HomeNetworkPrefix prefix = given.get();
        BatchScope naming =
                new BatchScope(Set.of(node(2)), List.of(new BatchScope.Named(node(2), prefix)), List.of(), Set.of());
        Prepared behind = one.store()
                .prepare(
                        ANCHOR,
                        naming,
                        transaction -> assertThat(transaction.holders().holder(prefix))
                                .contains(new PrefixHolder(node(1), true)));
        both.write();
        behind.write();
        both.commit();
        behind.commit();
        assertThat(database.query("SELECT mobile_node || ' ' || state || ' ' || text(prefix) FROM home_network_prefix"))
                .containsExactly("crowd-1 RESTING " + prefix);
        assertThat(two.status(attach(2).prefixes(prefix))).isEqualTo(155);
        assertThat(one.accepted(attach(3)).homeNetworkPrefixes()).doesNotContain(prefix);
        assertThat(two.accepted(attach(1).prefixes(prefix)).homeNetworkPrefixes())
                .containsExactly(prefix);
    }

    @Test
    void twoReplicasUnderLoadLoseAndRepeatNothing() {
        List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            sent.add((i % 2 == 0 ? one : two).submit(attach(i)));
        }
        assertThat(sent).allMatch(decision -> Replica.status(decision.join()) == 0);
        sent.clear();
        for (int i = 0; i < 1500; i++) {
            // The other replica than the one that attached it.
            sent.add((i % 2 == 1 ? one : two)
                    .submit(attach(i).handoff(NOT_CHANGED).at(START.plusMillis(5))));
        }
        assertThat(sent).allMatch(decision -> Replica.status(decision.join()) == 0);
        assertThat(database.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                .isEqualTo(1500);
        assertThat(database.number("SELECT version FROM anchor")).isEqualTo(3000);
        assertThat(one.log().after(ANCHOR, 0, 10_000)).hasSize(3000);
    }

    /** The list's index of entries that are given up: extensions stay updates within the page. */
    @Test
    void entriesThatAreGivenUpAreListedByAnIndexThatExtensionsDoNotTouch() throws Exception {
        one.accepted(attach(1));
        for (int i = 1; i <= 5; i++) {
            one.accepted(attach(1).handoff(NOT_CHANGED).at(START.plusSeconds(i)));
        }
        String counts = " FROM pg_stat_user_tables WHERE relname = 'binding_cache_entry'";
        Await.until("the updates are counted", () -> database.number("SELECT n_tup_upd" + counts) == 5);
        assertThat(database.number("SELECT n_tup_hot_upd" + counts)).isEqualTo(5);

        database.execute("""
                INSERT INTO binding_cache_entry
                SELECT (e).* FROM (
                    SELECT jsonb_populate_record(e, jsonb_build_object('mobile_node', 'copy-' || i)) AS e
                    FROM binding_cache_entry e, generate_series(1, 3000) i) copies;
                ANALYZE binding_cache_entry""");
        one.accepted(attach(1).deregistration().at(START.plusSeconds(6)));
        String list = "FROM binding WHERE anchor IN (1) AND state = 'RELEASING'"
                + " ORDER BY anchor, mobile_node, binding_identifier LIMIT 50";
        assertThat(database.query("EXPLAIN SELECT * " + list))
                .anyMatch(line -> line.contains("binding_cache_entry_releasing"));
        assertThat(database.query("SELECT mobile_node " + list)).containsExactly("crowd-1");
    }

    @Test
    void prefixesLeasedByAReplicaThatDiedAreLeasedByOthersLater() throws Exception {
        try (TestDatabase small = TestDatabase.migrated()) {
            var pool = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/63"), 64);
            Replica dying = new Replica(small, pool, Duration.ZERO);
            for (int i = 0; i < 2; i++) {
                dying.accepted(attach(i).lifetime(1));
            }
            dying.expire(START.plusSeconds(10));
            dying.acknowledged(4);
            // Leases both of the rested prefixes, uses one.
            dying.accepted(attach(2).at(START.plusSeconds(10)));
            dying.close();
            assertThat(small.query("SELECT state FROM home_network_prefix ORDER BY 1"))
                    .containsExactly("ASSIGNED", "RESTING");
            assertThat(small.number("SELECT count(*) FROM home_network_prefix WHERE lessee IS NOT NULL"))
                    .isEqualTo(1);
            try (Replica other = new Replica(small, pool, Duration.ZERO)) {
                assertThat(other.status(attach(3).at(START.plusSeconds(11)))).isEqualTo(130);
                small.execute("UPDATE home_network_prefix SET leased_until = now() - interval '1 s'");
                Await.until("the prefix is found", () -> other.status(attach(3).at(START.plusSeconds(12))) == 0);
                assertThat(small.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                        .isEqualTo(2);
            }
        }
    }
}
