package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Gateway.RESTART_COUNTER;
import static org.flowanchor.agent.domain.Gateway.heartbeat;
import static org.flowanchor.agent.domain.Gateway.initiate;
import static org.flowanchor.agent.domain.Gateway.revocation;
import static org.flowanchor.agent.domain.Gateway.terminal;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.mobility.message.RevocationTrigger.ADMINISTRATIVE_REASON;

import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.AttachmentDecision.Repeated;
import org.junit.jupiter.api.Test;

class AnchorRequestsTest {
    private final Gateway gateway = new Gateway();

    @Test
    void h02_h05_aHeartbeatIsAnsweredAlwaysWithItsNumberAndTheRestartCounter() {
        for (long number : new long[] {0, 1, 1, 0xffffffffL}) {
            assertThat(gateway.asks(heartbeat(number)))
                    .containsExactly(new Heartbeat(true, false, number, OptionalLong.of(RESTART_COUNTER)));
        }
    }

    @Test
    void aRevocationThatTheKernelRefusesIsAnsweredOnceItAccepts() {
        gateway.attach(1);
        BindingRevocationIndication indication = revocation(5, ADMINISTRATIVE_REASON, 1);
        Answer answer = (Answer) gateway.requests.received(indication).getLast();
        assertThat(gateway.requests.refusedByKernel(answer)).isEmpty();
        assertThat(gateway.requests.received(indication)).containsExactly(new Repeated(indication));
        gateway.requests.carriedOut(answer);
        assertThat(gateway.requests.received(indication))
                .containsExactly(new Repeated(indication), new Answer(indication, answer.message()));
    }

    @Test
    void twoInitiatesThatTheKernelRefusesTogetherLeaveWhatWasBefore() {
        gateway.attach(1, prefix(10));
        Answer first =
                (Answer) gateway.requests.received(initiate(1, 1, prefix(11))).getFirst();
        Answer second =
                (Answer) gateway.requests.received(initiate(2, 1, prefix(12))).getFirst();
        gateway.requests.refusedByKernel(second);
        gateway.requests.refusedByKernel(first);
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(10)));
    }

    /** Whatever comes twice, late or out of order: the newest initiate of each node is what is carried. */
    @Test
    void repetitionsInAnyOrderEndInWhatWasSaidLast() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Gateway other = new Gateway();
            other.attach(1);
            other.attach(2);
            UpdateNotification[] said = new UpdateNotification[12];
            UpdateNotification[] newest = new UpdateNotification[3];
            for (int number = 0; number < said.length; number++) {
                int node = 1 + random.nextInt(2);
                said[number] = initiate(number, node, prefix(10 + random.nextInt(5)), prefix(20 + random.nextInt(5)));
                newest[node] = said[number];
                other.asks(said[number]);
                for (int repeated = 0; repeated < 3; repeated++) {
                    UpdateNotification late = said[random.nextInt(number + 1)];
                    assertThat(other.asks(Gateway.again(late)))
                            .as("seed %d", seed)
                            .singleElement()
                            .satisfies(answer -> assertThat(((UpdateNotificationAcknowledgement) answer).foreign())
                                    .isEqualTo(late.foreign()));
                }
            }
            for (int node = 1; node <= 2; node++) {
                Set<?> expected = newest[node] == null ? Set.of() : newest[node].foreign();
                int number = node;
                assertThat(other.terminals())
                        .as("seed %d", seed)
                        .filteredOn(terminal -> terminal.linkLayerIdentifier().equals(Gateway.linkLayer(number)))
                        .singleElement()
                        .satisfies(terminal -> assertThat(terminal.carried()).isEqualTo(expected));
            }
        }
    }
}
