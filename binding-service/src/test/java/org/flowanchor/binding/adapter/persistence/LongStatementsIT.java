package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.SubscriberStore.Lease;
import org.junit.jupiter.api.Test;

/** Statements about all subscribers that take longer than a socket waits for an answer. */
class LongStatementsIT {
    private static final Duration TURN = Duration.ofSeconds(60);

    @Test
    void readingTheTopicAnewAndNewPoolsMayTakeLongerThanTheSocketWaits() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            database.execute("""
                    CREATE FUNCTION take_long() RETURNS trigger LANGUAGE plpgsql AS
                        'BEGIN PERFORM pg_sleep(3); RETURN NULL; END';
                    CREATE TRIGGER long BEFORE UPDATE OR DELETE ON subscriber
                        FOR EACH STATEMENT EXECUTE FUNCTION take_long();
                    CREATE TRIGGER long BEFORE INSERT ON home_network_prefix
                        FOR EACH STATEMENT EXECUTE FUNCTION take_long()""");
            try (HikariDataSource impatient = impatient(database)) {
                Anchors anchors = AnchorInstallation.install(
                        new Database(impatient), List.of(new Anchor(ANCHOR, 0, List.of(Replica.POOL))));
                assertThat(database.query("SELECT static_prefixes_kept FROM prefix_pool"))
                        .containsExactly("t");

                JdbcSubscriberStore store =
                        new JdbcSubscriberStore(new Database(impatient), anchors, UUID.randomUUID());
                Lease lease = store.lease(TURN).orElseThrow();
                store.readAnew(lease, "topic");
                assertThat(store.lease(TURN).orElseThrow().rereading()).isTrue();
                assertThat(store.finishReading(lease, TURN)).isTrue();
                assertThat(store.isComplete()).isTrue();
            }
        }
    }

    private static HikariDataSource impatient(TestDatabase database) {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(database.url());
        configuration.addDataSourceProperty("socketTimeout", 1);
        configuration.setMaximumPoolSize(1);
        return new HikariDataSource(configuration);
    }
}
