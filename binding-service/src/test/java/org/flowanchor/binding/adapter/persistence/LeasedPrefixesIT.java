package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    /** Nobody asks for its prefixes. */
    private static final PrefixPool TEMPORAL =
            new PrefixPool(HomeNetworkPrefix.parse("2001:db8:a00::/61"), 64, Optional.of(MAG1));

    private TestDatabase database;
    private Database pool;
    private Anchors anchors;
    private LeasedPrefixes prefixes;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
        pool = new Database(database.pool());
        anchors = AnchorInstallation.install(pool, List.of(new Anchor(ANCHOR, 0, List.of(EIGHT, TEMPORAL))));
        prefixes = ofReplica();
    }

    private LeasedPrefixes ofReplica() {
        return new LeasedPrefixes(pool, anchors.stored(ANCHOR), UUID.randomUUID(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
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

    @Test
    void onlyAnExhaustedPoolHasNothing() {
        LeasedPrefixes.Grant one = prefixes.grant(ONE);
        Set<HomeNetworkPrefix> given = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            given.add(next(one).orElseThrow());
        }
        assertThat(given).hasSize(8);
        assertThat(next(one)).isEmpty();
        one.settle(List.of());
        assertThat(next(prefixes.grant(ONE))).as("nothing was assigned").isPresent();
    }
}
