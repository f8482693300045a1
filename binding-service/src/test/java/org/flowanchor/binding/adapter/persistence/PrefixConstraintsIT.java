package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.wlan;

import java.sql.SQLException;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever the code does, the database lets no two mobile nodes hold one prefix. MN1 and MN2 are attached; each test tries to cheat. */
class PrefixConstraintsIT {
    private static TestDatabase database;
    private static String held;
    private static String other;

    @BeforeAll
    static void attachTwoNodes() {
        database = TestDatabase.migrated();
        try (Replica replica = new Replica(database)) {
            held = replica.accepted(wlan()).homeNetworkPrefixes().getFirst().toString();
            other = replica.accepted(wlan().of(MN2))
                    .homeNetworkPrefixes()
                    .getFirst()
                    .toString();
        }
        assertThat(held).isNotEqualTo(other);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static void refused(String sql, String state) {
        assertThatThrownBy(() -> database.execute(sql))
                .isInstanceOf(SQLException.class)
                .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo(state));
    }

    private static String assign(String prefix, String node) {
        return "INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state) VALUES (1, '" + prefix
                + "', '2001:db8:100::/40', '" + node + "', 'ASSIGNED')";
    }

    @Test
    void secondAssignmentIsAUniqueViolation() {
        refused(assign(held, "mn3@example.org"), "23505");
        refused(assign(held, "mn1@example.org"), "23505");
    }

    @Test
    void anotherSpellingIsTheSamePrefix() {
        refused(assign("2001:0DB8:0100:0000::/64", "mn3@example.org"), "23505");
    }

    @Test
    void bitsBeyondTheLengthAreRefused() {
        refused(assign("2001:db8:100::1/64", "mn3@example.org"), "22P02");
    }

    @Test
    void longerOrShorterPrefixesThanThePoolsAreRefused() {
        refused(assign("2001:db8:100::/65", "mn3@example.org"), "23503");
        refused(assign("2001:db8:100::/63", "mn3@example.org"), "23503");
    }

    @Test
    void prefixOutsideItsPoolIsRefused() {
        refused(assign("2001:db8:200::/64", "mn3@example.org"), "23514");
    }

    @Test
    void heldPrefixCannotBeGivenToAnotherNode() {
        refused(
                "UPDATE home_network_prefix SET mobile_node = 'mn3@example.org' WHERE prefix = '" + held + "'",
                "23503");
        refused("DELETE FROM home_network_prefix WHERE prefix = '" + held + "'", "23503");
    }

    @Test
    void entryCannotUseAnotherNodesPrefix() {
        refused("INSERT INTO binding_prefix VALUES (1, 'mn2@example.org', 1, '" + held + "')", "23503");
        refused("UPDATE binding_prefix SET prefix = '" + held + "' WHERE prefix = '" + other + "'", "23503");
        refused("UPDATE binding_prefix SET mobile_node = 'mn1@example.org' WHERE prefix = '" + other + "'", "23503");
    }

    @Test
    void poolsCannotOverlap() {
        refused(
                "INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity) VALUES (1, '2001:db8:180::/44', 64, 1)",
                "23P01");
        refused(
                "INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity) VALUES (1, '2001:db8::/32', 64, 1)",
                "23P01");
    }

    @Test
    void prefixLengthOfAPoolInUseCannotChange() {
        refused("UPDATE prefix_pool SET prefix_length = 60", "23503");
    }
}
