package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.PROPOSER;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prefixes that gateways assign themselves (OAI, OPMIP, MAD), beside those the anchor hands out, on a real PostgreSQL. */
class ProposedPrefixesIT {
    private static final PrefixPool EIGHT = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/61"), 64);
    private static final Duration LONG = Duration.ofSeconds(60);
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static MobileNodeIdentifier node(int number) {
        return new MobileNodeIdentifier("crowd-" + number);
    }

    private static Update proposal(MobileNodeIdentifier node, HomeNetworkPrefix prefix) {
        return update(PROPOSER, WLAN).of(node).prefixes(prefix);
    }

    @Test
    void o05_aFreePrefixIsTheNodesThatItIsProposedFor() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            HomeNetworkPrefix fifth = EIGHT.at(5);
            assertThat(replica.status(update(MAG1, WLAN).prefixes(fifth)))
                    .as("from a gateway that may not")
                    .isEqualTo(155);
            assertThat(replica.accepted(proposal(MN1, fifth)).homeNetworkPrefixes())
                    .containsExactly(fifth);
            assertThat(replica.status(proposal(MN2, fifth))).isEqualTo(155);
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix"))
                    .containsExactly(MN1.value());
        }
    }

    @Test
    void o05_whatIsInNoPoolOrOfAnotherLengthIs155AndLeavesNoTrace() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            for (String prefix : List.of(
                    "2001:db8:666::/64", "2001:db8:900::/61", "2001:db8:900::/65", "2001:db8:900::/128", "2000::/3")) {
                assertThat(replica.status(proposal(MN1, HomeNetworkPrefix.parse(prefix))))
                        .as(prefix)
                        .isEqualTo(155);
            }
            assertThat(database.number("SELECT version FROM anchor")).isZero();
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isZero();
        }
    }

    @Test
    void o05_ofTwoNodesWithOneProposalOneGetsItOverTwoReplicas() {
        try (Replica one = new Replica(database);
                Replica two = new Replica(database)) {
            for (int round = 0; round < 40; round++) {
                HomeNetworkPrefix prefix = Replica.POOL.at(1_000_000 + round);
                Replica second = round % 2 == 0 ? one : two;
                CompletableFuture<BindingDecision> first = one.submit(proposal(node(2 * round), prefix));
                CompletableFuture<BindingDecision> other = second.submit(proposal(node(2 * round + 1), prefix));
                assertThat(List.of(Replica.status(first.join()), Replica.status(other.join())))
                        .containsExactlyInAnyOrder(0, 155);
            }
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isEqualTo(40);
        }
    }

    /** Proposals into blocks that are handed out, and ahead of them, in the same batches as requests for any prefix. */
    @Test
    void o05_proposalsAndTheAnchorsOwnChoicesNeverMeetAndEveryPrefixIsUsed() {
        PrefixPool pool = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/55"), 64);
        try (Replica one = new Replica(database, pool, LONG);
                Replica two = new Replica(database, pool, LONG)) {
            List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
            for (int i = 0; i < 128; i++) {
                Replica replica = i % 3 == 0 ? two : one;
                sent.add(replica.submit(proposal(node(i), pool.at(4L * i + 1))));
                sent.add(replica.submit(wlan().of(node(1000 + i))));
            }
            Set<HomeNetworkPrefix> given = new HashSet<>();
            int refused = 0;
            for (CompletableFuture<BindingDecision> decision : sent) {
                switch (decision.join()) {
                    case BindingDecision.Accepted accepted ->
                        assertThat(given.addAll(accepted.acknowledgement().homeNetworkPrefixes()))
                                .isTrue();
                    case BindingDecision.Rejected rejected -> {
                        // The anchor was faster with this one.
                        assertThat(rejected.acknowledgement().status().value()).isEqualTo(155);
                        refused++;
                    }
                    case BindingDecision.Deferred deferred -> throw new AssertionError("nobody to wait for");
                    case BindingDecision.Ignored ignored -> throw new AssertionError(ignored.reason());
                }
            }
            assertThat(given).hasSize(256 - refused);
            assertThat(database.number("SELECT count(*) FROM home_network_prefix"))
                    .isEqualTo(given.size());
            assertThat(one.counts.unanswered.get() + two.counts.unanswered.get())
                    .isZero();
        }
    }

    @Test
    void o05_theRestOfAPoolIsHandedOutAroundProposals() {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            for (long index : List.of(0L, 3L, 7L)) {
                assertThat(replica.status(proposal(node((int) index), EIGHT.at(index))))
                        .isZero();
            }
            Set<HomeNetworkPrefix> others = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                others.addAll(replica.accepted(wlan().of(node(100 + i))).homeNetworkPrefixes());
            }
            assertThat(others)
                    .containsExactlyInAnyOrder(EIGHT.at(1), EIGHT.at(2), EIGHT.at(4), EIGHT.at(5), EIGHT.at(6));
            assertThat(replica.status(wlan().of(MN2))).isEqualTo(130);
        }
    }

    @Test
    void o05_whatRestsForAnotherNodeIsFreeWhenItHasRestedAndTheAnchorAcknowledged() {
        try (Replica replica = new Replica(database, EIGHT, Duration.ofMillis(1))) {
            HomeNetworkPrefix second = EIGHT.at(2);
            assertThat(replica.status(proposal(MN1, second).lifetime(1))).isZero();
            assertThat(replica.expire(START.plusSeconds(4))).isEqualTo(1);
            assertThat(replica.status(proposal(MN2, second).at(Instant.now())))
                    .as("nobody has acknowledged version 2 yet")
                    .isEqualTo(155);
            replica.acknowledged(2);
            Await.until(
                    "the prefix is free for the other node",
                    () -> replica.status(proposal(MN2, second).at(Instant.now())) == 0);
            assertThat(database.query("SELECT mobile_node || state FROM home_network_prefix"))
                    .containsExactly(MN2.value() + "ASSIGNED");
        }
    }

    /** The lease that another replica has on a rested prefix is an optimisation: the proposal wins, and the lessee goes on. */
    @Test
    void o05_aRestedPrefixThatAReplicaHoldsReadyIsGivenToTheNodeItIsProposedFor() {
        try (Replica one = new Replica(database, EIGHT, Duration.ofMillis(1));
                Replica two = new Replica(database, EIGHT, Duration.ofMillis(1))) {
            for (int i = 0; i < 8; i++) {
                assertThat(one.status(wlan().of(node(i)).lifetime(1))).isZero();
            }
            assertThat(one.expire(START.plusSeconds(4))).isEqualTo(8);
            one.acknowledged(16);
            Instant now = Instant.now();
            Await.until(
                    "one holds the others ready",
                    () -> one.status(wlan().of(MN1).at(Instant.now())) == 0);
            String leased = database.query(
                            "SELECT text(prefix) FROM home_network_prefix WHERE state = 'RESTING' AND lessee IS NOT NULL"
                                    + " ORDER BY released_at LIMIT 1")
                    .getFirst();
            assertThat(two.status(proposal(MN2, HomeNetworkPrefix.parse(leased)).at(now)))
                    .isZero();
            Set<HomeNetworkPrefix> given = new HashSet<>();
            for (int i = 10; i < 16; i++) {
                given.addAll(one.accepted(wlan().of(node(i)).at(now)).homeNetworkPrefixes());
            }
            assertThat(given).hasSize(6).doesNotContain(HomeNetworkPrefix.parse(leased));
        }
    }
}
