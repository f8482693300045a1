package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.GatewayStore.GatewayRevocation;
import org.junit.jupiter.api.Test;

/** Revocations of all bindings with a gateway, as rows. */
class GatewayRevocationIT {
    @Test
    void secondRevocationAndTheAnswerToTheFirstDoNotWaitForEachOther() throws Exception {
        GatewayRevocation all = new GatewayRevocation(
                MAG1,
                Optional.empty(),
                START,
                Optional.of(START.plusSeconds(1)),
                START.plusSeconds(10),
                Optional.empty());
        try (TestDatabase database = TestDatabase.migrated();
                Replica replica = new Replica(database);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection between = database.pool().getConnection()) {
            replica.accepted(wlan());
            assertThat(replica.gateways().revokeAll(ANCHOR, all)).isTrue();
            long number = database.number("SELECT sequence_number FROM gateway_message");

            between.setAutoCommit(false);
            between.createStatement().execute("SELECT FROM gateway_message FOR UPDATE");
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(
                    () -> replica.gateways().settleRevokeAll(ANCHOR, MAG1, number, START.plusSeconds(1)), threads);
            awaitWaiting(database, 1);
            CompletableFuture<Boolean> second =
                    CompletableFuture.supplyAsync(() -> replica.gateways().revokeAll(ANCHOR, all), threads);
            awaitWaiting(database, 2);
            between.commit();

            assertThat(answer.join()).isTrue();
            assertThat(second.join()).isTrue();
            assertThat(database.number("SELECT count(*) FROM gateway_message")).isEqualTo(1);
        }
    }

    private static void awaitWaiting(TestDatabase database, int backends) {
        Await.until(backends + " wait for a lock", () -> database.number("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'""") == backends);
    }
}
