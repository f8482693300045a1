package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;
import static org.flowanchor.binding.Scene.START;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.FlowMobilePrefix;
import org.flowanchor.api.v1.Revocation;
import org.flowanchor.binding.RandomUpdates;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.domain.Anchorage;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/**
 * Random histories over two replicas of one database, from a seed: concurrent updates of the same mobile nodes, revocations by gateways,
 * retransmissions, wrong prefixes, de-registrations, expiry, clocks that jump, a replica that dies and comes back, connections that are cut
 * in the middle of a transaction. After every round what was acknowledged must be there, after every history the database must tell one
 * consistent story.
 */
class BindingHistoriesIT {
    private static final int HISTORIES = 200;
    private static final int HISTORIES_OF_A_DATABASE = 25;
    private static final int ROUNDS = 6;

    /** In one round of every so many histories: each costs as long as both replicas take to come back. */
    private static final int HISTORIES_PER_CUT = 4;

    /** Handed out in small blocks, so that what has rested is looked for all the time. */
    private static final PrefixPool SMALL = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/52"), 64);

    private static final Duration REST = Duration.ofMillis(50);

    /** Notes every prefix that another mobile node gets. */
    private static final String CHANGED_HANDS = """
            CREATE TABLE changed_hands (prefix cidr, state text, rested interval, released_version bigint, acknowledged bigint);
            CREATE FUNCTION note_changed_hands() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO changed_hands SELECT OLD.prefix, OLD.state, now() - OLD.released_at, OLD.released_version,
                    coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = OLD.anchor), 0);
                RETURN NULL;
            END $$;
            CREATE TRIGGER changed_hands AFTER UPDATE ON home_network_prefix FOR EACH ROW
                WHEN (OLD.mobile_node <> NEW.mobile_node) EXECUTE FUNCTION note_changed_hands()""";

    @Test
    void t04_t05_databaseTellsOneStoryAfterAnyHistory() {
        int reused = 0;
        int unanswered = 0;
        int cut = 0;
        for (long first = 1; first <= HISTORIES; first += HISTORIES_OF_A_DATABASE) {
            try (TestDatabase database = TestDatabase.migrated();
                    TwoReplicas replicas = new TwoReplicas(database)) {
                for (long seed = first; seed < first + HISTORIES_OF_A_DATABASE; seed++) {
                    try {
                        play(new RandomUpdates(seed), replicas, seed % HISTORIES_PER_CUT == 0);
                        replicas.checkStory();
                    } catch (RuntimeException | AssertionError e) {
                        throw new AssertionError("seed " + seed, e);
                    }
                }
                reused += (int) database.number("SELECT count(*) FROM changed_hands");
                unanswered += replicas.unanswered;
                cut += replicas.cut;
            }
        }
        assertThat(reused).as("prefixes that changed hands").isPositive();
        assertThat(cut).as("transactions that were cut").isGreaterThanOrEqualTo(HISTORIES / HISTORIES_PER_CUT / 2);
        assertThat(unanswered).as("updates whose connection was cut").isPositive();
    }

    /** The same decisions on rows as in memory: what is stored and read again loses nothing that a later decision needs. */
    @Test
    void storedBindingsAreDecidedOnLikeThoseInMemory() {
        try (TestDatabase database = TestDatabase.migrated();
                Replica replica = new Replica(database)) {
            for (long seed = 100; seed < 104; seed++) {
                compare(new RandomUpdates(seed), replica);
                replica.expire(START.plus(Duration.ofDays(seed)));
            }
        }
    }

    /** Stands for the answer that did not come. */
    private static final BindingDecision UNANSWERED = new BindingDecision.Ignored("no answer");

    /** A revocation that was sent to a replica. */
    private record Revoked(
            RandomUpdates.Revocation revocation, CompletableFuture<BindingRevocationAcknowledgement> answer) {
        static Revoked at(Replica replica, RandomUpdates.Revocation revocation) {
            return new Revoked(
                    revocation, replica.revoke(revocation.gateway(), revocation.received(), revocation.at()));
        }

        Optional<BindingRevocationAcknowledgement> answered() {
            return answer.handle((acknowledgement, failure) -> Optional.ofNullable(acknowledgement))
                    .join();
        }
    }

    private static void compare(RandomUpdates history, Replica replica) {
        Anchorage model = new Anchorage(RULES_WITHOUT_WAIT).withoutTimers();
        Map<HomeNetworkPrefix, HomeNetworkPrefix> twins = new HashMap<>();
        Map<Integer, Integer> statuses = new TreeMap<>();
        history.now = START.plus(Duration.ofDays(history.random.nextInt(50)));
        for (int step = 0; step < 250; step++) {
            Update update = history.next();
            switch (history.random.nextInt(6)) {
                case 0 -> update = update.withoutTimestamp();
                case 1 -> update = update.timestamp(update.at().minusMillis(history.random.nextInt(40)));
                default -> {}
            }
            BindingDecision stored = replica.decide(update);
            BindingDecision expected = model.decide(update.prefixes(update.prefixes().stream()
                    .map(prefix -> twins.getOrDefault(prefix, prefix))
                    .toList()));
            assertThat(Replica.status(stored)).as("step " + step + " " + update).isEqualTo(Replica.status(expected));
            statuses.merge(Replica.status(stored), 1, Integer::sum);
            if (stored instanceof Accepted accepted) {
                List<HomeNetworkPrefix> real = accepted.acknowledgement().homeNetworkPrefixes();
                List<HomeNetworkPrefix> twin =
                        ((Accepted) expected).acknowledgement().homeNetworkPrefixes();
                assertThat(real).hasSameSizeAs(twin);
                for (int i = 0; i < real.size(); i++) {
                    twins.put(real.get(i), twin.get(i));
                }
                history.prefixes.put(
                        accepted.acknowledgement().mobileNodeIdentifier().orElseThrow(), real);
            }
            if (history.random.nextInt(20) == 0) {
                history.now = history.now.plusSeconds(history.random.nextInt(30));
                replica.expire(history.now);
                model.expire(history.now);
            }
        }
        // The history met acceptance, silence, and each family of refusals.
        assertThat(statuses).containsKeys(-1, 0, 135, 155, 157);
        compareEntries(history, model, replica, twins);
    }

    private static void compareEntries(
            RandomUpdates history, Anchorage model, Replica replica, Map<HomeNetworkPrefix, HomeNetworkPrefix> twins) {
        List<BindingCacheEntry> stored = replica.snapshot().entries().stream()
                .map(entry -> {
                    BindingCacheEntry.Builder twin =
                            entry.toBuilder().clearVersion().clearHomeNetworkPrefixes();
                    prefixes(entry).stream()
                            .map(twins::get)
                            .sorted()
                            .forEach(prefix -> twin.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
                    return twin.clearFlowMobilePrefixes()
                            .addAllFlowMobilePrefixes(flowMobile(entry, twins))
                            .build();
                })
                .toList();
        List<BindingCacheEntry> expected = new ArrayList<>();
        for (int i = 0; i < RandomUpdates.NODES; i++) {
            model.node(history.node(i)).entries().forEach(entry -> expected.add(BindingMessages.of(ANCHOR, entry, 0)));
        }
        assertThat(stored).containsExactlyElementsOf(expected);
    }

    private static List<FlowMobilePrefix> flowMobile(
            BindingCacheEntry entry, Map<HomeNetworkPrefix, HomeNetworkPrefix> twins) {
        Map<HomeNetworkPrefix, FlowMobilePrefix> sorted = new TreeMap<>();
        entry.getFlowMobilePrefixesList().forEach(one -> {
            HomeNetworkPrefix twin = Objects.requireNonNull(twins.get(ProtoMapping.homeNetworkPrefix(one.getPrefix())));
            sorted.put(
                    twin, one.toBuilder().setPrefix(ProtoMapping.toProto(twin)).build());
        });
        return List.copyOf(sorted.values());
    }

    private static void play(RandomUpdates history, TwoReplicas replicas, boolean cuts) {
        int cutIn = cuts ? history.random.nextInt(ROUNDS) : ROUNDS;
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<BindingDecision>> sent = new ArrayList<>();
            Set<MobileNodeIdentifier> updated = new HashSet<>();
            List<Revoked> revoked = new ArrayList<>();
            // Where something is cut there is enough to meet.
            int concurrent = 1 + history.random.nextInt(20) + (round == cutIn ? 20 : 0);
            for (int i = 0; i < concurrent; i++) {
                Update update = history.next();
                updated.add(update.mobileNode());
                sent.add(replicas.any(history.random).submit(update));
                if (history.random.nextInt(8) == 0) {
                    RandomUpdates.Revocation revocation = history.revocation();
                    revoked.add(Revoked.at(replicas.any(history.random), revocation));
                    revoked.add(Revoked.at(replicas.any(history.random), revocation));
                }
                if (history.random.nextInt(6) == 0) {
                    // Again, with another order of arrival, or at the other replica.
                    sent.add(replicas.any(history.random).submit(update));
                }
            }
            if (round == cutIn) {
                replicas.cutTransactionOf(sent);
            }
            Map<MobileNodeIdentifier, List<Accepted>> accepted = new HashMap<>();
            for (CompletableFuture<BindingDecision> one : sent) {
                BindingDecision decided =
                        one.exceptionally(failure -> UNANSWERED).join();
                if (decided == UNANSWERED) {
                    replicas.unanswered++;
                }
                if (decided instanceof Accepted decision) {
                    MobileNodeIdentifier node =
                            decision.acknowledgement().mobileNodeIdentifier().orElseThrow();
                    accepted.computeIfAbsent(node, key -> new ArrayList<>()).add(decision);
                    history.prefixes.put(node, decision.acknowledgement().homeNetworkPrefixes());
                }
            }
            checkRevoked(revoked, updated, accepted, replicas.one);
            checkAcknowledged(accepted, replicas.one);
            if (history.random.nextInt(4) == 0) {
                replicas.acknowledge();
            }
            switch (history.random.nextInt(16)) {
                case 0, 1, 2, 3 -> {
                    history.now = history.now.plusSeconds(history.random.nextInt(15));
                    replicas.two.expire(history.now);
                }
                case 4, 5 -> history.now = history.now.minusSeconds(history.random.nextInt(3));
                case 6 -> replicas.restartOne();
                default -> {}
            }
        }
    }

    /** Two replicas on one database, and what its log has told so far. */
    private static final class TwoReplicas implements AutoCloseable {
        final TestDatabase database;
        private final Connection knife;
        final Replica two;
        Replica one;
        private final Map<String, BindingCacheEntry> replayed = new TreeMap<>();
        private long version;
        int unanswered;
        int cut;

        TwoReplicas(TestDatabase database) {
            this.database = database;
            try {
                database.execute(CHANGED_HANDS);
                this.knife = database.pool().getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            this.one = new Replica(database, SMALL, REST);
            this.two = new Replica(database, SMALL, REST);
        }

        /** Whatever is in the middle of a transaction when one is. */
        void cutTransactionOf(List<? extends CompletableFuture<?>> sent) {
            try (PreparedStatement kill = knife.prepareStatement("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                      AND xact_start IS NOT NULL""")) {
                boolean any = false;
                while (!any && !sent.stream().allMatch(CompletableFuture::isDone)) {
                    try (ResultSet rows = kill.executeQuery()) {
                        any = rows.next();
                    }
                }
                cut += any ? 1 : 0;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The anchor's agent has applied everything so far. */
        void acknowledge() {
            two.acknowledged(two.log().position(ANCHOR).version());
        }

        Replica any(Random random) {
            return random.nextBoolean() ? one : two;
        }

        void restartOne() {
            one.close();
            one = new Replica(database, SMALL, REST);
        }

        @Override
        public void close() {
            one.close();
            two.close();
        }

        /** First column of every row; on one connection, since each takes longer than what is asked. */
        private List<String> ask(String sql) {
            try (PreparedStatement select = knife.prepareStatement(sql);
                    ResultSet rows = select.executeQuery()) {
                List<String> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
                return values;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void checkStory() {
            // A prefix in use is assigned, an assigned prefix is in use, and to one node.
            assertThat(ask("""
                            SELECT text(prefix) FROM binding_prefix GROUP BY prefix HAVING count(DISTINCT mobile_node) > 1""")).isEmpty();
            assertThat(ask("""
                            SELECT text(h.prefix) FROM home_network_prefix h
                            WHERE (h.state = 'ASSIGNED') <> EXISTS (
                                SELECT 1 FROM binding_prefix p WHERE p.anchor = h.anchor AND p.prefix = h.prefix)""")).isEmpty();
            // Whoever got a prefix, it had rested, and the anchor knew that its last holder had it no more.
            assertThat(ask("""
                            SELECT text(prefix) FROM changed_hands
                            WHERE state <> 'RESTING' OR rested < interval '%d ms' OR released_version > acknowledged""".formatted(REST.toMillis()))).isEmpty();
            // T-04, T-05: the index from node to entries and what is read with an entry are what the constraints are
            // on.
            assertThat(ask("""
                            SELECT e.mobile_node FROM binding_cache_entry e
                            WHERE e.home_network_prefixes IS DISTINCT FROM (
                                SELECT string_agg(substring(inet_send(p.prefix) FROM 5)
                                           || set_byte('\\x00'::bytea, 0, masklen(p.prefix)), ''::bytea ORDER BY p.prefix)
                                FROM binding_prefix p
                                WHERE p.anchor = e.anchor AND p.mobile_node = e.mobile_node
                                  AND p.binding_identifier = e.binding_identifier)""")).isEmpty();
            // The log is dense and, replayed, gives the entries.
            var snapshot = two.snapshot();
            List<LoggedChange> log = two.log().after(ANCHOR, version, Integer.MAX_VALUE);
            assertThat(log).hasSize((int) (snapshot.version() - version));
            for (LoggedChange change : log) {
                assertThat(change.version()).isEqualTo(++version);
                String key =
                        change.key().mobileNodeIdentifier() + "/" + change.key().bindingIdentifier();
                Optional<BindingCacheEntry> entry = change.entry();
                if (entry.isPresent()) {
                    replayed.put(key, entry.get());
                } else {
                    assertThat(replayed.remove(key)).as("tombstone of " + key).isNotNull();
                }
            }
            Map<String, BindingCacheEntry> stored = new TreeMap<>();
            snapshot.entries()
                    .forEach(entry ->
                            stored.put(entry.getMobileNodeIdentifier() + "/" + entry.getBindingIdentifier(), entry));
            assertThat(replayed).isEqualTo(stored);
            // Every unanswered message has an entry that waits for it, and every entry that waits has one.
            assertThat(ask("""
                            SELECT DISTINCT mobile_node || ' ' || kind || ' ' || host(proxy_care_of_address)
                            FROM gateway_message ORDER BY 1"""))
                    .isEqualTo(stored.values().stream()
                            .flatMap(BindingHistoriesIT::awaited)
                            .distinct()
                            .sorted()
                            .toList());
            assertThat(stored.values()).allMatch(entry -> entry.getState() != BindingState.BINDING_STATE_UNSPECIFIED);
        }
    }

    /**
     * A repetition is answered alike. What was revoked is gone, unless an update of the round may have come after it; what may have been
     * revoked is not looked for any more.
     */
    private static void checkRevoked(
            List<Revoked> revoked,
            Set<MobileNodeIdentifier> updated,
            Map<MobileNodeIdentifier, List<Accepted>> accepted,
            Replica replica) {
        Map<RandomUpdates.Revocation, BindingRevocationAcknowledgement> answers = new HashMap<>();
        for (Revoked one : revoked) {
            accepted.remove(one.revocation().mobileNode());
            one.answered()
                    .ifPresent(answer -> assertThat(answers.computeIfAbsent(one.revocation(), first -> answer))
                            .isEqualTo(answer));
        }
        List<BindingCacheEntry> entries =
                answers.isEmpty() ? List.of() : replica.snapshot().entries();
        answers.keySet().stream()
                .filter(revocation -> !revocation.isForHandover() && !updated.contains(revocation.mobileNode()))
                .forEach(revocation -> assertThat(entries)
                        .as("what " + revocation + " names")
                        .noneMatch(entry -> entry.getMobileNodeIdentifier()
                                        .equals(revocation.mobileNode().value())
                                && ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress())
                                        .equals(revocation.gateway())
                                && (revocation.received().homeNetworkPrefixes().isEmpty()
                                        || !Collections.disjoint(
                                                prefixes(entry),
                                                revocation.received().homeNetworkPrefixes()))));
    }

    /** What the last acknowledgements of a round promised is there: accepted after the commit, and in the database. */
    private static void checkAcknowledged(Map<MobileNodeIdentifier, List<Accepted>> accepted, Replica replica) {
        List<BindingCacheEntry> entries = replica.snapshot().entries();
        accepted.forEach((node, decisions) -> {
            for (Accepted decision : decisions) {
                assertThat(entries)
                        .as("entries of " + node)
                        .anyMatch(entry -> entry.getMobileNodeIdentifier().equals(node.value())
                                && prefixes(entry)
                                        .equals(decision.acknowledgement().homeNetworkPrefixes()));
            }
        });
    }

    private static List<HomeNetworkPrefix> prefixes(BindingCacheEntry entry) {
        return entry.getHomeNetworkPrefixesList().stream()
                .map(ProtoMapping::homeNetworkPrefix)
                .sorted()
                .toList();
    }

    private static Stream<String> awaited(BindingCacheEntry entry) {
        String gateway = " " + ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress());
        boolean initiate = entry.getFlowMobilePrefixesList().stream()
                .anyMatch(prefix -> prefix.getState() == FlowMobilePrefix.State.STATE_PREPARING
                        || prefix.getState() == FlowMobilePrefix.State.STATE_WITHDRAWING);
        boolean revocation = entry.getRevocation().getState() == Revocation.State.STATE_IN_PROGRESS;
        return Stream.concat(
                initiate ? Stream.of(entry.getMobileNodeIdentifier() + " UPDATE_NOTIFICATION" + gateway) : Stream.of(),
                revocation
                        ? Stream.of(entry.getMobileNodeIdentifier() + " BINDING_REVOCATION_INDICATION" + gateway)
                        : Stream.of());
    }
}
