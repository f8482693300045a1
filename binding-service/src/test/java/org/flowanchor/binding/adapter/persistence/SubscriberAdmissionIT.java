package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.UNKNOWN;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;
import static org.flowanchor.binding.StoredProfiles.profile;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.StoredProfiles;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Profiles in the database and what the update path makes of them. Each test has a database of its own. */
class SubscriberAdmissionIT {
    private static final PrefixPool EIGHT = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/61"), 64);
    private static final PrefixPool NEW_POOL = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:200::/61"), 64);
    private static final Duration LONG = Duration.ofSeconds(60);
    private TestDatabase database;
    private final StoredProfiles profiles = new StoredProfiles();

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void l05_l06_l07_profilesAreReadWithTheEntriesTheyAreFor() {
        try (Replica replica = new Replica(database)) {
            assertThat(replica.status(wlan().of(UNKNOWN))).isEqualTo(153);
            profiles.store(replica, profile(UNKNOWN).addAuthorizedGateways(ProtoMapping.toProto(MAG2)));
            assertThat(replica.status(wlan().of(UNKNOWN))).isEqualTo(154);
            assertThat(replica.status(lte().of(UNKNOWN))).isZero();
            profiles.store(replica, profile(UNKNOWN).setProxyRegistrationEnabled(false));
            assertThat(replica.status(wlan().of(UNKNOWN).at(START.plusSeconds(1))))
                    .isEqualTo(152);
            profiles.store(replica, profile(UNKNOWN).addAllowedAccessTechnologyTypes(LTE.value()));
            assertThat(replica.status(wlan().of(UNKNOWN).at(START.plusSeconds(2))))
                    .isEqualTo(152);
            profiles.remove(replica, UNKNOWN);
            assertThat(replica.status(wlan().of(UNKNOWN).at(START.plusSeconds(3))))
                    .isEqualTo(153);
        }
    }

    @Test
    void factsAreStoredWithTheBindingAndPublished() {
        try (Replica replica = new Replica(database)) {
            profiles.store(
                    replica,
                    profile(UNKNOWN)
                            .setHostModel(ProtoMapping.toProto(HostModel.WEAK))
                            .addAllowedAccessTechnologyTypes(4)
                            .addAllowedAccessTechnologyTypes(8));
            assertThat(replica.status(wlan().of(UNKNOWN))).isZero();
            assertThat(replica.status(wlan().of(MN2))).isZero();
        }
        try (Replica another = new Replica(database)) {
            assertThat(another.snapshot().entries())
                    .filteredOn(entry -> entry.getMobileNodeIdentifier().equals(UNKNOWN.value()))
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.getPolicyGroup()).isEqualTo("premium");
                        assertThat(ProtoMapping.hostModel(entry.getHostModel())).isEqualTo(HostModel.WEAK);
                        assertThat(entry.getAllowedAccessTechnologyTypesList()).containsExactly(4, 8);
                    });
            assertThat(another.snapshot().entries())
                    .filteredOn(entry -> entry.getMobileNodeIdentifier().equals(MN2.value()))
                    .extracting(BindingCacheEntry::getPolicyGroup)
                    .containsExactly("silver");
            assertThat(database.number("SELECT count(*) FROM binding_cache_entry WHERE facts IS NULL"))
                    .as("what is usual takes no room")
                    .isEqualTo(1);
        }
    }

    @Test
    void aKeptPrefixIsTheNodesAndThePoolGoesAroundIt() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(EIGHT.at(3))));
            Set<HomeNetworkPrefix> others = new HashSet<>();
            for (int i = 0; i < 7; i++) {
                others.addAll(replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-" + i)))
                        .homeNetworkPrefixes());
            }
            assertThat(others).hasSize(7).doesNotContain(EIGHT.at(3));
            assertThat(replica.status(wlan().of(new MobileNodeIdentifier("crowd-7"))))
                    .isEqualTo(130);
            assertThat(replica.accepted(wlan().of(UNKNOWN)).homeNetworkPrefixes())
                    .containsExactly(EIGHT.at(3));
        }
    }

    /** A prefix that this process has leased, and so holds ready in memory, before the profile keeps it. */
    @Test
    void aPrefixThatIsHeldReadyIsKeptFromThenOn() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            assertThat(replica.accepted(wlan().of(MN2)).homeNetworkPrefixes()).containsExactly(EIGHT.at(0));
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(EIGHT.at(1))));
            for (int i = 0; i < 6; i++) {
                assertThat(replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-" + i)))
                                .homeNetworkPrefixes())
                        .doesNotContain(EIGHT.at(1));
            }
            assertThat(replica.accepted(wlan().of(UNKNOWN)).homeNetworkPrefixes())
                    .containsExactly(EIGHT.at(1));
        }
    }

    @Test
    void thePrimaryKeyKeepsAKeptPrefixWhateverTheCodeDoes() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(EIGHT.at(5))));
        }
        assertThatThrownBy(() -> database.execute("""
                        INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state)
                        SELECT anchor, '%s'::cidr, '%s'::cidr, 'thief@example.org', 'ASSIGNED' FROM anchor""".formatted(EIGHT.at(5), EIGHT.prefix())))
                .hasMessageContaining("home_network_prefix_pkey");
    }

    @Test
    void aKeptPrefixOfAnotherNodeIsTakenOverWhenThatOneHasGivenItUpAndRested() {
        try (Replica replica = new Replica(database, EIGHT, Duration.ofMillis(1))) {
            HomeNetworkPrefix wanted = replica.accepted(wlan().of(MN2).lifetime(1))
                    .homeNetworkPrefixes()
                    .getFirst();
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(wanted)));
            assertThat(replica.status(wlan().of(UNKNOWN)))
                    .as("it is another node's")
                    .isEqualTo(130);
            assertThat(replica.expire(START.plusSeconds(4))).isEqualTo(1);
            replica.acknowledged(replica.snapshot().version());
            assertThat(replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-1")))
                            .homeNetworkPrefixes())
                    .as("nobody else gets it, though it has rested")
                    .doesNotContain(wanted);
            Await.until("it has rested", () -> replica.status(wlan().of(UNKNOWN).at(Instant.now())) == 0);
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix WHERE prefix = '" + wanted + "'"))
                    .containsExactly(UNKNOWN.value());
        }
    }

    @Test
    void aPrefixThatIsKeptNoMoreIsTheOthersAgain() {
        try (Replica replica = new Replica(database, EIGHT, Duration.ofMillis(1))) {
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(EIGHT.at(3))));
            profiles.store(replica, profile(UNKNOWN));
            Set<HomeNetworkPrefix> all = new HashSet<>();
            for (int i = 0; i < 8; i++) {
                MobileNodeIdentifier node = new MobileNodeIdentifier("crowd-" + i);
                Await.until("a prefix", () -> replica.status(wlan().of(node).at(Instant.now())) == 0);
                all.addAll(replica.snapshot().entries().stream()
                        .flatMap(entry -> entry.getHomeNetworkPrefixesList().stream())
                        .map(ProtoMapping::homeNetworkPrefix)
                        .toList());
            }
            assertThat(all).hasSize(8).contains(EIGHT.at(3));
        }
    }

    @Test
    void aReplicaThatStartsLooksThroughStaticPrefixesForNewPoolsOnly() throws Exception {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(replica, profile(UNKNOWN));
        }
        database.execute("INSERT INTO subscriber_prefix VALUES ('" + EIGHT.at(3) + "', '" + UNKNOWN + "'), ('"
                + NEW_POOL.at(3) + "', '" + UNKNOWN + "')");
        try (Replica replica = new Replica(database, List.of(EIGHT, NEW_POOL), LONG)) {
            assertThat(database.query("SELECT text(prefix) FROM home_network_prefix"))
                    .containsExactly(NEW_POOL.at(3).toString());
        }
    }

    /** A replica begins with a pool whose static prefixes nobody has kept yet: the one that made it was killed over that. */
    @Test
    void registrationsGoOnWhileAReplicaThatStartsKeepsStaticPrefixes() throws Exception {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(replica, profile(UNKNOWN));
            database.execute("INSERT INTO subscriber_prefix VALUES ('" + NEW_POOL.at(3) + "', '" + UNKNOWN + "')");
            database.execute(
                    "INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity, static_prefixes_kept) SELECT anchor, '"
                            + NEW_POOL.prefix() + "', 64, 8, false FROM anchor");
            CompletableFuture<Void> started;
            try (Connection holdingUp = DriverManager.getConnection(database.url(), "postgres", "");
                    Statement statement = holdingUp.createStatement()) {
                holdingUp.setAutoCommit(false);
                statement.execute(
                        "INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state) SELECT anchor, '"
                                + NEW_POOL.at(3) + "', '" + NEW_POOL.prefix()
                                + "', 'thief@example.org', 'ASSIGNED' FROM anchor");
                started =
                        CompletableFuture.runAsync(() -> new Replica(database, List.of(EIGHT, NEW_POOL), LONG).close());
                Await.until(
                        "it keeps",
                        () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND wait_event_type = 'Lock' AND query LIKE '%subscriber_prefix%'")
                                == 1);
                assertThat(replica.submit(wlan().of(MN2))).succeedsWithin(Duration.ofSeconds(60));
                assertThat(started).isNotDone();
                holdingUp.rollback();
            }
            assertThat(started).succeedsWithin(Duration.ofSeconds(60));
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix WHERE state = 'RESTING'"))
                    .containsExactly(UNKNOWN.value());
        }
    }

    @Test
    void everyChangeOfAProfileIsARowAndOneThatComesAgainIsNone() {
        try (Replica replica = new Replica(database)) {
            profiles.store(replica, profile(UNKNOWN), profile(MN2));
            List<SubscriberStore.Change> changes = replica.subscribers().changes(ANCHOR, 10, LONG);
            assertThat(changes).extracting(SubscriberStore.Change::mobileNode).containsExactlyInAnyOrder(UNKNOWN, MN2);
            assertThat(replica.subscribers().changes(ANCHOR, 10, LONG))
                    .as("claimed")
                    .isEmpty();
            profiles.store(replica, profile(UNKNOWN).setPolicyGroup("other"));
            replica.subscribers().lookedAt(changes);
            assertThat(replica.subscribers().changes(ANCHOR, 10, LONG))
                    .as("it changed again meanwhile")
                    .extracting(SubscriberStore.Change::mobileNode)
                    .containsExactly(UNKNOWN);
            profiles.store(replica, profile(MN2));
            profiles.remove(replica, UNKNOWN);
            assertThat(replica.subscribers().changes(ANCHOR, 10, LONG))
                    .extracting(SubscriberStore.Change::mobileNode, SubscriberStore.Change::withdrawn)
                    .containsExactly(tuple(UNKNOWN, true));
            profiles.store(replica, profile(UNKNOWN));
            assertThat(replica.subscribers().changes(ANCHOR, 10, LONG))
                    .as("it is a subscriber again")
                    .extracting(SubscriberStore.Change::withdrawn)
                    .containsExactly(false);
        }
    }

    @Test
    void aChangeWaitsForEveryAnchorWhoeverServesIt() throws Exception {
        LmaAddress elsewhere = LmaAddress.parse("2001:db8::2");
        try (Replica replica = new Replica(database)) {
            Persistence other = Persistence.open(
                    database.pool(),
                    List.of(new Anchor(elsewhere, 1, List.of(NEW_POOL))),
                    LONG,
                    new AnchorVersions(),
                    new MessageHints());
            try (AutoCloseable background = other.background()) {
                profiles.store(replica, profile(UNKNOWN));
                SubscriberStore subscribers = replica.subscribers();
                subscribers.lookedAt(subscribers.changes(ANCHOR, 10, LONG));
                assertThat(subscribers.changes(ANCHOR, 10, LONG)).isEmpty();
                assertThat(other.subscriberStore().changes(elsewhere, 10, LONG))
                        .extracting(SubscriberStore.Change::mobileNode)
                        .containsExactly(UNKNOWN);
            }
        }
    }

    /**
     * Another replica has decided with the old profile, and has not written. The look at the changed profile finds nothing to change, and
     * still that decision comes to nothing.
     */
    @Test
    void aDecisionOnTheProfileAsItWasIsMadeAnew() {
        try (Replica one = new Replica(database);
                Replica two = new Replica(database)) {
            profiles.store(one, profile(UNKNOWN));
            BatchScope scope = BatchScope.of(List.of(UNKNOWN));
            List<Boolean> known = new ArrayList<>();
            BindingStore.Prepared prepared = one.store().prepare(ANCHOR, scope, transaction -> {
                known.add(transaction.bindings(UNKNOWN).subscriber().isPresent());
                // Stands for an admission: something that is written.
                transaction.confirm();
            });
            assertThat(known).containsExactly(true);
            profiles.remove(one, UNKNOWN);
            BindingStore.Commit look = two.store().transact(ANCHOR, scope, BindingTransaction::confirm);
            assertThat(look.changes()).isZero();
            prepared.write();
            assertThatThrownBy(prepared::commit).isInstanceOf(StoreConflictException.class);
            one.store()
                    .transact(
                            ANCHOR,
                            scope,
                            transaction -> assertThat(
                                            transaction.bindings(UNKNOWN).subscriber())
                                    .isEmpty());
        }
    }
}
