package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.agent.domain.Samples.releasing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.SteeringVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel refuses for good of one gateway or prefix, and what that costs others. */
class AnchorRefusalsTest {
    private static final Duration RECONCILE = Duration.ofSeconds(5);

    private final FakeTime time = new FakeTime();
    private final InMemoryAnchorKernel kernel = new InMemoryAnchorKernel();
    private final AnchorLoop loop = new AnchorLoop(
            new AnchorSettings(LMA, POOLS, RECONCILE), kernel, new PrometheusMetrics(), time.clock(), time::nanoTime);

    @BeforeEach
    void start() throws Exception {
        kernel.staysAsLeft = true;
        loop.readBack();
    }

    private RecordedReply received(BindingChange change) {
        RecordedReply reply = new RecordedReply();
        loop.bindingsChanged(change, reply);
        loop.turn();
        return reply;
    }

    private RecordedReply steered(long version, boolean full, FlowException... flows) {
        RecordedReply reply = new RecordedReply();
        loop.steer(
                new SteeringChange(
                        new SteeringVersion(1, version), full, full ? List.of() : null, List.of(flows), List.of()),
                reply);
        loop.turn();
        return reply;
    }

    private List<String> callsOf(Runnable work) {
        kernel.calls.clear();
        work.run();
        return List.copyOf(kernel.calls);
    }

    private void reconcile() {
        time.advance(RECONCILE);
        loop.turn();
    }

    @Test
    void aGatewayThatIsRefusedForGoodCostsNoMoveAndNoBindingOfAnother() {
        kernel.strangers.add(LTE_MAG);
        assertThat(received(new BindingChange(1, true, List.of(onWlan(1), onLte(1), onWlan(2)), List.of())).answers)
                .containsExactly("");
        assertThat(steered(1, true).answers).containsExactly("");
        assertThat(kernel.routes).containsEntry(HNP, WLAN_MAG).containsEntry(prefix(2), WLAN_MAG);

        assertThat(callsOf(() -> assertThat(steered(2, false, exception(2, 5000, WLAN_MAG)).answers)
                        .containsExactly("")))
                .as("a move is a move")
                .containsExactly("replaceFlows 1");
        assertThat(kernel.flows).containsExactly(Map.entry(flow(2, 5000), WLAN_MAG));
        assertThat(callsOf(() -> assertThat(received(
                                        new BindingChange(2, false, List.of(releasing(onWlan(2), 2)), List.of()))
                                .answers)
                        .containsExactly("")))
                .as("a binding is a binding")
                .containsExactly("applyPrefixes 1");
        assertThat(loop.readiness().details())
                .containsEntry("kernelInSync", false)
                .containsEntry("refusedByKernel", List.of("device to " + LTE_MAG));

        assertThat(callsOf(this::reconcile)).as("tried again").containsExactly("apply");
        kernel.strangers.clear();
        reconcile();
        assertThat(loop.readiness().details())
                .containsEntry("kernelInSync", true)
                .doesNotContainKey("refusedByKernel");
        assertThat(callsOf(this::reconcile)).as("and no more").isEmpty();
    }

    @Test
    void aGatewayWithoutANumberIsTriedAgainAtEachTick() {
        kernel.withoutRoom.add(LTE_MAG);
        received(new BindingChange(1, true, List.of(onLte(1)), List.of()));
        steered(1, true);
        assertThat(kernel.routes).isEmpty();
        kernel.withoutRoom.clear();
        reconcile();
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, LTE_MAG));
    }

    @Test
    void aPrefixThatIsRefusedForGoodIsToldToWhoAskedForItOnly() {
        kernel.refusedRoutes.add(prefix(2));
        received(new BindingChange(1, true, List.of(onWlan(1)), List.of()));
        steered(1, true);
        RecordedReply second = received(new BindingChange(2, false, List.of(onWlan(2)), List.of()));
        assertThat(second.answers).containsExactly("EINVAL, route add " + prefix(2));
        assertThat(received(new BindingChange(3, false, List.of(onWlan(3)), List.of())).answers)
                .containsExactly("");
        assertThat(steered(2, false, exception(3, 5000, WLAN_MAG)).answers).containsExactly("");
        assertThat(kernel.routes.keySet()).isEqualTo(Set.of(HNP, prefix(3)));

        kernel.refusedRoutes.clear();
        reconcile();
        assertThat(kernel.routes).containsEntry(prefix(2), WLAN_MAG);
        assertThat(second.answers).as("late").containsExactly("EINVAL, route add " + prefix(2), "");
    }

    @Test
    void whatIsRefusedAndNobodysIsAnAlarmOnly() {
        received(new BindingChange(1, true, List.of(onWlan(1), onLte(1)), List.of()));
        steered(1, true);
        kernel.alarms.add("rule \"pref 3000\" of somebody else");
        // Somebody else was at work.
        kernel.staysAsLeft = false;
        reconcile();
        kernel.staysAsLeft = true;
        assertThat(loop.readiness().details())
                .containsEntry("refusedByKernel", List.of("rule \"pref 3000\" of somebody else"));
        loop.gatewaysSilent(Set.of(WLAN_MAG));
        loop.turn();
        assertThat(kernel.routes).as("protection goes on").containsExactly(Map.entry(HNP, LTE_MAG));
    }
}
