package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;

import java.util.HexFormat;
import java.util.List;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What an older release stored is there after the migration. */
class MigrationIT {
    private static void migrate(TestDatabase database, String target) {
        Flyway.configure()
                .dataSource(database.url(), "postgres", "")
                .target(target)
                .load()
                .migrate();
    }

    @Test
    void bindingsAndUnpublishedChangesOfTheFirstReleaseAreKept() throws Exception {
        try (TestDatabase database = TestDatabase.empty()) {
            migrate(database, "1");
            byte[] value = BindingCacheEntry.newBuilder()
                    .setMobileNodeIdentifier("mn1@example.org")
                    .setBindingIdentifier(1)
                    .build()
                    .toByteArray();
            database.execute("""
                    INSERT INTO anchor (lma_address, partition, version) VALUES ('2001:db8::1', 0, 2);
                    INSERT INTO anchor_acknowledgement VALUES (1, 0);
                    INSERT INTO relay (anchor, position) VALUES (1, 1);
                    INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity) VALUES (1, '2001:db8:100::/40', 64, 16777216);
                    INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state)
                    VALUES (1, '2001:db8:100:5::/64', '2001:db8:100::/40', 'mn1@example.org', 'ASSIGNED'),
                           (1, '2001:db8:100:7::/64', '2001:db8:100::/40', 'mn1@example.org', 'ASSIGNED');
                    INSERT INTO mobile_node VALUES (1, 'mn1@example.org');
                    INSERT INTO binding_cache_entry VALUES
                        (1, 'mn1@example.org', 1, 10, '2001:db8:1::1', 4, NULL, 'ACTIVE', '2030-01-01', '2030-01-01', 'gold', 7, 99, 2);
                    INSERT INTO binding_prefix VALUES (1, 'mn1@example.org', 1, '2001:db8:100:5::/64'),
                                                      (1, 'mn1@example.org', 1, '2001:db8:100:7::/64');
                    INSERT INTO outbox (anchor, version, mobile_node, binding_identifier, value)
                    VALUES (1, 1, 'gone@example.org', 3, NULL), (1, 2, 'mn1@example.org', 1, '\\x%s')""".formatted(HexFormat.of().formatHex(value)));
            migrate(database, "latest");
            try (Replica replica = new Replica(database)) {
                var changes = replica.log().after(ANCHOR, 0, 10);
                assertThat(changes).hasSize(2);
                assertThat(changes.getFirst().entry()).isEmpty();
                assertThat(changes.getLast().entry().orElseThrow().getVersion()).isEqualTo(2);
                assertThat(replica.snapshot().entries()).singleElement().satisfies(entry -> {
                    assertThat(entry.getMobileNodeIdentifier()).isEqualTo("mn1@example.org");
                    assertThat(entry.getHomeNetworkPrefixesList()).hasSize(2);
                });
                assertThat(replica.relays().pending()).isEqualTo(1);
            }
        }
    }

    @Test
    void profileChangesOfAnOlderReleaseAreLookedAtByEveryAnchor() throws Exception {
        try (TestDatabase database = TestDatabase.empty()) {
            migrate(database, "15");
            database.execute("""
                    INSERT INTO anchor (lma_address, partition) VALUES ('2001:db8::1', 0), ('2001:db8::2', 1);
                    INSERT INTO subscriber_change (mobile_node, withdrawn) VALUES ('before', true)""");
            migrate(database, "latest");
            for (boolean withdrawn : List.of(true, false)) {
                // As that release writes it.
                database.execute("""
                        INSERT INTO subscriber_change (mobile_node, withdrawn) SELECT 'after', %s
                        ON CONFLICT (mobile_node)
                            DO UPDATE SET change = gen_random_uuid(), withdrawn = EXCLUDED.withdrawn,
                                          changed_at = now(), claimed_until = '-infinity'""".formatted(withdrawn));
            }
            assertThat(database.query("""
                            SELECT mobile_node || ' ' || anchor || ' ' || withdrawn FROM profile_change ORDER BY 1"""))
                    .containsExactly("after 1 false", "after 2 false", "before 1 true", "before 2 true");
        }
    }

    @Test
    void aKeyThatTwoRequestsHadIsTheFirstOnes() throws Exception {
        try (TestDatabase database = TestDatabase.empty()) {
            migrate(database, "16");
            database.execute("""
                    INSERT INTO anchor (lma_address, partition) VALUES ('2001:db8::1', 0), ('2001:db8::2', 1);
                    INSERT INTO operator_request (idempotency_key, anchor, request, answer, written_at)
                    VALUES ('one', 2, 'release of a', 1, now() - interval '2 hours'),
                           ('one', 1, 'release of b', 1, now() - interval '1 hour'),
                           ('two', 1, 'release of c', 1, now()), ('two', 2, 'release of c', 1, now())""");
            migrate(database, "latest");
            assertThat(
                            database.query(
                                    "SELECT idempotency_key || ' ' || anchor || ' ' || request FROM operator_request ORDER BY 1"))
                    .containsExactly("one 2 release of a", "two 1 release of c", "two 2 release of c");
            assertThat(database.query("SELECT idempotency_key FROM operator_request_key"
                            + " WHERE claimed_at < now() - interval '1 hour'"))
                    .containsExactly("one");
        }
    }

    @Test
    void staticPrefixesOfAnOlderReleaseAreMarkedAndNoOthers() throws Exception {
        try (TestDatabase database = TestDatabase.empty()) {
            migrate(database, "12");
            database.execute("""
                    INSERT INTO anchor (lma_address, partition) VALUES ('2001:db8::1', 0);
                    INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity) VALUES (1, '2001:db8:100::/40', 64, 16777216);
                    INSERT INTO subscriber VALUES ('one', 1, ''), ('another', 1, '');
                    INSERT INTO subscriber_prefix VALUES ('2001:db8:100:5::/64', 'one'), ('2001:db8:100:7::/64', 'another');
                    INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state, released_at, released_version)
                    VALUES (1, '2001:db8:100:5::/64', '2001:db8:100::/40', 'one', 'RESTING', now(), 0),
                           (1, '2001:db8:100:6::/64', '2001:db8:100::/40', 'gone', 'RESTING', now(), 0),
                           (1, '2001:db8:100:7::/64', '2001:db8:100::/40', 'another', 'ASSIGNED', NULL, NULL)""");
            migrate(database, "latest");
            String marked = "SELECT text(prefix) FROM home_network_prefix WHERE kept ORDER BY prefix";
            assertThat(database.query(marked)).containsExactly("2001:db8:100:5::/64", "2001:db8:100:7::/64");
            database.execute("DELETE FROM subscriber WHERE mobile_node = 'another'");
            assertThat(database.query(marked)).containsExactly("2001:db8:100:5::/64");
        }
    }
}
