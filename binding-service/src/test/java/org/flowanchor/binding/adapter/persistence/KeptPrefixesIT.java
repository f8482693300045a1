package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.UNKNOWN;
import static org.flowanchor.binding.Scene.wlan;
import static org.flowanchor.binding.StoredProfiles.profile;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.StoredProfiles;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.adapter.persistence.PrefixLeases.Rested;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Static prefixes among those that rest: whoever looks for what others may have does not walk them. */
class KeptPrefixesIT {
    private static final PrefixPool LARGE = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/40"), 64);
    private static final PrefixPool REMOVED = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:300::/48"), 64);
    private static final PrefixPool TEMPORAL =
            new PrefixPool(HomeNetworkPrefix.parse("2001:db8:400::/48"), 64, Optional.of(MAG1));
    private static final PrefixPool EIGHT = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:900::/61"), 64);
    private static final int MANY = 200_000;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final String MARK = "SELECT kept FROM home_network_prefix WHERE prefix = '%s'";

    private final StoredProfiles profiles = new StoredProfiles();
    private TestDatabase database;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static MobileNodeIdentifier crowd(int number) {
        return new MobileNodeIdentifier("crowd-" + number);
    }

    /** The prefix with index i of a pool with this third group. */
    private static String prefix(int group) {
        return "format('2001:db8:%%s:%%s::/64', to_hex(%d + (i >> 16)), to_hex(i & 65535))::cidr".formatted(group);
    }

    /** Given up by some node, one after the other. */
    private void rest(PrefixPool pool, int group, int first, int count, int version, String age) throws SQLException {
        database.execute("""
                INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state, released_at, released_version)
                SELECT anchor, %s, '%s', 'gone', 'RESTING', now() - interval '%s' + i * interval '1 ms', %d
                FROM anchor, generate_series(%d, %d) i""".formatted(prefix(group), pool.prefix(), age, version, first, first + count - 1));
    }

    private static StoredAnchor stored(List<PrefixPool> pools) {
        return new StoredAnchor(1, new Anchor(ANCHOR, 0, pools), pools);
    }

    /** Rows of home_network_prefix that this transaction has read. */
    private static long read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables
                        WHERE relname = 'home_network_prefix'""")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void aRefillReadsAFewRowsHoweverManyStaticPrefixesRest() throws Exception {
        new Replica(database, List.of(REMOVED, TEMPORAL), LONG).close();
        PrefixLeases leases = new PrefixLeases(stored(List.of(LARGE, TEMPORAL)), UUID.randomUUID(), LONG);
        try (Connection connection = DriverManager.getConnection(database.url(), "postgres", "")) {
            connection.setAutoCommit(false);
            // Plans are made while there is nothing, and kept.
            connection.createStatement().execute("SET plan_cache_mode = force_generic_plan");
            for (int i = 0; i < 10; i++) {
                assertThat(leases.takeRested(connection, Map.of(LARGE, false))).isEmpty();
                connection.commit();
            }
            database.execute("""
                    INSERT INTO subscriber SELECT 'static-' || i, 1, '' FROM generate_series(0, %1$d) i;
                    INSERT INTO subscriber_prefix SELECT %2$s, 'static-' || i FROM generate_series(0, %1$d) i""".formatted(MANY - 1, prefix(0x100)));
            try (Replica replica = new Replica(database, List.of(LARGE, TEMPORAL), LONG)) {
                assertThat(database.number("SELECT count(*) FROM home_network_prefix WHERE kept"))
                        .isEqualTo(MANY);
                database.execute("UPDATE home_network_prefix SET released_at = now() - interval '3 h'");
                // Of a pool that is configured no more, and of one that is not asked for: older than what is wanted.
                rest(REMOVED, 0x300, 0, 20_000, 0, "2 h");
                rest(TEMPORAL, 0x400, 0, 20_000, 0, "2 h");
                // Which no agent acknowledged yet; still younger ones rest.
                rest(LARGE, 0x100, 310_000, 20_000, 7, "30 min");
                rest(LARGE, 0x100, 330_000, 20_000, 8, "0 s");
                rest(LARGE, 0x100, 300_000, 3, 1, "1 h");
                replica.acknowledged(5);
                Await.until(
                        "the agent has acknowledged",
                        () -> database.number("SELECT version FROM anchor_acknowledgement") == 5);
            }
            List<Rested> taken = leases.takeRested(connection, Map.of(LARGE, false));
            assertThat(taken)
                    .extracting(Rested::prefix)
                    .containsExactlyInAnyOrder(LARGE.at(300_000), LARGE.at(300_001), LARGE.at(300_002));
            assertThat(read(connection)).as("rows read").isLessThan(4_000);
            connection.commit();
            assertThat(leases.takeRested(connection, Map.of(LARGE, false)))
                    .as("leased already")
                    .isEmpty();
            assertThat(read(connection)).as("rows read").isLessThan(4_000);
            connection.commit();
            assertThat(leases.takeRested(connection, Map.of(LARGE, true)))
                    .as("forgotten, and leased again")
                    .hasSize(3);
        }
    }

    @Test
    void aStaticPrefixIsNobodyElsesAsLongAsSomeProfileHasIt() {
        HomeNetworkPrefix wanted = EIGHT.at(3);
        try (Replica replica = new Replica(database, EIGHT, SHORT)) {
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(wanted)));
            assertThat(database.query(MARK.formatted(wanted))).containsExactly("t");
            // Used, given up, and rested: still nobody else's.
            assertThat(replica.accepted(wlan().of(UNKNOWN).lifetime(1)).homeNetworkPrefixes())
                    .containsExactly(wanted);
            assertThat(replica.expire(START.plusSeconds(10))).isEqualTo(1);
            replica.acknowledged(replica.snapshot().version());
            fill(replica, 0, 7);
            assertThat(replica.status(wlan().of(crowd(7)).at(Instant.now()))).isEqualTo(130);

            profiles.remove(replica, UNKNOWN);
            assertThat(database.query(MARK.formatted(wanted))).containsExactly("f");
            fill(replica, 7, 8);
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix WHERE prefix = '" + wanted + "'"))
                    .containsExactly(crowd(7).value());

            // Back, while another node has it: marked where it is, and its node's once it was given up and has rested.
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(wanted)));
            assertThat(database.query(MARK.formatted(wanted))).containsExactly("t");
            assertThat(replica.status(wlan().of(UNKNOWN).at(Instant.now()))).isEqualTo(130);
            replica.expire(Instant.now().plusSeconds(1_000));
            replica.acknowledged(replica.snapshot().version());
            fill(replica, 10, 17);
            assertThat(replica.status(wlan().of(crowd(17)).at(Instant.now()))).isEqualTo(130);
            Await.until("it has rested", () -> replica.status(wlan().of(UNKNOWN).at(Instant.now())) == 0);
            assertThat(database.query("SELECT mobile_node FROM home_network_prefix WHERE prefix = '" + wanted + "'"))
                    .containsExactly(UNKNOWN.value());
        }
    }

    private static void fill(Replica replica, int first, int end) {
        for (int i = first; i < end; i++) {
            MobileNodeIdentifier node = crowd(i);
            Await.until("a prefix", () -> replica.status(wlan().of(node).at(Instant.now())) == 0);
        }
    }

    /** Leased as one that has rested, and so held ready in memory, before the profile keeps it. */
    @Test
    void aRestedPrefixThatIsHeldReadyIsKeptFromThenOn() {
        try (Replica replica = new Replica(database, EIGHT, SHORT)) {
            for (int i = 0; i < 8; i++) {
                replica.accepted(wlan().of(crowd(i)).lifetime(1));
            }
            replica.expire(START.plusSeconds(10));
            replica.acknowledged(replica.snapshot().version());
            fill(replica, 10, 11);
            HomeNetworkPrefix ready = HomeNetworkPrefix.parse(
                    database.query("SELECT text(prefix) FROM home_network_prefix WHERE lessee IS NOT NULL")
                            .getFirst());
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(ready)));
            fill(replica, 11, 17);
            assertThat(replica.status(wlan().of(crowd(17)).at(Instant.now()))).isEqualTo(130);
            assertThat(replica.accepted(wlan().of(UNKNOWN).at(Instant.now())).homeNetworkPrefixes())
                    .containsExactly(ready);
        }
    }

    @Test
    void aTopicThatIsReadAnewWritesNoPrefixThatStaysAndLetsGoOfOneThatIsMissing() {
        HomeNetworkPrefix stays = EIGHT.at(3);
        HomeNetworkPrefix missing = EIGHT.at(4);
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(
                    replica,
                    profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(stays)),
                    profile(MN2).addStaticPrefixes(ProtoMapping.toProto(missing)));
            String version = "SELECT xmin || ' ' || xmax FROM home_network_prefix WHERE prefix = '" + stays + "'";
            List<String> before = database.query(version);
            profiles.readAnew(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(stays)));
            assertThat(database.query(version)).isEqualTo(before);
            assertThat(database.query(MARK.formatted(stays))).containsExactly("t");
            assertThat(database.query(MARK.formatted(missing))).containsExactly("f");
        }
    }

    /** A prefix would be nobody's for ever if it were marked after its profile went. */
    @Test
    void aProfileThatGoesWhileAReplicaStartsLeavesNoMark() throws Exception {
        try (Replica replica = new Replica(database, EIGHT, LONG)) {
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(LARGE.at(3))));
            CompletableFuture<Void> started;
            CompletableFuture<Void> removed;
            try (Connection holdingUp = DriverManager.getConnection(database.url(), "postgres", "");
                    Statement statement = holdingUp.createStatement()) {
                database.execute(
                        "INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity, static_prefixes_kept) SELECT anchor, '"
                                + LARGE.prefix() + "', 64, " + LARGE.capacity() + ", false FROM anchor");
                holdingUp.setAutoCommit(false);
                statement.execute(
                        "INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state) SELECT anchor, '"
                                + LARGE.at(3) + "', '" + LARGE.prefix()
                                + "', 'thief@example.org', 'ASSIGNED' FROM anchor");
                started = CompletableFuture.runAsync(
                        () -> new Replica(database, List.of(EIGHT, LARGE), LONG).close(), Thread::startVirtualThread);
                Await.until("it keeps", () -> waiting("INSERT INTO home_network_prefix%") == 1);
                removed =
                        CompletableFuture.runAsync(() -> profiles.remove(replica, UNKNOWN), Thread::startVirtualThread);
                Await.until("the feed waits", () -> waiting("%UPDATE subscriber_feed%") == 1);
                holdingUp.rollback();
            }
            assertThat(started).succeedsWithin(LONG);
            assertThat(removed).succeedsWithin(LONG);
            assertThat(database.query(MARK.formatted(LARGE.at(3)))).containsExactly("f");
        }
    }

    private long waiting(String query) {
        return database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event_type = 'Lock' AND query LIKE '" + query + "'");
    }

    /** A replica of an older release, on the new tables. */
    @Test
    void aStaticPrefixWithoutMarkIsNobodyElsesEither() throws Exception {
        try (Replica replica = new Replica(database, EIGHT, SHORT)) {
            profiles.store(replica, profile(UNKNOWN));
            database.execute("""
                    INSERT INTO subscriber_prefix VALUES ('%1$s', '%2$s');
                    INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state, released_at, released_version)
                    SELECT anchor, '%1$s', '%3$s', '%2$s', 'RESTING', now() - interval '1 h', 0 FROM anchor""".formatted(EIGHT.at(3), UNKNOWN, EIGHT.prefix()));
            fill(replica, 0, 7);
            assertThat(replica.status(wlan().of(crowd(7)).at(Instant.now()))).isEqualTo(130);
            profiles.store(replica, profile(UNKNOWN).addStaticPrefixes(ProtoMapping.toProto(EIGHT.at(3))));
            assertThat(database.query(MARK.formatted(EIGHT.at(3))))
                    .as("the next record that tells it")
                    .containsExactly("t");
        }
    }
}
