package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.mobility.FiveTuple;
import org.junit.jupiter.api.Test;

/** More is asked for than the kernel has room for. */
class LimitedRoomTest {
    private final FakeTime time = new FakeTime();
    private final InMemoryAnchorKernel kernel = new InMemoryAnchorKernel();
    private final PrometheusMetrics metrics = new PrometheusMetrics();

    private AnchorLoop newLoop() throws Exception {
        AnchorLoop loop = new AnchorLoop(
                new AnchorSettings(LMA, POOLS, Duration.ofSeconds(5)), kernel, metrics, time.clock(), time::nanoTime);
        loop.readBack();
        RecordedReply reply = new RecordedReply();
        loop.bindingsChanged(new BindingChange(1, true, List.of(onWlan(1), onLte(1)), List.of()), reply);
        loop.turn();
        assertThat(reply.answers).containsExactly("");
        return loop;
    }

    private static RecordedReply steer(
            AnchorLoop loop, long version, boolean full, List<FlowException> come, List<FiveTuple> gone)
            throws Exception {
        RecordedReply reply = new RecordedReply();
        loop.steer(
                new SteeringChange(new SteeringVersion(1, version), full, full ? List.of() : null, come, gone), reply);
        loop.turn();
        return reply;
    }

    @Test
    void exceptionsBeyondTheRoomAreToldAndNothingIsRefused() throws Exception {
        kernel.mostFlowExceptions = 2;
        AnchorLoop loop = newLoop();
        RecordedReply full = steer(
                loop,
                1,
                true,
                List.of(exception(1, 1, LTE_MAG), exception(1, 2, LTE_MAG), exception(1, 3, LTE_MAG)),
                List.of());
        assertThat(full.answers).containsExactly("");
        assertThat(kernel.flows).containsOnlyKeys(flow(1, 1), flow(1, 2));
        assertThat(loop.readiness().details())
                .containsEntry("withoutRoom", Map.of("FLOW_EXCEPTIONS", 1))
                .containsEntry("kernelInSync", true);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_without_room{map=\"flow_exceptions\"} 1.0")
                .contains("flowanchor_agent_held_exceptions 0.0");
        assertThat(loop.position().installed())
                .as("what the flow-manager is told")
                .hasSize(2);

        assertThat(steer(loop, 2, false, List.of(exception(1, 4, LTE_MAG)), List.of()).answers)
                .containsExactly("");
        assertThat(kernel.flows).containsOnlyKeys(flow(1, 1), flow(1, 2));
        assertThat(steer(loop, 3, false, List.of(), List.of(flow(1, 1))).answers)
                .containsExactly("");
        assertThat(kernel.flows).as("the room is taken at once").containsOnlyKeys(flow(1, 2), flow(1, 3));
        assertThat(steer(loop, 4, false, List.of(), List.of(flow(1, 4))).answers)
                .containsExactly("");
        assertThat(loop.readiness().details()).doesNotContainKey("withoutRoom");
        assertThat(metrics.scrape()).contains("flowanchor_agent_without_room{map=\"flow_exceptions\"} 0.0");
    }

    @Test
    void aWholeStateAfterAFlushHasWhatThereIsRoomFor() throws Exception {
        kernel.mostFlowExceptions = 2;
        AnchorLoop loop = newLoop();
        steer(
                loop,
                1,
                true,
                List.of(exception(1, 1, LTE_MAG), exception(1, 2, LTE_MAG), exception(1, 3, LTE_MAG)),
                List.of());
        kernel.flows.clear();
        time.advance(Duration.ofSeconds(5));
        loop.turn();
        assertThat(kernel.flows).containsOnlyKeys(flow(1, 1), flow(1, 2));
    }

    @Test
    void whatTheKernelLeavesOutIsTold() throws Exception {
        kernel.leftOut.put(SizedMap.PREFIXES, 7);
        AnchorLoop loop = newLoop();
        assertThat(loop.readiness().details()).containsEntry("withoutRoom", Map.of("PREFIXES", 7));
        assertThat(metrics.scrape()).contains("flowanchor_agent_without_room{map=\"prefixes\"} 7.0");
    }

    @Test
    void policyGroupsThatAreLeftOutAreNamedWithTheReason() throws Exception {
        kernel.leftOut.put(SizedMap.POLICY_GROUPS, 1);
        kernel.groupsLeftOut = Map.of("gold", "its rules take too much");
        AnchorLoop loop = newLoop();
        assertThat(loop.readiness().details())
                .containsEntry("withoutRoom", Map.of("POLICY_GROUPS", 1))
                .containsEntry("policyGroupsWithoutRoom", Map.of("gold", "its rules take too much"))
                .containsEntry("kernelInSync", true);
        kernel.leftOut.clear();
        kernel.groupsLeftOut = Map.of();
        steer(loop, 1, true, List.of(), List.of());
        assertThat(loop.readiness().details()).doesNotContainKey("policyGroupsWithoutRoom");
    }

    @Test
    void aTableThatSomebodyElseChangedIsADrift() throws Exception {
        AnchorLoop loop = newLoop();
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_drifts_total 0.0");
        kernel.changedByOthers = true;
        time.advance(Duration.ofSeconds(5));
        loop.turn();
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_drifts_total 1.0");
        time.advance(Duration.ofSeconds(5));
        loop.turn();
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_drifts_total 1.0");
    }
}
