package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class MigrationIT {
    /** Policies, their versions, what waits for the topic and the keys of creations outlive the step to a mechanism for all topics. */
    @Test
    void whatTheFirstReleaseStoredIsKept() throws Exception {
        DurablePostgres postgres = new DurablePostgres();
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            flyway(postgres, "1").migrate();
            statement.execute("""
                    update policy_version set version = 7;
                    insert into policy values ('p', 10, 3, '{"name": "p"}', now(), now());
                    insert into policy_revision values (7, 'p', 3, '{"name": "p"}', null, now());
                    insert into outbox values (7, 'p', '\\x01', now());
                    insert into idempotency_key values ('k', 'p', 3, now());""");

            flyway(postgres, "latest").migrate();

            assertThat(postgres.value("select version from topic_version where topic = 'policies'"))
                    .isEqualTo("7");
            assertThat(postgres.value("select version from topic_version where topic = 'subscribers'"))
                    .isEqualTo("0");
            assertThat(postgres.value("select topic || version || record_key || payload::text from outbox"))
                    .isEqualTo("policies7p\\x01");
            assertThat(postgres.value(
                            "select topic || idempotency_key || name || revision || document from idempotency_key"))
                    .isEqualTo("policieskp3{\"name\": \"p\"}");
            assertThat(postgres.value("select string_agg(topic, ' ' order by topic) from outbox_relay"))
                    .isEqualTo("policies subscribers");
        } finally {
            postgres.stop();
        }
    }

    private static Flyway flyway(DurablePostgres postgres, String target) {
        return Flyway.configure()
                .dataSource(postgres.url(), "postgres", "")
                .locations("classpath:db/migration")
                .target(target)
                .load();
    }
}
