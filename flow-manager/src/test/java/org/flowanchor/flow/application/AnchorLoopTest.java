package org.flowanchor.flow.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.flow.domain.placement.FlowSamples;
import org.flowanchor.flow.domain.placement.OffloadPolicies;
import org.flowanchor.flow.domain.placement.OffloadPolicy;
import org.flowanchor.flow.domain.placement.PlacementLimits;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.flow.domain.placement.SteeringMode;
import org.flowanchor.flow.domain.placement.SteeringRule;
import org.flowanchor.flow.domain.placement.SuppressionReason;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnchorLoopTest {
    private static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8:b::1");
    private static final Access WLAN =
            new Access(ProxyCareOfAddress.parse("2001:db8:b::11"), AccessTechnologyType.IEEE_802_11);
    private static final Access LTE =
            new Access(ProxyCareOfAddress.parse("2001:db8:b::12"), AccessTechnologyType.E_UTRAN);
    private static final FiveTuple FLOW = new FiveTuple(
            Ipv6Address.parse("2001:db8:c::2"), Ipv6Address.parse("2001:db8:100:1::2"), FiveTuple.TCP, 443, 40_000);
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final HomeNetworkPrefix OTHER_PREFIX = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final FlowId ID = FlowId.of(ANCHOR, FLOW);
    private static final TraceContext TRACE = TraceContext.begin(new Random(2));
    private static final FlowSettings SETTINGS = new FlowSettings(
            new PlacementLimits(
                    0.05,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    1000,
                    Duration.ofSeconds(1)),
            new LoadLimits(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5)),
            Duration.ofSeconds(30),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));

    private final FailingStore store = new FailingStore();
    private final Journal journal = new Journal();
    private final ScriptedAnchor binding = new ScriptedAnchor();
    private final Anchors anchors = new Anchors(
            SETTINGS, store, journal, binding, new NoMeter(), anchor -> true, InstantSource.system(), new Random(1));
    private final FlowSteering steering = new FlowSteering(anchors, store, SETTINGS, InstantSource.system());

    @AfterEach
    void close() {
        anchors.close();
        store.complainAboutFailuresNeverMet();
    }

    /** A database in memory that is away when told so. */
    private static final class FailingStore implements AnchorStore {
        private final AtomicInteger failures = new AtomicInteger();
        private final List<Pin> pins = new CopyOnWriteArrayList<>();
        /** How often all pins of an anchor were asked for. */
        private final AtomicInteger pinsRead = new AtomicInteger();

        private volatile long epoch;

        void failNext(int times) {
            failures.set(times);
        }

        void complainAboutFailuresNeverMet() {
            assertThat(failures.get()).as("failures never met").isZero();
        }

        private void reach() {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StoreUnavailableException("the database is away", new IllegalStateException());
            }
        }

        @Override
        public TakeOver takeOver(LmaAddress anchor, long seen) {
            reach();
            epoch = Math.max(epoch, seen) + 1;
            return new TakeOver(epoch, List.copyOf(pins));
        }

        @Override
        public Optional<Pin> pin(LmaAddress anchor, FlowId flow) {
            reach();
            return pins.stream().filter(pin -> pin.flow().equals(flow)).findFirst();
        }

        @Override
        public List<Pin> pins(LmaAddress anchor) {
            reach();
            List<Pin> read = List.copyOf(pins);
            pinsRead.incrementAndGet();
            return read;
        }

        @Override
        public void put(Pin pin) {
            reach();
            pins.removeIf(known -> known.flow().equals(pin.flow()));
            pins.add(pin);
        }

        @Override
        public void remove(LmaAddress anchor, FlowId flow) {
            reach();
            pins.removeIf(known -> known.flow().equals(flow));
        }
    }

    private static final class NoMeter implements FlowMeter {
        @Override
        public void moved(MoveCause cause, Duration requestToEnforcement) {}

        @Override
        public void suppressed(SuppressionReason reason) {}

        @Override
        public void undone() {}

        @Override
        public void prepared(Duration requestToPrepared) {}

        @Override
        public void unprepared(PreparationFailure failure) {}

        @Override
        public void commandSent(boolean fullState) {}

        @Override
        public void commandRefused() {}
    }

    private static final class Journal implements FlowMoveJournal {
        final List<FlowMoved> moves = new CopyOnWriteArrayList<>();
        final List<FlowMoveRefused> refusals = new CopyOnWriteArrayList<>();

        @Override
        public void publish(FlowMoved moved) {
            moves.add(moved);
        }

        @Override
        public void publish(FlowMoveRefused refused) {
            refusals.add(refused);
        }
    }

    /** The binding-service: answers as told, and is asked nothing that the test does not expect. */
    private static final class ScriptedAnchor implements PrefixPreparer {
        final List<PrefixQuestion> questions = new CopyOnWriteArrayList<>();
        volatile PrefixAnswer answer = new PrefixAnswer.Taken();

        @Override
        public CompletableFuture<PrefixAnswer> ask(
                LmaAddress anchor, PrefixQuestion question, Optional<TraceContext> trace) {
            questions.add(question);
            return CompletableFuture.completedFuture(answer);
        }
    }

    /** An agent's end of the stream. */
    private final class Agent implements SteeringChannel {
        final List<SteeringCommand> commands = new CopyOnWriteArrayList<>();
        volatile boolean answers = true;
        volatile String closed = "";

        void connect(long epoch, long version) {
            connect(epoch, version, Map.of());
        }

        void connect(long epoch, long version, Map<FiveTuple, ProxyCareOfAddress> exceptions) {
            anchors.loop(ANCHOR).agentConnected(new AgentHello("test", epoch, version, exceptions), this);
        }

        @Override
        public void send(SteeringCommand command) {
            commands.add(command);
            if (answers) {
                answer(command);
            }
        }

        void answer(SteeringCommand command) {
            anchors.loop(ANCHOR)
                    .answered(this, new CommandAnswer(command.version(), command.nonce(), "", Instant.now()));
        }

        void sample() {
            anchors.loop(ANCHOR)
                    .flowsSampled(
                            this,
                            new FlowSamples(
                                    Instant.now(),
                                    Duration.ofSeconds(1),
                                    List.of(new FlowSamples.FlowSample(
                                            FLOW,
                                            100,
                                            100_000,
                                            Optional.of(WLAN.proxyCareOfAddress()),
                                            Optional.of(new RuleName("offload", "all"))))));
        }

        @Override
        public void close(String reason) {
            closed = reason;
        }
    }

    private void bindBoth() {
        bind(WLAN, 1, 1, PREFIX, List.of());
        bind(LTE, 2, 2, PREFIX, List.of());
    }

    private void bind(
            Access access, int bid, long version, HomeNetworkPrefix prefix, List<FlowMobilePrefix> flowMobile) {
        BindingIdentifier identifier = new BindingIdentifier(bid);
        anchors.bindingChanged(
                ANCHOR,
                new BindingKey(new MobileNodeIdentifier("mn1@example.org"), identifier),
                version,
                Optional.of(new Binding(
                        identifier,
                        bid,
                        List.of(prefix),
                        flowMobile,
                        access,
                        true,
                        "default",
                        PlacementFacts.UNRESTRICTED)),
                Optional.empty());
    }

    private static OffloadPolicies policies(String name) {
        return OffloadPolicies.of(List.of(new OffloadPolicy(
                name,
                1,
                true,
                1,
                List.of("default"),
                List.of(new SteeringRule(
                        "all",
                        List.of(),
                        SteeringMode.PRIORITY_BASED,
                        List.of(AccessTechnologyType.IEEE_802_11, AccessTechnologyType.E_UTRAN),
                        OptionalDouble.empty())))));
    }

    private Agent steeredAgent() {
        bindBoth();
        anchors.policiesChanged(policies("offload"), Optional.empty());
        anchors.inputsRead();
        Agent agent = new Agent();
        agent.connect(0, 0);
        await(() -> agent.commands.size() == 1);
        agent.sample();
        await(() -> anchors.flow(ID).isPresent());
        return agent;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void nothingIsSentBeforeTheInputsWereRead() {
        Agent agent = new Agent();
        agent.connect(0, 0);
        bindBoth();
        anchors.policiesChanged(policies("offload"), Optional.empty());
        // The loop has done all that was asked of it.
        anchors.flow(ID);
        assertThat(agent.commands).isEmpty();
        anchors.inputsRead();
        await(() -> agent.commands.size() == 1);
        assertThat(agent.commands.getFirst().fullState()).isTrue();
        assertThat(agent.commands.getFirst().classes().orElseThrow()).hasSize(1);
    }

    @Test
    void samplesOfLinksMakeNoAnchorKnown() {
        LinkSample sample = new LinkSample(
                new LinkKey(WLAN.proxyCareOfAddress(), LinkKey.Kind.ACCESS_LINK, "wlan0"),
                Optional.empty(),
                true,
                Instant.now(),
                Duration.ofSeconds(1),
                0,
                0,
                0,
                0,
                OptionalLong.empty());
        for (int i = 1; i <= 100; i++) {
            anchors.linkSampled(LmaAddress.parse("2001:db8:b:1::" + i), sample, Instant.now());
        }
        assertThat(anchors.status()).isEmpty();
    }

    @Test
    void takeOverWaitsForTheDatabase() {
        store.failNext(2);
        anchors.inputsRead();
        Agent agent = new Agent();
        agent.connect(0, 0);
        await(() -> anchors.status().getFirst().error().contains("waits for the database"));
        assertThat(agent.commands).isEmpty();
        await(() -> agent.commands.size() == 1);
        assertThat(agent.commands.getFirst().epoch()).isEqualTo(1);
    }

    @Test
    void anAgentThatSawANewerEpochIsTakenOverAnew() {
        Agent agent = steeredAgent();
        assertThat(agent.commands.getFirst().epoch()).isEqualTo(1);
        Agent later = new Agent();
        later.connect(7, 3);
        await(() -> later.commands.size() == 1);
        assertThat(later.commands.getFirst().epoch()).isEqualTo(8);
        assertThat(later.commands.getFirst().fullState()).isTrue();
    }

    @Test
    void whatAnotherInstanceDecidedMeanwhileIsAdoptedAndWhatWasRememberedIsNot() {
        Agent agent = steeredAgent();
        assertThat(steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE))
                .isInstanceOf(MoveOutcome.Enforced.class);
        assertThat(agent.commands.getLast().exceptions()).containsOnlyKeys(FLOW);
        FiveTuple pinned = new FiveTuple(FLOW.sourceAddress(), FLOW.destinationAddress(), FiveTuple.TCP, 443, 40_001);
        FiveTuple overflowed =
                new FiveTuple(FLOW.sourceAddress(), FLOW.destinationAddress(), FiveTuple.TCP, 443, 40_002);
        FlowId id = FlowId.of(ANCHOR, pinned);
        // The other instance reset the one flow, pinned another, and a third overflowed.
        store.remove(ANCHOR, ID);
        store.put(new Pin(ANCHOR, id, pinned, Optional.empty(), AccessTechnologyType.E_UTRAN, Instant.now()));
        Agent later = new Agent();
        later.connect(7, 3, Map.of(pinned, LTE.proxyCareOfAddress(), overflowed, LTE.proxyCareOfAddress()));
        await(() -> later.commands.size() == 1);
        assertThat(later.commands.getFirst().fullState()).isTrue();
        assertThat(later.commands.getFirst().classes().orElseThrow()).hasSize(1);
        assertThat(later.commands.getFirst().exceptions()).containsOnlyKeys(pinned, overflowed);
        assertThat(anchors.flow(id).orElseThrow().flow().pin()).contains(AccessTechnologyType.E_UTRAN);
        later.sample();
        await(() -> anchors.flow(ID).isPresent());
        assertThat(anchors.flow(ID).orElseThrow().flow().pin()).isEmpty();
    }

    @Test
    void aLaterAgentTakesThePlaceOfAnEarlierOne() {
        Agent earlier = steeredAgent();
        Agent later = new Agent();
        later.connect(1, 1);
        await(() -> later.commands.size() == 1);
        assertThat(earlier.closed).contains("another agent");
        anchors.policiesChanged(policies("changed"), Optional.empty());
        await(() -> later.commands.size() == 2);
        assertThat(earlier.commands).hasSize(1);
    }

    @Test
    void changesWhileACommandIsUnderWayGoTogetherIntoTheNext() {
        Agent agent = steeredAgent();
        agent.answers = false;
        anchors.policiesChanged(policies("first"), Optional.empty());
        await(() -> agent.commands.size() == 2);
        anchors.policiesChanged(policies("second"), Optional.empty());
        anchors.policiesChanged(policies("third"), Optional.empty());
        anchors.flow(ID);
        assertThat(agent.commands).hasSize(2);
        agent.answers = true;
        agent.answer(agent.commands.get(1));
        await(() -> agent.commands.size() == 3);
        assertThat(agent.commands
                        .get(2)
                        .classes()
                        .orElseThrow()
                        .getFirst()
                        .name()
                        .policy())
                .isEqualTo("third");
        assertThat(agent.commands.get(2).version()).isEqualTo(3);
    }

    @Test
    void withoutTheDatabaseAMoveIsRefusedAndNothingIsChanged() {
        Agent agent = steeredAgent();
        store.failNext(1);
        assertThatThrownBy(() -> steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(anchors.flow(ID).orElseThrow().flow().pin()).isEmpty();
        assertThat(agent.commands).hasSize(1);
    }

    @Test
    void movesOfTheSameFlowWaitForEachOther() {
        steeredAgent();
        List<MoveOutcome> outcomes = new CopyOnWriteArrayList<>();
        List<Thread> operators = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            AccessTechnologyType to = i % 2 == 0 ? AccessTechnologyType.E_UTRAN : AccessTechnologyType.IEEE_802_11;
            operators.add(
                    Thread.startVirtualThread(() -> outcomes.add(steering.move(ID, to, Optional.empty(), TRACE))));
        }
        await(() -> outcomes.size() == operators.size());
        assertThat(outcomes)
                .allMatch(outcome ->
                        outcome instanceof MoveOutcome.Enforced || outcome instanceof MoveOutcome.AlreadyThere);
        FlowView view = anchors.flow(ID).orElseThrow();
        assertThat(store.pins)
                .singleElement()
                .satisfies(pin -> assertThat(view.flow().pin()).contains(pin.accessTechnologyType()));
        assertThat(journal.moves).hasSize(view.flow().moves());
        assertThat(binding.questions).as("within a shared prefix").isEmpty();
    }

    @Test
    void f07_aMoveToAGatewayThatDoesNotAnchorThePrefixWaitsForItAndIsThenEnforced() {
        Agent agent = steeredAgent();
        bind(LTE, 2, 3, OTHER_PREFIX, List.of());
        CompletableFuture<MoveOutcome> move = CompletableFuture.supplyAsync(
                () -> steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE));
        await(() -> binding.questions.size() == 1);
        assertThat(binding.questions.getFirst()).isInstanceOf(PrefixQuestion.Prepare.class);
        assertThat(agent.commands).as("the flow map is as it was").hasSize(1);
        bind(LTE, 2, 4, OTHER_PREFIX, List.of(carried(FlowMobilePrefix.State.PREPARED, "")));
        assertThat(move.join()).isInstanceOf(MoveOutcome.Enforced.class);
        assertThat(agent.commands.getLast().exceptions()).containsEntry(FLOW, LTE.proxyCareOfAddress());
        assertThat(store.pins).hasSize(1);
        assertThat(steering.reset(ID, TRACE)).isInstanceOf(MoveOutcome.Enforced.class);
        await(() -> binding.questions.size() == 2);
        assertThat(binding.questions.getLast()).isInstanceOf(PrefixQuestion.Release.class);
    }

    private static final MobileNodeIdentifier NODE = new MobileNodeIdentifier("mn1@example.org");

    @Test
    void t54_aResetOfTheNodeWaitsForAMoveUnderWayAndEndsItsPinInMemoryAndInTheDatabase() {
        steeredAgent();
        bind(LTE, 2, 3, OTHER_PREFIX, List.of());
        CompletableFuture<MoveOutcome> move = CompletableFuture.supplyAsync(
                () -> steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE));
        await(() -> binding.questions.size() == 1);
        CompletableFuture<SortedMap<FlowId, MoveOutcome>> reset =
                CompletableFuture.supplyAsync(() -> steering.reset(NODE, TRACE));
        await(() -> store.pinsRead.get() > 0);
        bind(LTE, 2, 4, OTHER_PREFIX, List.of(carried(FlowMobilePrefix.State.PREPARED, "")));
        move.join();
        assertThat(reset.join()).containsOnlyKeys(ID);
        assertThat(store.pins).isEmpty();
        assertThat(anchors.flow(ID).orElseThrow().flow().pin()).isEmpty();
    }

    @Test
    void t54_aResetEndsThePinsOfANodeThatIsDetached() {
        steeredAgent();
        assertThat(steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE))
                .isInstanceOf(MoveOutcome.Enforced.class);
        unbind(1, 3);
        unbind(2, 4);
        assertThat(steering.reset(new MobileNodeIdentifier("mn2@example.org"), TRACE))
                .isEmpty();
        assertThat(store.pins).hasSize(1);
        assertThat(steering.reset(NODE, TRACE)).containsOnlyKeys(ID);
        assertThat(store.pins).isEmpty();
        assertThat(anchors.flow(ID).orElseThrow().flow().pin()).isEmpty();
    }

    private void unbind(int bid, long version) {
        anchors.bindingChanged(
                ANCHOR, new BindingKey(NODE, new BindingIdentifier(bid)), version, Optional.empty(), Optional.empty());
    }

    private static FlowMobilePrefix carried(FlowMobilePrefix.State state, String reason) {
        return new FlowMobilePrefix(PREFIX, state, Instant.now(), reason, state == FlowMobilePrefix.State.PREPARED);
    }

    @Test
    void f07_aRefusalIsNamedToTheCallerAndInTheJournalAndThePinIsTakenBack() {
        Agent agent = steeredAgent();
        bind(LTE, 2, 3, OTHER_PREFIX, List.of());
        binding.answer = new PrefixAnswer.Refused(PreparationFailure.GATEWAY_CANNOT, "it knows no updates");
        MoveOutcome outcome = steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE);
        assertThat(outcome)
                .isEqualTo(new MoveOutcome.NotPrepared(PreparationFailure.GATEWAY_CANNOT, "it knows no updates"));
        assertThat(store.pins).isEmpty();
        assertThat(journal.refusals).singleElement().satisfies(refused -> {
            assertThat(refused.failure()).isEqualTo(PreparationFailure.GATEWAY_CANNOT);
            assertThat(refused.reason()).contains("it knows no updates");
        });
        assertThat(agent.commands).hasSize(1);
    }

    @Test
    void aLateAcknowledgementConfirmsOnlyTheMoveThatItsCommandCarried() {
        Agent agent = steeredAgent();
        agent.answers = false;
        assertThat(steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE))
                .isInstanceOf(MoveOutcome.NotAcknowledged.class);
        CompletableFuture<MoveOutcome> next;
        do {
            CompletableFuture<MoveOutcome> begun = CompletableFuture.supplyAsync(
                    () -> steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE));
            await(() -> isMoving() || begun.isDone());
            next = begun;
        } while (!isMoving());
        agent.answer(agent.commands.get(1));
        await(() -> agent.commands.size() >= 3);
        assertThat(journal.moves).as("told only now").isEmpty();
        next.join();
    }

    private boolean isMoving() {
        return anchors.flow(ID).orElseThrow().flow().pending().isPresent();
    }

    @Test
    void aMoveThatIsPreparedWhileTheAgentIsAwayEndsInTime() {
        Agent agent = steeredAgent();
        bind(LTE, 2, 3, OTHER_PREFIX, List.of());
        CompletableFuture<MoveOutcome> move = CompletableFuture.supplyAsync(
                () -> steering.move(ID, AccessTechnologyType.E_UTRAN, Optional.empty(), TRACE));
        await(() -> binding.questions.size() == 1);
        anchors.loop(ANCHOR).agentDisconnected(agent);
        assertThat(move.join())
                .isInstanceOfSatisfying(
                        MoveOutcome.NotPrepared.class,
                        unprepared -> assertThat(unprepared.failure()).isEqualTo(PreparationFailure.NOT_IN_TIME));
        assertThat(store.pins).isEmpty();
    }
}
