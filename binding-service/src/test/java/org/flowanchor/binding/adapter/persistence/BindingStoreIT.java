package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.IMS;
import static org.flowanchor.binding.Scene.INTERNET;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store on a real PostgreSQL. */
class BindingStoreIT {
    private static final Instant LATER = START.plusSeconds(10);
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void runsOnADatabaseThatKeepsWhatItCommits() {
        for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
            assertThat(database.query("SHOW " + setting)).containsExactly("on");
        }
    }

    @Test
    void refusesADatabaseThatMayLoseCommits() {
        database.set("synchronous_commit", "off");
        assertThatThrownBy(() -> new Replica(database))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("synchronous_commit is off");
    }

    private static PrefixPool pool(String prefix) {
        return new PrefixPool(HomeNetworkPrefix.parse(prefix), 64);
    }

    private void start(Anchor... anchors) {
        try (var pool = database.pool()) {
            Persistence persistence = Persistence.open(
                    pool, List.of(anchors), Duration.ofSeconds(60), new AnchorVersions(), new MessageHints());
            persistence.background().close();
        } catch (StartRefusedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesOverlappingPoolsAndNamesBoth() {
        LmaAddress other = LmaAddress.parse("2001:db8::2");
        assertThatThrownBy(() ->
                        start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:100::/40"), pool("2001:db8:180::/44")))))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("2001:db8:100::/40")
                .hasMessageContaining("2001:db8:180::/44");
        start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:100::/40"))));
        assertThatThrownBy(() -> start(new Anchor(other, 1, List.of(pool("2001:db8:140::/44")))))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("2001:db8:140::/44")
                .hasMessageContaining("2001:db8:100::/40");
        start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:100::/40"))));
    }

    @Test
    void refusesAnotherPartitionForAStoredAnchor() {
        start(new Anchor(ANCHOR, 3, List.of(pool("2001:db8:100::/40"))));
        assertThatThrownBy(() -> start(new Anchor(ANCHOR, 4, List.of(pool("2001:db8:100::/40")))))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("partition 3");
    }

    @Test
    void t01_secondInterfaceSharesThePrefixAndVersionsAreDense() {
        try (Replica replica = new Replica(database)) {
            List<HomeNetworkPrefix> prefixes = replica.accepted(wlan()).homeNetworkPrefixes();
            assertThat(prefixes).hasSize(1);
            assertThat(replica.accepted(lte().handoff(SHARING)).homeNetworkPrefixes())
                    .isEqualTo(prefixes);
            assertThat(replica.accepted(wlan().handoff(NOT_CHANGED)
                                    .prefixes(prefixes)
                                    .at(LATER))
                            .homeNetworkPrefixes())
                    .isEqualTo(prefixes);
            assertThat(database.query("SELECT binding_identifier FROM binding_prefix ORDER BY 1"))
                    .containsExactly("1", "2");
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isEqualTo(1);
            assertThat(replica.log().after(ANCHOR, 0, 10))
                    .extracting(LoggedChange::version)
                    .containsExactly(1L, 2L, 3L);
            assertThat(database.query("SELECT version FROM binding_cache_entry ORDER BY binding_identifier"))
                    .containsExactly("3", "2");
        }
    }

    @Test
    void rejectedAndIgnoredUpdatesLeaveNoTrace() {
        try (Replica replica = new Replica(database)) {
            assertThat(replica.status(wlan().prefixes(HomeNetworkPrefix.parse("2001:db8:666::/64"))))
                    .isEqualTo(155);
            assertThat(replica.status(wlan().deregistration())).isEqualTo(-1);
            assertThat(database.number("SELECT version FROM anchor")).isZero();
            assertThat(database.number("SELECT count(*) FROM outbox")).isZero();
        }
    }

    @Test
    void a2_prefixOfAnotherNodeIsFoundInTheDatabase() {
        try (Replica replica = new Replica(database)) {
            List<HomeNetworkPrefix> prefixes = replica.accepted(wlan()).homeNetworkPrefixes();
            assertThat(replica.status(lte().of(MN2).handoff(HANDOFF_UNKNOWN).prefixes(prefixes)))
                    .isEqualTo(155);
            assertThat(replica.status(lte().of(MN2).deregistration().prefixes(prefixes)))
                    .isEqualTo(155);
        }
    }

    @Test
    void everythingSurvivesARestart() {
        List<HomeNetworkPrefix> prefixes;
        try (Replica replica = new Replica(database)) {
            prefixes = replica.accepted(wlan()).homeNetworkPrefixes();
            replica.accepted(lte().handoff(SHARING));
        }
        try (Replica replica = new Replica(database)) {
            var snapshot = replica.snapshot();
            assertThat(snapshot.version()).isEqualTo(2);
            assertThat(snapshot.entries()).hasSize(2);
            assertThat(replica.accepted(wlan().at(LATER)).homeNetworkPrefixes()).isEqualTo(prefixes);
            assertThat(replica.status(wlan().at(LATER))).isEqualTo(156);
            assertThat(replica.accepted(wlan().of(MN2).at(LATER)).homeNetworkPrefixes())
                    .doesNotContainAnyElementsOf(prefixes);
        }
    }

    @Test
    void concurrentFirstAttachOverTwoGatewaysAndTwoReplicasGivesOnePrefix() {
        try (Replica one = new Replica(database);
                Replica two = new Replica(database)) {
            for (int round = 0; round < 60; round++) {
                MobileNodeIdentifier node = new MobileNodeIdentifier("crowd-" + round);
                Replica first = round % 2 == 0 ? one : two;
                Replica second = round % 3 == 0 ? first : round % 2 == 0 ? two : one;
                CompletableFuture<BindingDecision> wlan =
                        first.submit(wlan().of(node).handoff(SHARING));
                CompletableFuture<BindingDecision> lte =
                        second.submit(lte().of(node).handoff(SHARING));
                BindingDecision.Accepted overWlan = (BindingDecision.Accepted) wlan.join();
                BindingDecision.Accepted overLte = (BindingDecision.Accepted) lte.join();
                assertThat(overWlan.acknowledgement().homeNetworkPrefixes())
                        .hasSize(1)
                        .isEqualTo(overLte.acknowledgement().homeNetworkPrefixes());
            }
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isEqualTo(60);
            assertThat(database.number("SELECT count(*) FROM binding_cache_entry"))
                    .isEqualTo(120);
            assertThat(database.number("SELECT version FROM anchor")).isEqualTo(120);
            assertThat(one.log().after(ANCHOR, 0, 1000)).hasSize(120);
        }
    }

    @Test
    void retransmissionsInOneBatchAndAcrossBatchesAreOneSession() {
        try (Replica replica = new Replica(database)) {
            List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sent.add(replica.submit(wlan().sequence(i).timestamp(START.plusMillis(i))));
            }
            List<BindingDecision> decisions =
                    sent.stream().map(CompletableFuture::join).toList();
            assertThat(decisions).allMatch(decision -> Replica.status(decision) == 0);
            assertThat(database.number("SELECT count(*) FROM binding_cache_entry"))
                    .isEqualTo(1);
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isEqualTo(1);
            assertThat(database.number("SELECT sequence_number FROM binding_cache_entry"))
                    .isEqualTo(49);
        }
    }

    @Test
    void updatesOfManyNodesShareTransactions() {
        try (Replica replica = new Replica(database)) {
            List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                sent.add(replica.submit(wlan().of(new MobileNodeIdentifier("crowd-" + i))));
            }
            assertThat(sent).allMatch(decision -> Replica.status(decision.join()) == 0);
            assertThat(replica.counts.transactions.get()).isLessThan(500);
            assertThat(database.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                    .isEqualTo(2000);
            assertThat(database.number("SELECT max(version) FROM outbox")).isEqualTo(2000);
        }
    }

    @Test
    void l18_dueEntriesGoAndTheirPrefixesRest() {
        try (Replica replica = new Replica(database)) {
            List<HomeNetworkPrefix> prefixes = replica.accepted(wlan()).homeNetworkPrefixes();
            replica.accepted(lte().handoff(SHARING));
            replica.accepted(wlan().deregistration().prefixes(prefixes).at(LATER));
            assertThat(replica.expire(LATER.plusMillis(9_999))).isZero();
            assertThat(replica.expire(LATER.plusSeconds(10))).isEqualTo(1);
            assertThat(database.query("SELECT state FROM home_network_prefix")).containsExactly("ASSIGNED");
            assertThat(replica.expire(START.plusSeconds(400))).isEqualTo(1);
            assertThat(database.query("SELECT state FROM home_network_prefix")).containsExactly("RESTING");
            assertThat(database.number("SELECT released_version FROM home_network_prefix"))
                    .isEqualTo(5);
            assertThat(database.number("SELECT count(*) FROM binding_cache_entry"))
                    .isZero();
            List<LoggedChange> changes = replica.log().after(ANCHOR, 3, 10);
            assertThat(changes).extracting(LoggedChange::version).containsExactly(4L, 5L);
            assertThat(changes).allMatch(change -> change.entry().isEmpty());
        }
    }

    @Test
    void extensionMovesTheTimerWhenItIsLookedAt() {
        try (Replica replica = new Replica(database)) {
            List<HomeNetworkPrefix> prefixes =
                    replica.accepted(wlan().lifetime(5)).homeNetworkPrefixes();
            replica.accepted(
                    wlan().handoff(NOT_CHANGED).prefixes(prefixes).lifetime(100).at(LATER));
            assertThat(database.query("SELECT timer_at < expires_at FROM binding_cache_entry"))
                    .containsExactly("t");
            assertThat(replica.expire(START.plusSeconds(20))).isZero();
            assertThat(database.query("SELECT timer_at = expires_at FROM binding_cache_entry"))
                    .containsExactly("t");
            assertThat(replica.expire(LATER.plusSeconds(400))).isEqualTo(1);
        }
    }

    @Test
    void releasedPrefixGoesToAnotherNodeOnlyAfterItsRestAndTheAnchorsAcknowledgement() {
        PrefixPool single = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/64"), 64);
        try (Replica replica = new Replica(database, single, Duration.ofMillis(1))) {
            assertThat(replica.status(wlan().lifetime(1))).isZero();
            assertThat(replica.status(wlan().of(MN2))).isEqualTo(130);
            assertThat(replica.expire(START.plusSeconds(4))).isEqualTo(1);
            // Nobody has acknowledged version 2 yet.
            assertThat(replica.status(wlan().of(MN2).at(LATER))).isEqualTo(130);
            replica.acknowledged(2);
            Await.until(
                    "the prefix is free again",
                    () -> replica.status(wlan().of(MN2).at(Instant.now())) == 0);
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix"))
                    .containsExactly(MN2.value());
        }
    }

    @Test
    void restingPrefixIsStillItsNodes() {
        try (Replica replica = new Replica(database)) {
            List<HomeNetworkPrefix> prefixes =
                    replica.accepted(wlan().lifetime(1)).homeNetworkPrefixes();
            replica.expire(START.plusSeconds(4));
            assertThat(replica.accepted(wlan().prefixes(prefixes).at(LATER)).homeNetworkPrefixes())
                    .isEqualTo(prefixes);
            assertThat(database.query("SELECT state FROM home_network_prefix")).containsExactly("ASSIGNED");
        }
    }

    @Test
    void poolOfOneReplicaIsNotLostToAnotherWhenItDies() {
        PrefixPool four = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/62"), 64);
        try (Replica replica = new Replica(database, four, Duration.ofSeconds(60))) {
            assertThat(replica.status(wlan())).isZero();
        }
        try (Replica replica = new Replica(database, four, Duration.ofSeconds(60))) {
            for (int i = 0; i < 3; i++) {
                assertThat(replica.status(wlan().of(new MobileNodeIdentifier("crowd-" + i))))
                        .isZero();
            }
            assertThat(replica.status(wlan().of(MN2))).isEqualTo(130);
            assertThat(replica.status(wlan().of(MN1).at(LATER))).isZero();
        }
    }

    @Test
    void abandonedBlocksAreLeasedAgainWithoutWhatIsUsed() throws Exception {
        PrefixPool pool = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/55"), 64);
        try (Replica replica = new Replica(database, pool, Duration.ofSeconds(60))) {
            for (int i = 0; i < 3; i++) {
                assertThat(replica.status(wlan().of(new MobileNodeIdentifier("crowd-" + i))))
                        .isZero();
            }
        }
        assertThat(database.number("SELECT next_index FROM prefix_pool")).isEqualTo(8);
        database.execute("UPDATE prefix_block SET leased_until = now() - interval '1 s'");
        try (Replica replica = new Replica(database, pool, Duration.ofSeconds(60))) {
            for (int i = 3; i < 8; i++) {
                assertThat(replica.status(wlan().of(new MobileNodeIdentifier("crowd-" + i))))
                        .isZero();
            }
            assertThat(database.number("SELECT next_index FROM prefix_pool")).isEqualTo(8);
            assertThat(database.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                    .isEqualTo(8);
        }
    }

    private static PrefixPool block(String prefix, ProxyCareOfAddress gateway) {
        return new PrefixPool(HomeNetworkPrefix.parse(prefix), 64, Optional.of(gateway));
    }

    @Test
    void t30_temporalBlocksThatOverlapOrAreAnotherGatewaysAreRefused() {
        start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:100::/40"), block("2001:db8:a100::/56", MAG1))));
        assertThatThrownBy(() -> start(new Anchor(ANCHOR, 0, List.of(block("2001:db8:a100::/60", MAG2)))))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("2001:db8:a100::/60")
                .hasMessageContaining("temporal, gateway " + MAG2)
                .hasMessageContaining("temporal, gateway " + MAG1);
        assertThatThrownBy(() -> start(new Anchor(ANCHOR, 0, List.of(block("2001:db8:a100::/56", MAG2)))))
                .isInstanceOf(StartRefusedException.class);
        assertThatThrownBy(() -> start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:a100::/56")))))
                .isInstanceOf(StartRefusedException.class);
        assertThatThrownBy(() -> start(new Anchor(ANCHOR, 0, List.of(block("2001:db8:100:40::/60", MAG1)))))
                .isInstanceOf(StartRefusedException.class);
        start(new Anchor(ANCHOR, 0, List.of(pool("2001:db8:100::/40"), block("2001:db8:a100::/56", MAG1))));
    }

    @Test
    void t31_aTemporalPrefixComesFromItsGatewaysBlockAndReturnsThereAfterItsRest() {
        List<PrefixPool> pools = List.of(
                pool("2001:db8:100::/40"), block("2001:db8:a100::/64", MAG1), block("2001:db8:a200::/64", MAG2));
        try (Replica replica = new Replica(database, pools, Duration.ZERO)) {
            assertThat(replica.accepted(wlan().service(INTERNET).lifetime(1)).homeNetworkPrefixes())
                    .containsExactly(HomeNetworkPrefix.parse("2001:db8:a100::/64"));
            assertThat(replica.accepted(lte().of(MN2).service(INTERNET)).homeNetworkPrefixes())
                    .containsExactly(HomeNetworkPrefix.parse("2001:db8:a200::/64"));
            MobileNodeIdentifier third = new MobileNodeIdentifier("crowd-3");
            assertThat(replica.status(wlan().of(third).service(INTERNET))).isEqualTo(130);
            assertThat(replica.status(wlan().of(third).service(IMS))).isZero();
            replica.expire(START.plusSeconds(4));
            replica.acknowledged(4);
            Await.until(
                    "the prefix is free again",
                    () -> replica.status(wlan().of(new MobileNodeIdentifier("crowd-4"))
                                    .service(INTERNET)
                                    .at(Instant.now()))
                            == 0);
            assertThat(database.query(
                            "SELECT mobile_node FROM home_network_prefix WHERE text(prefix) = '2001:db8:a100::/64'"))
                    .containsExactly("crowd-4");
        }
    }

    @Test
    void f18_oneInitiatePerGatewayAndNodeWhateverTheCodeDoes() throws Exception {
        String insert =
                "INSERT INTO gateway_message (anchor, proxy_care_of_address, kind, sequence_number, mobile_node, due_at)"
                        + " VALUES (1, '2001:db8:1::1', 'UPDATE_NOTIFICATION', %d, 'mn', now())";
        try (Replica replica = new Replica(database)) {
            assertThat(replica.status(wlan())).isZero();
        }
        database.execute(insert.formatted(1));
        assertThatThrownBy(() -> database.execute(insert.formatted(2))).hasMessageContaining("duplicate key");
    }

    @Test
    void whatIsSignalledAboutAnEntryIsReadAsItWasWritten() {
        try (Replica replica = new Replica(database)) {
            replica.accepted(
                    wlan().linkLocalAddress(Ipv6Address.parse("fe80::77")).service(IMS));
            HomeNetworkPrefix wlan = HomeNetworkPrefix.parse(
                    database.query("SELECT text(prefix) FROM binding_prefix").getFirst());
            ProxyBindingAcknowledgement lte = replica.accepted(lte().at(LATER));
            assertThat(lte.offLinkPrefixes()).containsExactly(wlan);
            // Read again: the refresh repeats what the attachment was given.
            assertThat(replica.accepted(lte().handoff(NOT_CHANGED)
                                    .prefixes(lte.homeNetworkPrefixes())
                                    .at(LATER.plusSeconds(1)))
                            .offLinkPrefixes())
                    .containsExactly(wlan);
            assertThat(replica.accepted(wlan().handoff(NOT_CHANGED)
                                    .prefixes(wlan)
                                    .linkLocalAddress(Ipv6Address.UNSPECIFIED)
                                    .at(LATER.plusSeconds(1)))
                            .linkLocalAddress())
                    .contains(Ipv6Address.parse("fe80::77"));
            assertThat(database.query("SELECT service_selection FROM binding_cache_entry ORDER BY 1"))
                    .containsExactly("ims", null);
            // The first session goes; the second gateway is told, once a second, and then no more.
            replica.accepted(wlan().prefixes(wlan).deregistration().at(LATER.plusSeconds(2)));
            replica.expire(LATER.plusSeconds(12));
            assertThat(database.query("SELECT on_link_prefixes::text FROM gateway_message"))
                    .containsExactly("{" + lte.homeNetworkPrefixes().getFirst() + "}");
            replica.expire(LATER.plusSeconds(13));
            assertThat(database.number("SELECT transmissions FROM gateway_message"))
                    .isEqualTo(2);
            replica.expire(LATER.plusSeconds(14));
            assertThat(database.number("SELECT count(*) FROM gateway_message")).isZero();
            assertThat(database.number("SELECT count(*) FROM binding_cache_entry WHERE signalling IS NOT NULL"))
                    .isZero();
        }
    }
}
