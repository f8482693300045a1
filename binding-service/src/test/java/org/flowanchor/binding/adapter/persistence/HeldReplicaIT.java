package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.GatewayStore.PeerDecision;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One replica is held in the middle of what it does; the other goes on. */
class HeldReplicaIT {
    /** Less than the socket timeout of the product, more than a silent transaction may last. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TestDatabase database;
    private Replica held;
    private Replica other;
    private int repeated;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
        held = new Replica(database);
        other = new Replica(database);
    }

    @AfterEach
    void close() {
        threads.close();
        held.close();
        other.close();
        database.close();
    }

    private static Update attach(int number) {
        return wlan().of(new MobileNodeIdentifier("crowd-" + number));
    }

    private static <T> T soon(CompletableFuture<T> what) throws Exception {
        return what.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void gatewaysThatAHeldReplicaDecidesAboutAreAnothersSoon() throws Exception {
        PeerDecision unchanged = (peer, bound) -> GatewayPeer.Decision.quiet(peer);
        held.gateways().decide(ANCHOR, MAG1, unchanged);
        database.execute("UPDATE gateway SET heartbeat_at = now() - interval '1 min'");
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<?> decided = CompletableFuture.runAsync(
                () -> held.gateways().decideDue(ANCHOR, Instant.now(), 256, (peer, bound, sent) -> {
                    within.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return unchanged.decide(peer, bound);
                }),
                threads);
        try {
            assertThat(within.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            soon(CompletableFuture.runAsync(() -> other.gateways().decide(ANCHOR, MAG1, unchanged), threads));
        } finally {
            released.countDown();
        }
        assertThatThrownBy(decided::join).isInstanceOf(RuntimeException.class);
    }

    @Test
    void updatesAreDecidedWhileOperatorsHaveAllConnectionsOfTheirs() throws Exception {
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < other.pool().getMaximumPoolSize(); i++) {
                taken.add(other.pool().getConnection());
            }
            assertThat(Replica.status(soon(other.submit(attach(1))))).isZero();
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    /** Between the lease and its commit; and after it is over. */
    @Test
    void relayIsTakenOverFromAHeldReplica() throws Exception {
        Duration lease = Duration.ofSeconds(1);
        assertThat(held.relays().lease(ANCHOR, lease)).isPresent();
        try (HikariDataSource leases = Connections.leases(held.pool(), 1);
                Connection connection = silent(leases, "UPDATE relay SET leased_until = now() + interval '1 ms'")) {
            Await.until("the relay is another's", () -> leaseAt(other, lease));
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
    }

    /** Every answer shows that its gateway knows such messages: where that is known already nothing is locked or written. */
    @Test
    void anAnswerThatShowsNothingNewDoesNotWaitForWhoHasTheGateway() throws Exception {
        UnaryOperator<GatewayPeer> shown = peer -> peer.knows(MessageKind.UPDATE_NOTIFICATION);
        assertThat(held.gateways().learn(ANCHOR, MAG1, shown).known()).containsExactly(MessageKind.UPDATE_NOTIFICATION);
        long written = database.number("SELECT xmin::text::bigint FROM gateway");
        // Not cut off when it is silent.
        try (Connection connection = silent(held.pool(), "SELECT FROM gateway FOR UPDATE")) {
            assertThat(other.gateways().learn(ANCHOR, MAG1, shown).known())
                    .containsExactly(MessageKind.UPDATE_NOTIFICATION);
            connection.rollback();
        }
        assertThat(database.number("SELECT xmin::text::bigint FROM gateway")).isEqualTo(written);
        assertThat(other.gateways()
                        .learn(ANCHOR, MAG1, peer -> peer.doesNotSupport(MessageKind.UPDATE_NOTIFICATION))
                        .unknown())
                .containsExactly(MessageKind.UPDATE_NOTIFICATION);
        assertThat(held.gateways().learn(ANCHOR, MAG1, shown).unknown())
                .as("what another replica wrote is seen")
                .isEmpty();
    }

    private static boolean leaseAt(Replica replica, Duration lease) {
        try {
            return replica.relays().lease(ANCHOR, lease).isPresent();
        } catch (StoreConflictException held) {
            return false;
        }
    }

    @Test
    void updatesAreAnsweredWhileAHeldReplicaHasThePrefixTheyName() throws Exception {
        Update first = attach(1);
        HomeNetworkPrefix prefix = other.accepted(first).homeNetworkPrefixes().getFirst();
        other.accepted(first.deregistration().prefixes(List.of(prefix)).at(START.plusSeconds(1)));
        other.expire(START.plusSeconds(100));
        try (HikariDataSource leases = Connections.leases(held.pool(), 1);
                Connection connection = silent(leases, "UPDATE home_network_prefix SET lessee = gen_random_uuid()")) {
            Update again = attach(1).prefixes(List.of(prefix));
            Await.until("it has its prefix again", () -> isAnswered(again));
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
    }

    /** The gateway repeats what stays unanswered. */
    private boolean isAnswered(Update update) {
        try {
            Instant at = START.plusSeconds(101 + repeated++);
            return Replica.status(other.submit(update.at(at)).get(SOON.toSeconds(), TimeUnit.SECONDS)) == 0;
        } catch (ExecutionException unanswered) {
            return false;
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection silent(DataSource connections, String statement) throws SQLException {
        Connection connection = connections.getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute(statement);
        return connection;
    }

    @Test
    void replicaThatFellSilentWithTheAnchorLockedIsCutOff() throws Exception {
        try (HikariDataSource updates = UpdatePath.connections(held.pool(), 1);
                Connection silent = silent(updates, "UPDATE anchor SET version = version WHERE anchor = 1")) {
            assertThat(Replica.status(soon(other.submit(attach(1))))).isZero();
            assertThatThrownBy(silent::commit).isInstanceOf(SQLException.class);
        }
    }
}
