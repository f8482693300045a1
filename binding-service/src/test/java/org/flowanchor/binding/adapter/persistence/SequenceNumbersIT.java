package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbers of messages to gateways (RFC 7077 section 4.1). */
class SequenceNumbersIT {
    private TestDatabase database;
    private Database pool;
    private int anchor;

    @BeforeEach
    void open() {
        database = TestDatabase.migrated();
        pool = new Database(database.pool());
        anchor = AnchorInstallation.install(pool, List.of(new Anchor(ANCHOR, 0, List.of(Replica.POOL))))
                .number(ANCHOR);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private int draw(ProxyCareOfAddress gateway, int count) {
        return SequenceNumbers.draw(pool, anchor, new TreeMap<>(Map.of(gateway, count)))
                .getOrDefault(gateway, -1);
    }

    private void next(ProxyCareOfAddress gateway, int number) throws SQLException {
        database.execute(
                "UPDATE gateway SET next_sequence = " + number + " WHERE proxy_care_of_address = '" + gateway + "'");
    }

    @Test
    void u02_numbersOfAGatewayCountUpByOneAndWrapToZero() throws SQLException {
        int first = draw(MAG1, 1);
        assertThat(draw(MAG1, 1)).isEqualTo(first + 1 & 0xffff);
        next(MAG1, 0xfffe);
        assertThat(draw(MAG1, 1)).isEqualTo(0xfffe);
        assertThat(draw(MAG1, 1)).isEqualTo(0xffff);
        assertThat(draw(MAG1, 1)).isZero();
        next(MAG1, 0xfffe);
        assertThat(draw(MAG1, 4)).as("a run goes through the end").isEqualTo(0xfffe);
        assertThat(draw(MAG1, 1)).isEqualTo(2);
    }

    @Test
    void u02_theFirstNumberIsRandomAndEachGatewayHasItsOwnCounter() {
        List<Integer> firsts = IntStream.rangeClosed(1, 20)
                .map(gateway -> draw(ProxyCareOfAddress.parse("2001:db8:77::" + gateway), 1))
                .boxed()
                .toList();
        assertThat(firsts).allMatch(number -> number >= 0 && number <= 0xffff);
        assertThat(firsts.stream().distinct().count()).isGreaterThan(15);
    }

    @Test
    void u02_aNumberThatWaitsForItsAnswerIsNotGivenToAnotherMessage() throws SQLException {
        try (Replica replica = new Replica(database)) {
            shrinks(replica, MN1, START);
            long waiting = database.number("SELECT sequence_number FROM gateway_message");
            next(MAG2, (int) waiting);
            shrinks(replica, MN2, START.plusMillis(500));
            assertThat(database.query("SELECT sequence_number FROM gateway_message ORDER BY message"))
                    .containsExactly(Long.toString(waiting), Long.toString(waiting + 1 & 0xffff));
        }
    }

    /** MAG2 carries a prefix of the node's session at MAG1, which goes: it is told. */
    private static void shrinks(Replica replica, MobileNodeIdentifier node, Instant at) {
        HomeNetworkPrefix prefix =
                replica.accepted(wlan().of(node).at(at)).homeNetworkPrefixes().getFirst();
        replica.accepted(lte().of(node).at(at.plusMillis(1)));
        replica.accepted(wlan().of(node).prefixes(prefix).deregistration().at(at.plusMillis(2)));
        replica.expire(at.plusMillis(10_002));
    }
}
