package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GatewayProberTest {
    private static final ProxyCareOfAddress FIRST = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final ProxyCareOfAddress SECOND = ProxyCareOfAddress.parse("2001:db8:b::12");

    private final Wire wire = new Wire();
    private final List<Set<ProxyCareOfAddress>> told = new ArrayList<>();
    private final Set<ProxyCareOfAddress> gateways = new HashSet<>(Set.of(FIRST, SECOND));
    private final Set<ProxyCareOfAddress> others = new HashSet<>();
    private final FakeTime time = new FakeTime();
    private final GatewayProber prober = new GatewayProber(
            wire,
            new GatewayProber.Pace(Duration.ofMillis(1), Duration.ofSeconds(60), 3),
            () -> Set.copyOf(gateways),
            () -> Set.copyOf(others),
            told::add,
            time::nanoTime);

    /** Gateways answer what they are asked, but for those that are gone. */
    private static final class Wire implements EchoSocket {
        private final Set<ProxyCareOfAddress> gone = new HashSet<>();
        private final Set<ProxyCareOfAddress> withoutWay = new HashSet<>();
        private final Set<ProxyCareOfAddress> withoutRoom = new HashSet<>();
        private final Map<ProxyCareOfAddress, Integer> asked = new HashMap<>();
        private final List<ProxyCareOfAddress> waiting = new ArrayList<>();
        private final BlockingQueue<Integer> readings = new LinkedBlockingQueue<>();
        private boolean unreadable;
        private int faults;

        @Override
        public boolean ask(ProxyCareOfAddress gateway, int round) throws KernelException {
            asked.merge(gateway, 1, Integer::sum);
            if (withoutRoom.contains(gateway)) {
                throw new KernelException("EAGAIN, send echo to " + gateway);
            }
            if (withoutWay.contains(gateway)) {
                return false;
            }
            if (!gone.contains(gateway)) {
                waiting.add(gateway);
            }
            return true;
        }

        @Override
        public void answers(Consumer<ProxyCareOfAddress> answered) throws KernelException {
            readings.add(faults);
            if (faults > 0) {
                faults--;
                throw new IllegalStateException("a fault");
            }
            if (unreadable) {
                throw new KernelException("ENOMEM, receive datagram");
            }
            waiting.forEach(answered);
            waiting.clear();
        }

        @Override
        public void close() {}
    }

    private void rounds(int many) {
        for (int i = 0; i < many; i++) {
            prober.round();
        }
    }

    @Test
    void whoDoesNotAnswerOrCannotBeReachedIsSilent() {
        rounds(4);
        wire.gone.add(SECOND);
        rounds(4);
        assertThat(told).containsExactly(Set.of(SECOND));
        wire.gone.clear();
        rounds(5);
        wire.withoutWay.add(FIRST);
        rounds(4);
        assertThat(told).containsExactly(Set.of(SECOND), Set.of(), Set.of(FIRST));
    }

    /** RFC 5847 section 5: 60 s, and 3 may be missing. */
    @Test
    void aGatewayOfOthersIsAskedAndJudgedInAnIntervalOfItsOwn() {
        others.add(SECOND);
        others.add(ProxyCareOfAddress.parse("2001:db8:b::99"));
        rounds(4);
        wire.gone.add(SECOND);
        rounds(20);
        assertThat(wire.asked).containsEntry(FIRST, 24).containsEntry(SECOND, 1).hasSize(2);
        for (int minute = 0; minute < 3; minute++) {
            time.advance(Duration.ofSeconds(60));
            rounds(20);
            assertThat(told).isEmpty();
        }
        time.advance(Duration.ofSeconds(60));
        rounds(20);
        assertThat(told).containsExactly(Set.of(SECOND));
        wire.gone.add(FIRST);
        rounds(4);
        assertThat(told.getLast()).containsExactlyInAnyOrder(FIRST, SECOND);
        others.clear();
        rounds(1);
        assertThat(told.getLast())
                .as("it is ours by now, and never answered us")
                .containsExactly(FIRST);
    }

    /** A busy backhaul holds what was sent, and there is no more room for the questions to those that come last. */
    @Test
    void aQuestionThatThisMachineCouldNotSendIsNotHeldAgainstTheGateway() {
        rounds(4);
        wire.withoutRoom.add(SECOND);
        rounds(20);
        assertThat(told).isEmpty();
        wire.withoutRoom.clear();
        wire.gone.add(SECOND);
        rounds(4);
        assertThat(told).containsExactly(Set.of(SECOND));
    }

    /** Of several, all of whom are silent, nobody is judged anyway. */
    @Test
    void aRoundWhoseAnswersCannotBeReadIsNone() {
        gateways.remove(SECOND);
        rounds(4);
        wire.unreadable = true;
        rounds(20);
        assertThat(told).isEmpty();
        wire.unreadable = false;
        rounds(20);
        assertThat(told).isEmpty();
    }

    @Test
    @Timeout(60)
    void aFaultCostsItsRoundOnly() throws Exception {
        wire.faults = 2;
        prober.start();
        try {
            while (wire.readings.take() > 0) {
                // Until one that is none.
            }
        } finally {
            prober.close();
        }
    }
}
