package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.ANCHOR;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.VOIP;
import static org.flowanchor.flow.domain.placement.World.WLAN;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;
import static org.flowanchor.flow.domain.placement.World.id;
import static org.flowanchor.flow.domain.placement.World.moves;
import static org.flowanchor.flow.domain.placement.World.tuple;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.flow.domain.placement.MoveResult.NoSuchBinding;
import org.flowanchor.flow.domain.placement.MoveResult.StaleFlow;
import org.flowanchor.flow.domain.placement.MoveResult.Started;
import org.flowanchor.flow.domain.placement.MoveResult.UnknownFlow;
import org.flowanchor.flow.domain.placement.MoveResult.Unmoved;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.TrafficSelector;
import org.junit.jupiter.api.Test;

class AnchorStateTest {
    private static final long MEGABIT = 1_000_000;
    private final World world = new World();

    private void bestEffortOnWlan() {
        world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
    }

    // ---- an operator's moves

    @Test
    void t45_moveWithStaleOriginChangesNothing() {
        bestEffortOnWlan();
        Flow before = world.flow(1);
        assertThat(world.state.move(id(1), LTE, Optional.of(LTE), world.now))
                .isEqualTo(new StaleFlow(Optional.of(WLAN_ACCESS)));
        assertThat(world.flow(1)).isEqualTo(before);
        assertThat(world.state.hasChangedExceptions()).isFalse();
    }

    @Test
    void t45_moveToAnAccessThatIsNotAttachedNamesWhatIs() {
        world.detach(LTE_ACCESS, 2);
        bestEffortOnWlan();
        Flow before = world.flow(1);
        assertThat(world.state.move(id(1), LTE, Optional.empty(), world.now))
                .isEqualTo(new NoSuchBinding(Optional.of(World.NODE), List.of(WLAN_ACCESS), LTE));
        assertThat(world.flow(1)).isEqualTo(before);
    }

    @Test
    void t45_f10_moveTakesTheFlowToTheTargetAndPinsIt() {
        bestEffortOnWlan();
        assertThat(world.state.move(id(1), LTE, Optional.of(WLAN), world.now)).isInstanceOf(Started.class);
        assertThat(world.state.exception(tuple(1))).contains(LTE_ACCESS.proxyCareOfAddress());
        EnforcedMove enforced =
                world.state.enforced(id(1), world.now.plusMillis(3)).orElseThrow();
        assertThat(enforced.move().cause()).isEqualTo(MoveCause.MANUAL);
        assertThat(enforced.move().enforcedAt()).contains(world.now.plusMillis(3));
        assertThat(world.flow(1).pin()).contains(LTE);
        assertThat(world.flow(1).moves()).isEqualTo(1);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void movesByAnOperatorAreNotSubjectToTheHoldTime() {
        bestEffortOnWlan();
        for (int i = 0; i < 5; i++) {
            assertThat(world.state.move(id(1), i % 2 == 0 ? LTE : WLAN, Optional.empty(), world.now))
                    .isInstanceOf(Started.class);
            world.state.enforced(id(1), world.now);
        }
        assertThat(world.flow(1).moves()).isEqualTo(5);
    }

    @Test
    void moveToWhereItIsPinsWithoutAMove() {
        bestEffortOnWlan();
        assertThat(world.state.move(id(1), WLAN, Optional.empty(), world.now))
                .isEqualTo(new Unmoved(Optional.of(WLAN_ACCESS)));
        assertThat(world.flow(1).pin()).contains(WLAN);
        assertThat(world.flow(1).moves()).isZero();
    }

    @Test
    void anUndoneMoveLeavesNoTrace() {
        bestEffortOnWlan();
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.undo(id(1), "not acknowledged", world.now);
        assertThat(world.flow(1).pin()).isEmpty();
        assertThat(world.flow(1).exception()).isEmpty();
        assertThat(world.flow(1).moves()).isZero();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.takeChangedExceptions()).contains(tuple(1));
        assertThat(world.state.enforced(id(1), world.now))
                .as("a late acknowledgement")
                .isEmpty();
        assertThat(moves(world.place())).isEmpty();
    }

    @Test
    void t47_resetOfAnUnknownFlowIsRefusedAndASecondResetChangesNothing() {
        assertThat(world.state.reset(id(1), world.now)).isInstanceOf(UnknownFlow.class);
        bestEffortOnWlan();
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.enforced(id(1), world.now);
        assertThat(world.state.reset(id(1), world.now)).isInstanceOf(Started.class);
        world.state.enforced(id(1), world.now);
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.flow(1).pin()).isEmpty();
        assertThat(world.state.reset(id(1), world.now)).isInstanceOf(Unmoved.class);
    }

    @Test
    void aPinHoldsWhileItsAccessIsGoneAndComesBackWithIt() {
        bestEffortOnWlan();
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.enforced(id(1), world.now);
        world.detach(LTE_ACCESS, 2);
        assertThat(world.place()).isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.exception(tuple(1))).as("held at the agent").isPresent();
        world.pass(1);
        assertThat(world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT)))
                .extracting(observed -> observed.move().cause())
                .containsExactly(MoveCause.OUTAGE);
        world.attach(LTE_ACCESS, 2);
        world.pass(1);
        assertThat(world.sampled(world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT)))
                .extracting(observed -> observed.move().cause())
                .containsExactly(MoveCause.MANUAL);
    }

    @Test
    void aPinFollowsItsAccessToAnotherGateway() {
        bestEffortOnWlan();
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.enforced(id(1), world.now);
        world.detach(LTE_ACCESS, 2);
        var elsewhere = new org.flowanchor.flow.domain.Access(
                org.flowanchor.mobility.ProxyCareOfAddress.parse("2001:db8:b::22"), LTE);
        world.attach(elsewhere, 3);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
        assertThat(world.state.exception(tuple(1))).contains(elsewhere.proxyCareOfAddress());
    }

    // ---- idle flows

    @Test
    void t48_anIdleFlowIsRemovedAtTheTimeoutAndNotBefore() {
        bestEffortOnWlan();
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.enforced(id(1), world.now);
        world.state.takeChangedExceptions();
        world.pass(29);
        world.place();
        assertThat(world.state.flows().find(id(1))).isPresent();
        world.sampled(world.sample(1, 8, LTE_ACCESS, BEST_EFFORT));
        world.pass(29);
        world.sampled(world.sample(1, 0, LTE_ACCESS, BEST_EFFORT));
        world.place();
        assertThat(world.state.flows().find(id(1))).as("traffic resets").isPresent();
        world.pass(1);
        world.place();
        assertThat(world.state.flows().find(id(1)))
                .as("a sample without packets does not")
                .isEmpty();
        assertThat(world.state.takeChangedExceptions()).containsExactly(tuple(1));
        assertThat(world.state.exceptions()).isEmpty();
    }

    @Test
    void flowsDoNotExpireBecauseTheAgentWasAway() {
        bestEffortOnWlan();
        world.pass(60);
        world.state.agentReturned(world.now);
        world.place();
        assertThat(world.state.flows().find(id(1))).isPresent();
    }

    // ---- bindings

    @Test
    void t52_flowsOfALostAccessAreRehomedAndOthersUntouched() {
        world.sampled(
                world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT), world.sample(2, MEGABIT, LTE_ACCESS, VOIP));
        Flow voip = world.flow(2);
        world.detach(WLAN_ACCESS, 1);
        assertThat(world.current(1)).as("at once").isEqualTo(LTE_ACCESS);
        assertThat(world.flow(2)).isEqualTo(voip);
        world.pass(1);
        List<EnforcedMove> observed = world.sampled(
                world.sample(1, 6 * MEGABIT, LTE_ACCESS, BEST_EFFORT), world.sample(2, MEGABIT, LTE_ACCESS, VOIP));
        assertThat(observed).singleElement().satisfies(move -> {
            assertThat(move.flow().id()).isEqualTo(id(1));
            assertThat(move.move().cause()).isEqualTo(MoveCause.OUTAGE);
            assertThat(move.move().from()).isEqualTo(WLAN_ACCESS);
            assertThat(move.move().to()).isEqualTo(LTE_ACCESS);
            assertThat(move.move().requestedAt()).isEqualTo(world.now.minusSeconds(1));
        });
    }

    @Test
    void t52_anOverflowEndsWithTheAccessItWentTo() {
        t53_overflowToLte();
        world.detach(LTE_ACCESS, 2);
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Follow.class,
                        follow -> assertThat(follow.cause()).isEqualTo(MoveCause.OUTAGE));
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    private void t53_overflowToLte() {
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
        }
        assertThat(moves(world.place())).hasSize(1);
    }

    @Test
    void t53_deregistrationAndPollInTheSameTickDoNotMoveAFlowTwice() {
        var fixed = new org.flowanchor.flow.domain.Access(
                org.flowanchor.mobility.ProxyCareOfAddress.parse("2001:db8:b::13"),
                org.flowanchor.mobility.AccessTechnologyType.IEEE_802_3);
        world.attach(fixed, 3);
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            bestEffortOnWlan();
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
        }
        world.detach(WLAN_ACCESS, 1);
        assertThat(moves(world.place())).isEmpty();
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void aRecordThatIsNotNewerIsDropped() {
        var key = new org.flowanchor.flow.domain.cache.BindingKey(
                World.NODE, new org.flowanchor.mobility.BindingIdentifier(1));
        assertThat(world.state.apply(key, 1, Optional.empty(), world.now)).isFalse();
        assertThat(world.state.apply(key, 100, Optional.empty(), world.now)).isTrue();
        assertThat(world.state.apply(key, 50, Optional.empty(), world.now)).isFalse();
        bestEffortOnWlan();
        assertThat(world.state.mobileNode(world.flow(1)).orElseThrow().accesses())
                .containsExactly(LTE_ACCESS);
    }

    // ---- causes and truth

    @Test
    void t55_everyMoveCarriesItsCauseAndTheFiguresThatDecided() {
        t53_overflowToLte();
        assertThat(world.flow(1).lastMove().orElseThrow()).satisfies(move -> {
            assertThat(move.cause()).isEqualTo(MoveCause.QOS);
            assertThat(move.reason()).contains("loss ratio 0.1, threshold 0.05").contains("6.0 Mbit/s");
        });
        assertThat(world.state.explanations(id(1)).getLast().figures())
                .containsEntry("packetLossRatio", "0.1")
                .containsEntry("demandBitsPerSecond", "6000000");
    }

    @Test
    void t55_aClassThatResolvesToANewAccessIsAPolicyMove() {
        world.detach(WLAN_ACCESS, 1);
        world.sampled(world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT));
        world.pass(1);
        world.attach(WLAN_ACCESS, 1);
        world.pass(1);
        assertThat(world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT)))
                .extracting(observed -> observed.move().cause())
                .containsExactly(MoveCause.POLICY);
    }

    @Test
    void t58_aSampleThatContradictsTheDecisionOnceChangesNothing() {
        t53_overflowToLte();
        world.pass(1);
        assertThat(world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT)))
                .isEmpty();
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
        world.pass(1);
        assertThat(world.sampled(world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT)))
                .isEmpty();
        assertThat(world.flow(1).moves()).isEqualTo(1);
    }

    @Test
    void anAgentThatLeavesADeadGatewayByItselfIsBelievedWhenItPersists() {
        bestEffortOnWlan();
        for (int second = 1; second <= 3; second++) {
            world.pass(1);
            List<EnforcedMove> observed = world.sampled(world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT));
            assertThat(observed).hasSize(second == 3 ? 1 : 0);
        }
        assertThat(world.flow(1).lastMove().orElseThrow().cause()).isEqualTo(MoveCause.OUTAGE);
    }

    @Test
    void t59_policyDecidesPerApplicationWhenWlanAttaches() {
        world.detach(WLAN_ACCESS, 1);
        world.sampled(world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT), world.sample(2, MEGABIT, LTE_ACCESS, VOIP));
        world.attach(WLAN_ACCESS, 1);
        Flow web = world.flow(1);
        Flow voip = world.flow(2);
        assertThat(web.expected(world.state.mobileNode(web).orElseThrow(), Optional.of(WLAN_ACCESS)))
                .contains(WLAN_ACCESS);
        world.pass(1);
        List<EnforcedMove> observed = world.sampled(
                world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT), world.sample(2, MEGABIT, LTE_ACCESS, VOIP));
        assertThat(observed).extracting(move -> move.flow().id()).containsExactly(id(1));
        assertThat(world.flow(2).moves()).isEqualTo(voip.moves());
        assertThat(world.state.exceptions()).as("classes need no exception").isEmpty();
    }

    // ---- restart

    @Test
    void t40_aRestartAdoptsWhatTheKernelEnforcesAndMovesNothing() {
        world.state.pinned(List.of(new Pin(ANCHOR, id(2), tuple(2), Optional.empty(), LTE, world.now)));
        var enforced = Map.of(tuple(1), LTE_ACCESS.proxyCareOfAddress(), tuple(2), LTE_ACCESS.proxyCareOfAddress());
        world.state.adopt(enforced, world.now);
        assertThat(world.state.exceptions()).isEqualTo(enforced);
        assertThat(world.flow(1).exception().orElseThrow().origin()).isEqualTo(FlowException.Origin.OVERFLOW);
        assertThat(world.flow(2).exception().orElseThrow().origin()).isEqualTo(FlowException.Origin.PIN);
        for (int second = 0; second < 29; second++) {
            world.link(WLAN_ACCESS, 0, 0, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0.5, 8 * MEGABIT, 8 * MEGABIT);
            assertThat(moves(world.place())).isEmpty();
            world.pass(1);
            world.sampled(
                    world.sample(1, MEGABIT, LTE_ACCESS, BEST_EFFORT),
                    world.sample(2, MEGABIT, LTE_ACCESS, BEST_EFFORT));
        }
        assertThat(world.state.exceptions()).isEqualTo(enforced);
    }

    @Test
    void aChangedRuleEndsAnOverflow() {
        t53_overflowToLte();
        world.state.apply(World.policies(SteeringMode.ACTIVE_STANDBY), world.now);
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Follow.class, follow -> {
            assertThat(follow.cause()).isEqualTo(MoveCause.POLICY);
            assertThat(follow.to()).contains(WLAN_ACCESS);
        });
    }

    /** Best effort from {@code firstPort} on may overflow, for group "default"; group "basic" has no rule. */
    private static OffloadPolicies overflowFrom(int firstPort) {
        TrafficSelector selector = new TrafficSelector(
                TrafficSelector.ALL.remotePrefix(),
                TrafficSelector.ALL_PROTOCOLS,
                new TrafficSelector.Range(firstPort, firstPort),
                TrafficSelector.ALL_DSCP);
        return OffloadPolicies.of(List.of(new OffloadPolicy(
                "offload",
                firstPort,
                true,
                10,
                List.of("default"),
                List.of(new SteeringRule(
                        "best-effort",
                        List.of(selector),
                        SteeringMode.PRIORITY_BASED,
                        List.of(WLAN, LTE),
                        OptionalDouble.empty())))));
    }

    private void assertOverflowEnds() {
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Follow.class, follow -> {
            assertThat(follow.cause()).isEqualTo(MoveCause.POLICY);
            assertThat(follow.explanation().reason()).contains("no longer lets it overflow");
        });
        world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        world.pass(World.LIMITS.holdTime().toSeconds());
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
        }
        assertThat(world.place())
                .as("the agent repeats the old name, which counts no more")
                .isEmpty();
    }

    @Test
    void aRuleThatIsNoLongerForTheFlowDoesNotLetItOverflow() {
        world.state.apply(overflowFrom(443), world.now);
        t53_overflowToLte();
        world.state.apply(overflowFrom(8443), world.now);
        assertOverflowEnds();
    }

    @Test
    void aSubscriberWhoseNewGroupHasNoRuleNoLongerOverflows() {
        world.state.apply(overflowFrom(443), world.now);
        t53_overflowToLte();
        world.group("basic");
        assertOverflowEnds();
    }

    @Test
    void aNewRuleThatIsForTheFlowCountsThoughTheAgentStillNamesAnother() {
        t53_overflowToLte();
        SteeringRule standby = new SteeringRule(
                "standby", List.of(), SteeringMode.ACTIVE_STANDBY, List.of(WLAN, LTE), OptionalDouble.empty());
        world.state.apply(
                OffloadPolicies.of(List.of(
                        new OffloadPolicy("before", 1, true, 1, List.of("default"), List.of(standby)),
                        World.policy(SteeringMode.PRIORITY_BASED))),
                world.now);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Follow.class);
    }

    @Test
    void aRuleThatLooksAtTheDscpIsForAFlowOnlyByTheAgentsWord() {
        OffloadPolicies policies = World.policies(SteeringMode.PRIORITY_BASED);
        assertThat(policies.match("default", tuple(1), Optional.empty())).isEqualTo(new RuleMatch.NotKnown());
        assertThat(policies.match("default", tuple(1), Optional.of(VOIP)).rule().map(SteeringRule::name))
                .contains("voip");
        assertThat(policies.match("default", tuple(1), Optional.of(BEST_EFFORT))
                        .rule()
                        .map(SteeringRule::name))
                .contains("best-effort");
        assertThat(policies.match("basic", tuple(1), Optional.of(VOIP))).isEqualTo(new RuleMatch.None());
    }

    /** Unlike DSCP and flow label it is known without the agent's word: the ports of an ESP flow are its halves. */
    @Test
    void aRuleThatLooksAtTheSecurityParametersIndexIsForItsFlowsWhateverTheAgentNames() {
        TrafficSelector upper = new TrafficSelector(
                TrafficSelector.ALL.remotePrefix(),
                new TrafficSelector.Range(FiveTuple.ESP, FiveTuple.ESP),
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                TrafficSelector.ALL_FLOW_LABELS,
                new TrafficSelector.Range(0x7fffffffL, 0xfffffffeL));
        SteeringRule ipsec = new SteeringRule(
                "ipsec", List.of(upper), SteeringMode.ACTIVE_STANDBY, List.of(LTE, WLAN), OptionalDouble.empty());
        OffloadPolicies policies = OffloadPolicies.of(
                List.of(new OffloadPolicy("offload", 1, true, 1, List.of("default"), List.of(ipsec))));
        RuleMatch met = new RuleMatch.Met(ipsec);
        assertThat(policies.match("default", esp(0x7fff, 0xffff), Optional.empty()))
                .isEqualTo(met);
        assertThat(policies.match("default", esp(0xffff, 0xfffe), Optional.of(BEST_EFFORT)))
                .isEqualTo(met);
        assertThat(policies.match("default", esp(0x7fff, 0xfffe), Optional.of(new RuleName("offload", "ipsec"))))
                .isEqualTo(new RuleMatch.None());
        assertThat(policies.match("default", tuple(1), Optional.empty())).isEqualTo(new RuleMatch.None());
    }

    private static FiveTuple esp(int first, int other) {
        return new FiveTuple(tuple(1).sourceAddress(), tuple(1).destinationAddress(), FiveTuple.ESP, first, other);
    }
}
