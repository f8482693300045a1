package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.ANCHOR;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.NODE;
import static org.flowanchor.flow.domain.placement.World.PREFIX;
import static org.flowanchor.flow.domain.placement.World.WLAN;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;
import static org.flowanchor.flow.domain.placement.World.id;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix.State;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moves of a flow whose prefix the target gateway does not anchor (RFC 7864 section 3.2.2). The world's prefix is WLAN's alone. */
class UniquePrefixTest {
    private static final HomeNetworkPrefix LTE_PREFIX = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final long MEGABIT = 1_000_000;
    private static final CarriedPrefix AT_LTE = new CarriedPrefix(NODE, PREFIX, LTE_ACCESS.proxyCareOfAddress());

    private final World world = new World();

    @BeforeEach
    void uniquePrefixes() {
        lteCarries(Optional.empty());
        flow(1, 4 * MEGABIT);
    }

    /** What the anchor tells of WLAN's prefix at the LTE gateway. */
    private void lteCarries(Optional<FlowMobilePrefix> prefix) {
        world.bind(NODE, LTE_PREFIX, prefix.stream().toList(), LTE_ACCESS, 2, true);
    }

    private void lteCarries(State state) {
        lteCarries(Optional.of(new FlowMobilePrefix(
                PREFIX,
                state,
                world.now,
                state == State.FAILED ? "the gateway refuses (status 131)" : "",
                state == State.PREPARING || state == State.PREPARED)));
    }

    private void flow(int port, long bitsPerSecond) {
        world.sampled(world.sample(port, bitsPerSecond, WLAN_ACCESS, BEST_EFFORT));
    }

    private MoveResult move(int port) {
        return world.state.move(id(port), LTE, Optional.empty(), world.now);
    }

    private void answer(PrefixQuestion question, PrefixAnswer answer) {
        world.state.answered(question, answer, world.now);
    }

    private PrefixQuestion theQuestion() {
        List<PrefixQuestion> questions = world.state.prefixQuestions();
        assertThat(questions).hasSize(1);
        return questions.getFirst();
    }

    /** Asks, is answered, and sees the gateway carry the prefix. */
    private void prepare() {
        answer(theQuestion(), new PrefixAnswer.Taken());
        lteCarries(State.PREPARED);
    }

    private void congestWlan() {
        for (int second = 0; second < 3; second++) {
            world.link(WLAN_ACCESS, 0.2, 4 * MEGABIT, 5 * MEGABIT);
            world.link(LTE_ACCESS, 0, MEGABIT, 20 * MEGABIT);
            flow(1, 4 * MEGABIT);
            world.pass(1);
        }
        world.link(WLAN_ACCESS, 0.2, 4 * MEGABIT, 5 * MEGABIT);
        world.link(LTE_ACCESS, 0, MEGABIT, 20 * MEGABIT);
    }

    @Test
    void f07_aFlowMovesOnlyOnceTheTargetGatewayCarriesItsPrefix() {
        assertThat(move(1)).isInstanceOf(MoveResult.Preparing.class);
        PrefixQuestion question = theQuestion();
        assertThat(question).isEqualTo(new PrefixQuestion.Prepare(AT_LTE));
        answer(question, new PrefixAnswer.Taken());
        lteCarries(State.PREPARING);
        assertThat(world.place()).isEmpty();
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        lteCarries(State.PREPARED);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
        assertThat(world.state.exceptions()).containsValue(LTE_ACCESS.proxyCareOfAddress());
        assertThat(world.flow(1).pin()).contains(LTE);
    }

    @Test
    void f03_theTargetGatewayIsAskedAndNeverTheOneThatIsLeft() {
        move(1);
        assertThat(theQuestion().what().gateway()).isEqualTo(LTE_ACCESS.proxyCareOfAddress());
        assertThat(world.state.prefixQuestions()).as("one question at a time").isEmpty();
    }

    @Test
    void nothingIsAskedWithinASharedPrefix() {
        World shared = new World();
        shared.sampled(shared.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        assertThat(shared.state.move(id(1), LTE, Optional.empty(), shared.now)).isInstanceOf(MoveResult.Started.class);
        assertThat(shared.state.prefixQuestions()).isEmpty();
    }

    @Test
    void f07_whatTheGatewayRefusedStaysAndIsToldWithItsReason() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Taken());
        lteCarries(State.FAILED);
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Unprepared.class, unprepared -> {
            assertThat(unprepared.failure()).isEqualTo(PreparationFailure.GATEWAY_REFUSED);
            assertThat(unprepared.why()).contains("status 131");
        });
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.flow(1).pin()).isEmpty();
        assertThat(world.state.explanations(id(1)).getLast().outcome()).isEqualTo(Explanation.Outcome.UNDONE);
    }

    @Test
    void anEarlierFailureSaysNothingOfThisTime() {
        lteCarries(State.FAILED);
        move(1);
        answer(theQuestion(), new PrefixAnswer.Taken());
        assertThat(world.place()).isEmpty();
        lteCarries(State.PREPARED);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
    }

    @Test
    void whatTheAnchorRefusesIsNamedAndNotAskedAgainByPlacement() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Refused(PreparationFailure.GATEWAY_CANNOT, "knows no updates"));
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Unprepared.class,
                        unprepared -> assertThat(unprepared.failure()).isEqualTo(PreparationFailure.GATEWAY_CANNOT));
        congestWlan();
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Suppressed.class, suppressed -> {
            assertThat(suppressed.reason()).isEqualTo(SuppressionReason.PREFIX_NOT_PREPARED);
            assertThat(suppressed.explanation().reason()).contains("knows no updates");
        });
        assertThat(world.state.prefixQuestions()).isEmpty();
        assertThat(move(1)).as("an operator may insist").isInstanceOf(MoveResult.Preparing.class);
        assertThat(theQuestion()).isEqualTo(new PrefixQuestion.Prepare(AT_LTE));
    }

    @Test
    void aBindingServiceThatIsAwayIsAskedAgainUntilTheMoveIsGivenUp() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Unavailable("connection refused"));
        assertThat(world.place()).isEmpty();
        answer(theQuestion(), new PrefixAnswer.Unavailable("connection refused"));
        world.pass(5);
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Unprepared.class, unprepared -> {
            assertThat(unprepared.failure()).isEqualTo(PreparationFailure.ANCHOR_UNAVAILABLE);
            assertThat(unprepared.why()).contains("connection refused");
        });
        assertThat(world.state.prefixQuestions()).isEmpty();
    }

    @Test
    void silenceEndsTheMoveInTime() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.pass(5);
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Unprepared.class,
                        unprepared -> assertThat(unprepared.failure()).isEqualTo(PreparationFailure.NOT_IN_TIME));
        assertThat(theQuestion()).as("given up there as well").isEqualTo(new PrefixQuestion.Release(AT_LTE));
    }

    @Test
    void theTargetLeftMeanwhile() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.bind(NODE, LTE_PREFIX, LTE_ACCESS, 2, false);
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Unprepared.class,
                        unprepared -> assertThat(unprepared.failure()).isEqualTo(PreparationFailure.OVERTAKEN));
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    @Test
    void f21_theAccessThatIsLeftGoesWhileTheMoveIsPrepared() {
        move(1);
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.detach(WLAN_ACCESS, 1);
        assertThat(world.place()).isEmpty();
        lteCarries(State.PREPARED);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void anOverflowWaitsForTheGatewayAndIsTakenAtOnceWhenItCarriesThePrefix() {
        congestWlan();
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Prepare.class);
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        world.pass(1);
        assertThat(world.place()).as("it waits, and nobody else leaves").isEmpty();
        prepare();
        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Divert.class, divert -> {
            assertThat(divert.cause()).isEqualTo(MoveCause.QOS);
            assertThat(divert.explanation().reason()).contains("prepared");
        });
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
        assertThat(world.flow(1).heldSince()).contains(world.now);
    }

    @Test
    void anOverflowWhoseReasonWentIsNotMade() {
        congestWlan();
        world.place();
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.profile(new PlacementFacts(Set.of(WLAN), HostModel.LIF, DecisionAuthority.NETWORK));
        lteCarries(State.PREPARED);
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Unprepared.class,
                        unprepared -> assertThat(unprepared.failure()).isEqualTo(PreparationFailure.OVERTAKEN));
        assertThat(world.state.exceptions()).isEmpty();
    }

    @Test
    void f19_thePrefixIsGivenUpAfterTheLastFlowCameHomeAndNotBefore() {
        flow(2, MEGABIT);
        move(1);
        prepare();
        world.place();
        assertThat(move(2)).isInstanceOf(MoveResult.Preparing.class);
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.place();
        assertThat(world.current(2)).isEqualTo(LTE_ACCESS);
        world.state.reset(id(1), world.now);
        world.state.enforced(id(1), world.now);
        assertThat(world.state.prefixQuestions()).as("the other flow needs it").isEmpty();
        world.state.reset(id(2), world.now);
        assertThat(world.state.prefixQuestions())
                .as("the agent has not said yet that it left")
                .isEmpty();
        world.state.enforced(id(2), world.now);
        assertThat(theQuestion()).isEqualTo(new PrefixQuestion.Release(AT_LTE));
    }

    @Test
    void aReleaseThatWasNotHeardIsRepeatedAndOneUnderWayIsNotOvertaken() {
        move(1);
        prepare();
        world.place();
        world.state.reset(id(1), world.now);
        world.state.enforced(id(1), world.now);
        PrefixQuestion release = theQuestion();
        answer(release, new PrefixAnswer.Unavailable("away"));
        assertThat(theQuestion()).isEqualTo(release);
        move(1);
        assertThat(world.state.prefixQuestions()).as("the release is under way").isEmpty();
        answer(release, new PrefixAnswer.Taken());
        assertThat(theQuestion()).isEqualTo(new PrefixQuestion.Prepare(AT_LTE));
    }

    @Test
    void t25_aReverseMoveWithinTheHoldTimeOfTheAnchorNeedsNoGateway() {
        move(1);
        prepare();
        world.place();
        world.state.reset(id(1), world.now);
        world.state.enforced(id(1), world.now);
        answer(theQuestion(), new PrefixAnswer.Taken());
        lteCarries(State.IDLE);
        move(1);
        // The anchor answers that nothing is needed; its binding may still say IDLE.
        answer(theQuestion(), new PrefixAnswer.Taken());
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
    }

    @Test
    void t06_aPrefixGivenWithTheAttachmentIsNotGivenUpBeforeAFlowUsedIt() {
        lteCarries(State.PREPARED);
        world.place();
        assertThat(world.state.prefixQuestions()).isEmpty();
        assertThat(move(1)).isInstanceOf(MoveResult.Preparing.class);
        answer(theQuestion(), new PrefixAnswer.Taken());
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Divert.class);
    }

    @Test
    void aGatewayThatCarriesThePrefixNoMoreLosesTheFlow() {
        move(1);
        prepare();
        world.place();
        world.state.reset(id(1), world.now);
        world.state.enforced(id(1), world.now);
        congestWlan();
        world.pass(31);
        congestWlan();
        world.place();
        answer(theQuestion(), new PrefixAnswer.Taken());
        world.place();
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
        lteCarries(State.WITHDRAWING);
        world.place();
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    @Test
    void aPinThatWasStoredIsPreparedByItself() {
        world.state.pinned(List.of(new Pin(ANCHOR, id(1), World.tuple(1), Optional.empty(), LTE, world.now)));
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Prepare.class);
        answer(theQuestion(), new PrefixAnswer.Taken());
        lteCarries(State.FAILED);
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Unprepared.class);
        assertThat(world.place()).as("not at once again").isEmpty();
        assertThat(world.flow(1).pin()).contains(LTE);
    }

    @Test
    void t93_aStrongHostIsNotMovedToAnAddressOfAnotherInterface() {
        world.profile(new PlacementFacts(Set.of(), HostModel.STRONG, DecisionAuthority.NETWORK));
        lteCarries(Optional.empty());
        assertThat(move(1)).isInstanceOf(MoveResult.NotAllowed.class);
        assertThat(world.state.prefixQuestions()).isEmpty();
    }

    @Test
    void f01_nothingIsAskedForANodeThatDecidesItself() {
        world.profile(new PlacementFacts(Set.of(), HostModel.LIF, DecisionAuthority.MOBILE_NODE));
        lteCarries(Optional.empty());
        congestWlan();
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Suppressed.class,
                        suppressed -> assertThat(suppressed.reason()).isEqualTo(SuppressionReason.DECISION_AUTHORITY));
        assertThat(world.state.prefixQuestions()).isEmpty();
    }

    @Test
    void t26_allFlowsOfAnAccessMoveAndItsOwnPrefixStaysHome() {
        for (int port = 2; port <= 4; port++) {
            flow(port, MEGABIT);
        }
        for (int port = 1; port <= 4; port++) {
            assertThat(move(port)).isInstanceOf(MoveResult.Preparing.class);
        }
        answer(theQuestion(), new PrefixAnswer.Taken());
        lteCarries(State.PREPARED);
        assertThat(world.place()).hasSize(4).allMatch(decision -> decision instanceof Decision.Divert);
        assertThat(world.state
                        .bindings()
                        .nodeOf(Ipv6Address.parse("2001:db8:100:1::2"))
                        .orElseThrow()
                        .accesses())
                .containsExactly(WLAN_ACCESS);
    }

    @Test
    void anOperatorDoesNotWaitForWhatPlacementPrepares() {
        congestWlan();
        assertThat(world.place()).singleElement().isInstanceOf(Decision.Prepare.class);
        assertThat(world.state.move(id(1), WLAN, Optional.empty(), world.now)).isInstanceOf(MoveResult.Unmoved.class);
        assertThat(world.state.preparing()).isEmpty();
        assertThat(world.place()).isEmpty();
    }

    @Test
    void theTimeOfTheRequestIsKept() {
        move(1);
        var requestedAt = world.now;
        world.now = world.now.plus(Duration.ofMillis(300));
        prepare();
        world.place();
        assertThat(world.flow(1).lastMove().orElseThrow().requestedAt()).isEqualTo(requestedAt);
    }
}
