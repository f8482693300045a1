package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.binding;
import static org.flowanchor.agent.domain.Samples.className;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;
import static org.flowanchor.agent.domain.Samples.releasing;
import static org.flowanchor.agent.domain.Samples.steered;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.InMemoryAnchorKernel.Call;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AnchorLoopTest {
    private static final Duration RECONCILE = Duration.ofSeconds(5);

    private final FakeTime time = new FakeTime();
    private final InMemoryAnchorKernel kernel = new InMemoryAnchorKernel();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private AnchorLoop loop = newLoop();

    private AnchorLoop newLoop() {
        return new AnchorLoop(new AnchorSettings(LMA, POOLS, RECONCILE), kernel, metrics, time.clock(), time::nanoTime);
    }

    @BeforeEach
    void start() throws Exception {
        loop.readBack();
    }

    @AfterEach
    void everyFailureWasMet() {
        kernel.assertEveryFailureWasMet();
    }

    private RecordedReply bindings(long version, Binding... entries) throws InterruptedException {
        return received(new BindingChange(version, true, List.of(entries), List.of()));
    }

    private RecordedReply received(BindingChange change) throws InterruptedException {
        RecordedReply reply = new RecordedReply();
        loop.bindingsChanged(change, reply);
        loop.turn();
        return reply;
    }

    private static SteeringChange full(long epoch, long version, List<ClassSteering> classes, FlowException... flows) {
        return new SteeringChange(new SteeringVersion(epoch, version), true, classes, List.of(flows), List.of());
    }

    private static SteeringChange move(long epoch, long version, FlowException... flows) {
        return new SteeringChange(new SteeringVersion(epoch, version), false, null, List.of(flows), List.of());
    }

    private RecordedReply received(SteeringChange change) throws InterruptedException {
        RecordedReply reply = new RecordedReply();
        loop.steer(change, reply);
        loop.turn();
        return reply;
    }

    private void reconcile() throws InterruptedException {
        time.advance(RECONCILE);
        loop.turn();
    }

    @Test
    void bindingsMakeRoutesWithoutAnySteering() throws Exception {
        assertThat(loop.readiness().ready()).isFalse();
        assertThat(bindings(4, onWlan(1), onLte(1)).answers).containsExactly("");
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(kernel.callKinds())
                .as("classes of an earlier process are not touched")
                .containsExactly("applyBindings");
        assertThat(loop.readiness().ready()).isTrue();
    }

    @Test
    void aFaultInOneEventCostsNoOther() throws Exception {
        loop.bindingsChanged(new BindingChange(3, false, List.of(onWlan(1)), List.of()), new Reply() {
            @Override
            public void acknowledge(long applyNanos, long appliedAtMs) {
                throw new IllegalStateException("acknowledged");
            }

            @Override
            public void refuse(String error) {
                throw new IllegalStateException("the transport has a fault");
            }
        });
        RecordedReply reply = bindings(4, onWlan(1));
        assertThat(reply.answers).as("the next event of the same turn").containsExactly("");
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, WLAN_MAG));
        loop.turn();
        assertThat(reply.answers).as("nothing is told twice").containsExactly("");
    }

    @Test
    void anAcknowledgementThatCannotBeSentHoldsNoOtherBack() throws Exception {
        loop.bindingsChanged(new BindingChange(3, true, List.of(onWlan(1)), List.of()), new Reply() {
            @Override
            public void acknowledge(long applyNanos, long appliedAtMs) {
                throw new IllegalStateException("the transport has a fault");
            }

            @Override
            public void refuse(String error) {}
        });
        assertThat(bindings(4, onWlan(1)).answers).containsExactly("");
        assertThat(bindings(5, onWlan(1)).answers).containsExactly("");
        assertThat(metrics.scrape()).contains("flowanchor_agent_faults_total 1.0");
    }

    @Test
    void steeringBeforeBindingsWaitsAndIsAcknowledgedWithThem() throws Exception {
        RecordedReply steering = received(full(1, 1, List.of(steered("voip", LTE, WLAN)), exception(1, 5000, LTE_MAG)));
        assertThat(steering.answers).isEmpty();
        assertThat(kernel.calls).isEmpty();
        RecordedReply bindings = bindings(4, onWlan(1), onLte(1));
        assertThat(steering.answers).containsExactly("");
        assertThat(bindings.answers).containsExactly("");
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), LTE_MAG));
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
    }

    @Test
    void attachResolvesClassesWithoutAnyNewSteering() throws Exception {
        bindings(1, onWlan(1));
        received(full(1, 1, List.of(steered("voip", LTE, WLAN))));
        assertThat(kernel.accesses).containsValue(WLAN_MAG);
        received(new BindingChange(2, false, List.of(onLte(1)), List.of()));
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), LTE_MAG));
    }

    @Test
    void t52_deregistrationHoldsTheExceptionAndItsReturnInstallsIt() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, WLAN_MAG)));
        received(new BindingChange(2, false, List.of(releasing(onWlan(1), 2)), List.of()));
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, LTE_MAG));
        assertThat(kernel.flows).isEmpty();
        assertThat(metrics.scrape()).contains("flowanchor_agent_held_exceptions 1.0");
        received(new BindingChange(3, false, List.of(onWlan(1)), List.of()));
        // The entry that came back is older than the one that left: versions decide, not arrival.
        assertThat(kernel.flows).isEmpty();
        received(new BindingChange(4, false, List.of(onAccess(1, true, 4, true)), List.of()));
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), WLAN_MAG));
    }

    @Test
    void moveGoesByOneElement() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, WLAN_MAG)));
        kernel.calls.clear();
        assertThat(received(move(1, 2, exception(1, 5000, LTE_MAG))).answers).containsExactly("");
        assertThat(kernel.calls).containsExactly("replaceFlows 1");
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));

        RecordedReply removed =
                received(new SteeringChange(new SteeringVersion(1, 3), false, null, List.of(), List.of(flow(1, 5000))));
        assertThat(removed.answers).containsExactly("");
        assertThat(kernel.calls).containsExactly("replaceFlows 1", "replaceFlows 1");
        assertThat(kernel.flows).isEmpty();
    }

    @Test
    void movesThatWaitTogetherAreOneTransactionAndEachIsAnswered() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, WLAN_MAG), exception(1, 5001, WLAN_MAG)));
        kernel.calls.clear();
        List<RecordedReply> replies = new ArrayList<>();
        for (SteeringChange change : List.of(
                move(1, 2, exception(1, 5000, LTE_MAG)),
                move(1, 3, exception(1, 5001, LTE_MAG)),
                move(1, 4, exception(1, 5000, WLAN_MAG)),
                move(1, 5, exception(1, 5002, LTE_MAG)))) {
            RecordedReply reply = new RecordedReply();
            loop.steer(change, reply);
            replies.add(reply);
        }
        loop.turn();
        // The first flow is where it was: of two moves that wait, the last is made.
        assertThat(kernel.calls).containsExactly("replaceFlows 2");
        assertThat(kernel.flows)
                .containsOnly(
                        Map.entry(flow(1, 5000), WLAN_MAG),
                        Map.entry(flow(1, 5001), LTE_MAG),
                        Map.entry(flow(1, 5002), LTE_MAG));
        assertThat(replies).allSatisfy(reply -> assertThat(reply.answers).containsExactly(""));
    }

    @Test
    void repeatedFullStateTouchesNothing() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(steered("voip", LTE)), exception(1, 5000, LTE_MAG)));
        kernel.calls.clear();
        assertThat(received(full(1, 1, List.of(steered("voip", LTE)), exception(1, 5000, LTE_MAG))).answers)
                .containsExactly("");
        assertThat(kernel.calls).isEmpty();
    }

    @Test
    void fullStateRemovesExceptionsThatItDoesNotName() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, LTE_MAG), exception(1, 5001, LTE_MAG)));
        received(full(2, 1, List.of(), exception(1, 5001, LTE_MAG)));
        assertThat(kernel.flows).containsOnlyKeys(flow(1, 5001));
    }

    @Test
    void olderEpochOrVersionIsRefusedAndChangesNothing() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(2, 7, List.of(), exception(1, 5000, LTE_MAG)));
        kernel.calls.clear();
        assertThat(received(full(1, 900, List.of())).answers)
                .singleElement()
                .asString()
                .contains("1/900", "2/7");
        assertThat(received(move(2, 6, exception(1, 5000, WLAN_MAG))).answers)
                .singleElement()
                .asString()
                .contains("older");
        assertThat(kernel.calls).isEmpty();
        assertThat(loop.position().accepted()).isEqualTo(new SteeringVersion(2, 7));
        assertThat(metrics.scrape()).contains("flowanchor_agent_nacks_total{reason=\"stale\",stream=\"steering\"} 2.0");
    }

    @Test
    void changeBeforeTheFirstFullStateIsRefused() throws Exception {
        assertThat(received(new BindingChange(5, false, List.of(onWlan(1)), List.of())).answers)
                .singleElement()
                .asString()
                .contains("full state");
        bindings(5, onWlan(1));
        assertThat(received(move(1, 2, exception(1, 5000, WLAN_MAG))).answers)
                .singleElement()
                .asString()
                .contains("full state");
        assertThat(kernel.flows).isEmpty();
    }

    @Test
    void bindingFullStateForgetsWhatItDoesNotName() throws Exception {
        bindings(1, onWlan(1), onLte(1), onWlan(2));
        bindings(9, onWlan(1));
        assertThat(kernel.routes).containsOnlyKeys(HNP);
        assertThat(kernel.gateways).as("tunnels of gateways seen before stay").contains(LTE_MAG);
        received(new BindingChange(10, false, List.of(), List.of(onWlan(1).name())));
        assertThat(kernel.routes).isEmpty();
    }

    @Test
    void olderBindingChangeIsDroppedButAcknowledged() throws Exception {
        bindings(9, onWlan(1));
        BindingName name = onWlan(1).name();
        assertThat(received(new BindingChange(8, false, List.of(), List.of(name))).answers)
                .containsExactly("");
        assertThat(kernel.routes).hasSize(1);
    }

    @Test
    void kernelThatRefusesIsNackedThenConvergesAndAcknowledgesLate() throws Exception {
        kernel.failNext(Call.APPLY, "ENODEV, route add 2001:db8:101::/64 dev fa1");
        RecordedReply reply = bindings(1, onWlan(1));
        assertThat(reply.answers).containsExactly("ENODEV, route add 2001:db8:101::/64 dev fa1");
        assertThat(loop.readiness().ready()).isFalse();
        loop.turn();
        reconcile();
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(reply.answers).hasSize(2).endsWith("");
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_kernel_errors_total 1.0")
                .contains("flowanchor_agent_nacks_total{reason=\"kernel\",stream=\"binding\"} 1.0");
    }

    @Test
    void refusedMoveIsNackedAndTriedAgainAsAWhole() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, WLAN_MAG)));
        kernel.failNext(Call.REPLACE_FLOW, "EBUSY, element");
        RecordedReply reply = received(move(1, 2, exception(1, 5000, LTE_MAG)));
        assertThat(reply.answers).containsExactly("EBUSY, element");
        assertThat(received(move(1, 1, exception(1, 5000, LTE_MAG))).answers)
                .as("a stale command must not acknowledge the refused one")
                .singleElement()
                .asString()
                .contains("older");
        reconcile();
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
        assertThat(reply.answers).endsWith("");
    }

    @Test
    void reconcileRepairsAFlowThatSomebodyElseChanged() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(), exception(1, 5000, WLAN_MAG)));
        kernel.flows.put(flow(1, 5000), LTE_MAG);
        kernel.flows.put(flow(1, 6000), LTE_MAG);
        reconcile();
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), WLAN_MAG));
    }

    @Test
    void restartKeepsExceptionsAndClassesUntilSteeringArrives() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(3, 1, List.of(steered("voip", LTE)), exception(1, 5000, LTE_MAG), exception(1, 5001, LTE_MAG)));
        var before = List.of(
                Map.copyOf(kernel.routes),
                List.copyOf(kernel.classes),
                Map.copyOf(kernel.accesses),
                Map.copyOf(kernel.flows));

        loop = newLoop();
        loop.readBack();
        assertThat(loop.position().accepted()).isEqualTo(SteeringVersion.NONE);
        assertThat(loop.position().installed())
                .containsExactlyInAnyOrder(
                        new FlowException("", flow(1, 5000), LTE_MAG), new FlowException("", flow(1, 5001), LTE_MAG));
        bindings(1, onWlan(1), onLte(1));
        reconcile();
        assertThat(List.of(kernel.routes, kernel.classes, kernel.accesses, kernel.flows))
                .isEqualTo(before);

        received(full(4, 1, List.of(steered("voip", WLAN)), exception(1, 5000, LTE_MAG)));
        assertThat(kernel.flows).containsOnlyKeys(flow(1, 5000));
        assertThat(kernel.accesses).containsValue(WLAN_MAG);
        assertThat(loop.position().installed()).containsExactly(exception(1, 5000, LTE_MAG));
    }

    @Test
    void burstCostsOneApplyAndEveryMessageIsAnswered() throws Exception {
        bindings(1, onWlan(1));
        kernel.calls.clear();
        List<RecordedReply> replies = new ArrayList<>();
        for (int i = 2; i < 50; i++) {
            RecordedReply reply = new RecordedReply();
            loop.bindingsChanged(new BindingChange(i, false, List.of(onWlan(i)), List.of()), reply);
            replies.add(reply);
        }
        loop.turn();
        assertThat(kernel.calls).hasSize(1);
        assertThat(replies).allSatisfy(reply -> assertThat(reply.answers).containsExactly(""));
        assertThat(kernel.routes).hasSize(49);
    }

    @Test
    void whatPointsAtASilentGatewayIsDroppedAndNoDesiredStateBringsItBackUntilItAnswers() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(steered("voip", LTE, WLAN)), exception(1, 5000, LTE_MAG)));
        assertThat(kernel.accesses).containsValue(LTE_MAG);

        loop.gatewaysSilent(Set.of(LTE_MAG));
        loop.turn();
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), WLAN_MAG));
        assertThat(kernel.flows).isEmpty();

        assertThat(received(move(1, 2, exception(1, 5001, LTE_MAG))).answers).containsExactly("");
        assertThat(received(full(1, 3, List.of(steered("voip", LTE)), exception(1, 5000, LTE_MAG))).answers)
                .containsExactly("");
        assertThat(bindings(7, onLte(1), onWlan(1)).answers).containsExactly("");
        reconcile();
        assertThat(kernel.flows).isEmpty();
        assertThat(kernel.accesses).isEmpty();
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(metrics.scrape()).contains("flowanchor_agent_silent_gateways 1.0");

        loop.gatewaysSilent(Set.of());
        loop.turn();
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), LTE_MAG));
    }

    @Test
    void aPrefixWhoseOnlyGatewayIsSilentHasNoRouteSoThatItsPoolAnswers() throws Exception {
        bindings(1, onWlan(1));
        loop.gatewaysSilent(Set.of(WLAN_MAG));
        loop.turn();
        assertThat(kernel.routes).isEmpty();
        assertThat(kernel.gateways).as("its tunnel stays").contains(WLAN_MAG);
    }

    @Test
    void aGatewayForWhichThereIsNoRoomIsTheOnlyOneThatGoesWithout() throws Exception {
        kernel.withoutRoom.add(LTE_MAG);
        bindings(1, onWlan(1), onLte(1));
        RecordedReply steering = received(full(1, 1, List.of(steered("voip", LTE, WLAN)), exception(1, 5000, LTE_MAG)));
        assertThat(steering.answers).as("no error of the whole").containsExactly("");
        assertThat(kernel.routes).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), WLAN_MAG));
        assertThat(kernel.flows).isEmpty();
        assertThat(metrics.scrape()).contains("flowanchor_agent_gateways_without_tunnel 1.0");

        kernel.withoutRoom.clear();
        reconcile();
        assertThat(kernel.flows).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
        assertThat(kernel.accesses).containsExactly(Map.entry(new ClassAccess(className("voip"), HNP), LTE_MAG));
    }

    @Test
    void l30_aTunnelWithoutBindingsGoesAfterAWhile() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of()));
        bindings(2, onWlan(1));
        reconcile();
        assertThat(kernel.gateways).contains(LTE_MAG, WLAN_MAG);
        time.advance(Duration.ofSeconds(60));
        loop.turn();
        assertThat(kernel.gateways).containsExactly(WLAN_MAG);
    }

    @Test
    void aBindingChangeLooksAtTheExceptionsOfItsOwnPrefixOnly() throws Exception {
        Binding[] nodes = IntStream.rangeClosed(1, 200)
                .boxed()
                .flatMap(node -> Stream.of(onWlan(node), onLte(node)))
                .toArray(Binding[]::new);
        FlowException[] flows = IntStream.range(0, 2_000)
                .mapToObj(number -> exception(1 + number % 200, 5000 + number / 200, WLAN_MAG))
                .toArray(FlowException[]::new);
        bindings(1, nodes);
        received(full(1, 1, List.of(steered("voip", LTE, WLAN)), flows));
        assertThat(kernel.flows).hasSize(2_000);

        kernel.exceptionsLookedAt = 0;
        received(new BindingChange(2, false, List.of(releasing(onWlan(7), 2)), List.of()));
        assertThat(kernel.exceptionsLookedAt).as("ten flows of one node").isEqualTo(10);
        assertThat(kernel.flows).hasSize(1_990).doesNotContainKey(flow(7, 5000));
        Binding back = binding(7, 1, 10, WLAN_MAG, WLAN, true, 3);
        received(new BindingChange(3, false, List.of(back), List.of()));
        received(new BindingChange(4, false, List.of(back), List.of()));
        assertThat(kernel.exceptionsLookedAt)
                .as("ten more, and none for a change that says nothing new")
                .isEqualTo(20);
        assertThat(kernel.flows).hasSize(2_000).containsEntry(flow(7, 5000), WLAN_MAG);

        received(new SteeringChange(
                new SteeringVersion(1, 2), false, List.of(steered("voip", WLAN)), List.of(), List.of()));
        assertThat(kernel.exceptionsLookedAt)
                .as("other classes, the same exceptions")
                .isEqualTo(20);

        kernel.failNext(Call.APPLY, "EBUSY");
        received(new BindingChange(5, false, List.of(releasing(onWlan(8), 5)), List.of()));
        reconcile();
        assertThat(kernel.flows).as("after a refusal everything is compared").hasSize(1_990);
        assertThat(kernel.exceptionsLookedAt).isGreaterThan(1_990);
    }

    @Test
    void trackingIsLookedAfterEverySecondAndItsStateIsTold() throws Exception {
        loop.tendTracking();
        loop.turn();
        assertThat(loop.readiness().details())
                .containsEntry("trackingAdmission", "ALL")
                .containsEntry("trackedConnections", 3L)
                .containsEntry("trackedConnectionsLimit", 262_144L)
                .doesNotContainKey("trackedConnectionsTooFew");
        kernel.tracking = new ConnectionTracking(
                TrackingAdmission.KNOWN_ONLY, 230_000, 262_144, 17, Optional.of("nf_conntrack_max is read-only"));
        loop.tendTracking();
        loop.turn();
        assertThat(loop.readiness().details())
                .containsEntry("trackingAdmission", "KNOWN_ONLY")
                .containsEntry("trackedConnectionsTooFew", "nf_conntrack_max is read-only");
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_connections 230000", "flowanchor_agent_connections_limit 262144")
                .contains("flowanchor_agent_tracking_admission{admission=\"known_only\"} 1")
                .contains("flowanchor_agent_tracking_admission{admission=\"all\"} 0")
                .contains("flowanchor_agent_connections_dropped_total 17");
        kernel.failNext(Call.TEND_TRACKING, "EPERM, size of the connection table");
        loop.tendTracking();
        loop.turn();
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_errors_total 1");
    }

    @Test
    void samplesNameTheGatewayThatCarriesAndTheClass() throws Exception {
        bindings(1, onWlan(1), onLte(1));
        received(full(1, 1, List.of(steered("voip", LTE)), exception(1, 5000, LTE_MAG)));
        List<FlowReport> flowReports = new ArrayList<>();
        List<LinkReport> linkReports = new ArrayList<>();
        AnchorTelemetry telemetry = new AnchorTelemetry(
                LMA,
                kernel,
                loop,
                flowReports::add,
                linkReports::add,
                metrics,
                time.clock(),
                time::nanoTime,
                () -> 0,
                2);
        kernel.counters.put(WLAN_MAG, new LinkCounters("fa1", true, 10, 1_000, 0, 0));
        telemetry.sample();
        assertThat(flowReports).as("the first reading only sets the base").isEmpty();
        time.advance(Duration.ofMillis(1_004));
        kernel.tracked.addAll(Arrays.asList(
                new TrackedFlow(flow(1, 5000), 10, 15_000, null),
                new TrackedFlow(flow(1, 5001), 5, 900, className("voip")),
                new TrackedFlow(flow(1, 5002), 1, 100, null)));
        kernel.counters.put(WLAN_MAG, new LinkCounters("fa1", true, 26, 17_000, 3, 4_500));
        telemetry.sample();
        FlowReport report = flowReports.getFirst();
        assertThat(report.intervalMs()).isEqualTo(1_004);
        assertThat(report.trackedFlows()).isEqualTo(3);
        assertThat(report.flows())
                .extracting(carried -> carried.rate().flow().flow(), FlowReport.CarriedFlow::gateway)
                .containsExactly(tuple(flow(1, 5000), LTE_MAG), tuple(flow(1, 5001), LTE_MAG));
        assertThat(linkReports).singleElement().satisfies(link -> {
            assertThat(link.kind()).isEqualTo(LinkReport.Kind.TUNNEL);
            assertThat(link.proxyCareOfAddress()).isEqualTo(WLAN_MAG);
            assertThat(link.accessTechnologyType()).isEqualTo(WLAN);
            assertThat(link.rate().drops()).isEqualTo(3);
            assertThat(link.rate().backlogBytes()).isEqualTo(4_500);
        });
    }

    /** Whatever the two streams do, with a kernel that refuses now and then: at the end the kernel is what the last states say. */
    @TestFactory
    Stream<DynamicTest> kernelConvergesToTheLastStatesOnAnyWay() {
        return IntStream.range(0, 150)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> checkConvergence(new Random(seed))));
    }

    private static void checkConvergence(Random random) throws Exception {
        AnchorLoopTest world = new AnchorLoopTest();
        world.start();
        long bindingVersion = 1;
        long steeringVersion = 1;
        world.bindings(bindingVersion, onWlan(1));
        List<ClassSteering> classes = List.of(steered("voip", LTE, WLAN));
        world.received(full(1, steeringVersion, classes));
        Map<BindingName, Binding> bindings = new HashMap<>(Map.of(onWlan(1).name(), onWlan(1)));
        Map<Integer, FlowException> flows = new HashMap<>();
        for (int step = 0; step < 40; step++) {
            if (random.nextInt(6) == 0) {
                world.kernel.failNext(Call.APPLY, "EAGAIN, by chance");
            }
            boolean wlan = random.nextBoolean();
            int node = 1 + random.nextInt(3);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Binding binding = onAccess(node, wlan, ++bindingVersion, random.nextInt(3) > 0);
                    bindings.put(binding.name(), binding);
                    world.received(new BindingChange(bindingVersion, false, List.of(binding), List.of()));
                }
                case 1 -> {
                    BindingName name = onAccess(node, wlan, 1, true).name();
                    bindings.remove(name);
                    world.received(new BindingChange(++bindingVersion, false, List.of(), List.of(name)));
                }
                case 2 -> {
                    FlowException exception = exception(node, random.nextInt(4), wlan ? WLAN_MAG : LTE_MAG);
                    flows.put(exception.flow().hashCode(), exception);
                    world.received(move(1, ++steeringVersion, exception));
                }
                case 3 -> world.reconcile();
            }
        }
        for (int i = 0; i < 50; i++) {
            world.reconcile();
        }
        world.everyFailureWasMet();
        var expected = AnchorResolution.resolve(
                        LMA,
                        POOLS,
                        Set.of(),
                        new BindingTable(POOLS, bindings.values()),
                        new Steering(classes, flows.values()))
                .state();
        assertThat(world.kernel.routes).isEqualTo(expected.routes());
        assertThat(world.kernel.groups).isEqualTo(expected.groups());
        assertThat(world.kernel.accesses).isEqualTo(expected.accesses());
        assertThat(world.kernel.flows).isEqualTo(expected.flows());
        assertThat(world.loop.position().installed())
                .allSatisfy(
                        exception -> assertThat(expected.flows()).containsEntry(exception.flow(), exception.gateway()))
                .hasSize(expected.flows().size());
    }

    private static Binding onAccess(int node, boolean wlan, long version, boolean active) {
        return binding(
                node, wlan ? 1 : 2, wlan ? 10 : 20, wlan ? WLAN_MAG : LTE_MAG, wlan ? WLAN : LTE, active, version);
    }
}
