package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.GatewayChannel;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

class HeartbeatAnswersIT {
    private record Sent(ProxyCareOfAddress gateway, GatewayMessage message) {}

    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();

    private final GatewayChannel channel = new GatewayChannel() {
        @Override
        public Set<ProxyCareOfAddress> reachable(LmaAddress anchor) {
            return Set.of(MAG1, MAG2);
        }

        @Override
        public boolean reaches(LmaAddress anchor, ProxyCareOfAddress gateway) {
            return true;
        }

        @Override
        public boolean send(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayMessage message) {
            return sent.add(new Sent(gateway, message));
        }
    };

    @Test
    void h02_aGatewayOfTwoProxyCareOfAddressesIsAnsweredAlsoWhileTheDatabaseIsAway() {
        try (TestDatabase database = TestDatabase.migrated();
                Replica replica = new Replica(database)) {
            replica.sendTo(channel);
            long counter = replica.gateways().restartCounter(ANCHOR);
            replica.receive(List.of(MAG1, MAG2), Heartbeat.request(1)).join();
            replica.pool().close();
            replica.receive(List.of(MAG1, MAG2), Heartbeat.request(2)).join();
            assertThat(sent)
                    .containsExactly(
                            new Sent(MAG1, Heartbeat.response(1, counter)),
                            new Sent(MAG1, Heartbeat.response(2, counter)));
        }
    }
}
