package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GatewayProberTest {
    private static final ProxyCareOfAddress FIRST = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final ProxyCareOfAddress SECOND = ProxyCareOfAddress.parse("2001:db8:b::12");

    private final Wire wire = new Wire();
    private final List<Set<ProxyCareOfAddress>> told = new ArrayList<>();
    private final Set<ProxyCareOfAddress> gateways = new HashSet<>(Set.of(FIRST, SECOND));
    private final GatewayProber prober =
            new GatewayProber(wire, Duration.ofMillis(1), 3, () -> Set.copyOf(gateways), told::add);

    /** Gateways answer what they are asked, but for those that are gone. */
    private static final class Wire implements EchoSocket {
        private final Set<ProxyCareOfAddress> gone = new HashSet<>();
        private final Set<ProxyCareOfAddress> withoutWay = new HashSet<>();
        private final Set<ProxyCareOfAddress> withoutRoom = new HashSet<>();
        private final List<ProxyCareOfAddress> waiting = new ArrayList<>();
        private final BlockingQueue<Integer> readings = new LinkedBlockingQueue<>();
        private boolean unreadable;
        private int faults;

        @Override
        public boolean ask(ProxyCareOfAddress gateway, int round) throws KernelException {
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
