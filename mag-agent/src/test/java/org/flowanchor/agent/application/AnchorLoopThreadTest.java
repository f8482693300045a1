package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop with its thread, beside those that bring it work. */
class AnchorLoopThreadTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final InMemoryAnchorKernel kernel = new InMemoryAnchorKernel();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final AnchorLoop loop = new AnchorLoop(
            new AnchorSettings(LMA, POOLS, Duration.ofHours(1)),
            kernel,
            metrics,
            InstantSource.system(),
            System::nanoTime);

    /** What a move is told, and by whom. */
    private static final class Told implements Reply {
        private final List<String> answers = new ArrayList<>();
        private Thread by = Thread.currentThread();

        @Override
        public synchronized void acknowledge(long applyNanos, long appliedAtMs) {
            answers.add("");
            by = Thread.currentThread();
        }

        @Override
        public synchronized void refuse(String error) {
            answers.add(error);
        }

        synchronized List<String> answers() {
            return List.copyOf(answers);
        }

        synchronized Thread by() {
            return by;
        }
    }

    @BeforeEach
    void start() throws Exception {
        loop.start();
        loop.bindingsChanged(new BindingChange(1, true, List.of(onWlan(1), onLte(1)), List.of()), new Told());
        Told full = new Told();
        loop.steer(new SteeringChange(new SteeringVersion(1, 1), true, List.of(), List.of(), List.of()), full);
        Await.until("both states are applied", DEADLINE, () -> full.answers().equals(List.of("")));
    }

    @AfterEach
    void stop() {
        loop.close();
        metrics.close();
    }

    private Told move(long version, FlowException... flows) {
        Told told = new Told();
        loop.steer(new SteeringChange(new SteeringVersion(1, version), false, null, List.of(flows), List.of()), told);
        return told;
    }

    @Test
    void aMoveThatFindsNothingElseToDoIsMadeByTheThreadThatBringsIt() {
        long[] version = {1};
        Await.until("the loop is idle", DEADLINE, () -> {
            Told told = move(++version[0], exception(1, 5000, version[0] % 2 == 0 ? LTE_MAG : WLAN_MAG));
            boolean atOnce = told.answers().equals(List.of("")) && told.by() == Thread.currentThread();
            Await.until("the move is told", DEADLINE, () -> told.answers().equals(List.of("")));
            return atOnce;
        });
    }

    @Test
    void movesStayInOrderBesideEverythingElseThatTheLoopDoes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread others = Thread.ofPlatform().start(() -> {
            long version = 1;
            while (!over.get()) {
                loop.bindingsChanged(
                        new BindingChange(++version, false, List.of(onWlan(2), onLte(2)), List.of()), new Told());
                loop.gatewaysSilent(version % 3 == 0 ? Set.of(WLAN_MAG) : Set.of());
                loop.tendTracking();
                Thread.yield();
            }
        });
        List<Told> moves = new ArrayList<>();
        ProxyCareOfAddress last = WLAN_MAG;
        try {
            for (int number = 2; number < 1_500; number++) {
                last = number % 2 == 0 ? LTE_MAG : WLAN_MAG;
                moves.add(move(number, exception(1, 5000, last), exception(1, 6000 + number % 7, last)));
                if (number % 16 == 0) {
                    // So that some find the loop idle.
                    Thread.sleep(1);
                }
            }
        } finally {
            over.set(true);
            others.join();
        }
        loop.gatewaysSilent(Set.of());
        Await.until(
                "all moves are told",
                DEADLINE,
                () -> moves.stream().noneMatch(told -> told.answers().isEmpty()));
        assertThat(moves).allSatisfy(told -> assertThat(told.answers()).containsExactly(""));
        ProxyCareOfAddress wanted = last;
        Await.until("the last move is in force", DEADLINE, () -> wanted.equals(installed()));
    }

    private ProxyCareOfAddress installed() {
        return loop.position().installed().stream()
                .filter(exception -> exception.flow().equals(flow(1, 5000)))
                .findFirst()
                .orElseThrow()
                .gateway();
    }
}
