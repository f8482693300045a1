package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Gateway.LINK;
import static org.flowanchor.agent.domain.Gateway.global;
import static org.flowanchor.agent.domain.Gateway.linkLayer;
import static org.flowanchor.agent.domain.Gateway.linkLocal;
import static org.flowanchor.agent.domain.Gateway.revocation;
import static org.flowanchor.agent.domain.Gateway.terminal;
import static org.flowanchor.agent.domain.Gateway.updates;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.mobility.message.RevocationTrigger.ADMINISTRATIVE_REASON;
import static org.flowanchor.mobility.message.RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Repeated;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binding Revocation Indications at a gateway with mobile nodes 1 and 2 attached. */
class BindingRevocationIndicationTest {
    private final Gateway gateway = new Gateway();

    @BeforeEach
    void attach() {
        gateway.attach(1, prefix(11));
        gateway.attach(2);
    }

    private static int status(List<GatewayMessage> answers) {
        assertThat(answers).hasSize(1);
        return ((BindingRevocationAcknowledgement) answers.getFirst()).status().value();
    }

    @Test
    void r01_r09_aRevokedBindingIsGivenUpAtOnceAndTheTerminalTold() {
        assertThat(gateway.asks(revocation(5, ADMINISTRATIVE_REASON, 1, prefix(1))))
                .containsExactly(new BindingRevocationAcknowledgement(
                        5, RevocationStatus.SUCCESS, true, false, false, Optional.empty(), Set.of()));
        assertThat(gateway.terminals()).containsExactly(terminal(2));
        assertThat(gateway.decisions)
                .contains(
                        new Withdraw(terminal(1, prefix(11))),
                        new Left(linkLayer(1), LINK, Departure.REVOKED, Optional.empty()));
        assertThat(updates(gateway.decisions)).as("no de-registration").isEmpty();
        assertThat(gateway.after(Duration.ofSeconds(200))).isEmpty();
        assertThat(updates(gateway.decisions))
                .noneMatch(update -> update.mobileNodeIdentifier().equals(mobileNode(1)));
    }

    @Test
    void r01_withoutPrefixesAllBindingsOfTheNodeAreMeant() {
        assertThat(status(gateway.asks(revocation(5, ADMINISTRATIVE_REASON, 1))))
                .isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(2));
    }

    @Test
    void aRevokedTerminalThatIsStillThereIsServedAgainWhenItAsksAndNotBecauseItSends() {
        gateway.asks(revocation(5, ADMINISTRATIVE_REASON, 1));
        assertThat(gateway.table.neighbourSeen(LINK, linkLocal(1), linkLayer(1)))
                .isEmpty();
        assertThat(gateway.table.answered(LINK, linkLocal(1))).isEmpty();
        assertThat(gateway.solicited(1))
                .singleElement()
                .satisfies(update -> assertThat(update.lifetimeSeconds()).isEqualTo(120));
    }

    @Test
    void aRegistrationUnderWayIsNotWhatIsRevoked() {
        ProxyBindingUpdate registration = gateway.solicited(3).getFirst();
        assertThat(status(gateway.asks(revocation(5, ADMINISTRATIVE_REASON, 3))))
                .isEqualTo(128);
        gateway.accept(registration, Set.of(prefix(3)), Set.of());
        assertThat(gateway.terminals()).contains(terminal(3));
    }

    @Test
    void r07_unknownBindingsAreSaidSoAndGoneOnesAccepted() {
        assertThat(status(gateway.asks(revocation(1, ADMINISTRATIVE_REASON, 3))))
                .isEqualTo(128);
        assertThat(status(gateway.asks(revocation(2, ADMINISTRATIVE_REASON, 1, prefix(9)))))
                .isEqualTo(128);
        gateway.table.linkWentDown(LINK);
        assertThat(status(gateway.asks(revocation(3, ADMINISTRATIVE_REASON, 1, prefix(1)))))
                .isZero();
        assertThat(gateway.after(Duration.ofSeconds(3))).isEmpty();
        assertThat(updates(gateway.decisions))
                .as("its de-registration is nobody's any more")
                .allMatch(update -> update.mobileNodeIdentifier().equals(mobileNode(2)));
    }

    @Test
    void r07_aPartIsNamed() {
        assertThat(gateway.asks(revocation(5, ADMINISTRATIVE_REASON, 1, prefix(1), prefix(9))))
                .containsExactly(new BindingRevocationAcknowledgement(
                        5,
                        RevocationStatus.PARTIAL_SUCCESS,
                        true,
                        false,
                        false,
                        Optional.of(mobileNode(1)),
                        Set.of(prefix(9))));
        assertThat(gateway.terminals()).containsExactly(terminal(2));
    }

    @Test
    void r03_everythingWithThisAnchor() {
        BindingRevocationIndication everything = global(5, 128, Optional.empty());
        assertThat(gateway.asks(everything))
                .containsExactly(new BindingRevocationAcknowledgement(
                        5, RevocationStatus.SUCCESS, true, false, true, Optional.empty(), Set.of()));
        assertThat(gateway.terminals()).isEmpty();
    }

    @Test
    void r03_aRealmIsThatRealmAndNoneBelowIt() {
        gateway.attach(4);
        assertThat(status(gateway.asks(global(5, 129, Optional.of("@example.net")))))
                .isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(4));
        assertThat(status(gateway.asks(global(6, 129, Optional.empty())))).isEqualTo(131);
    }

    @ParameterizedTest
    @CsvSource({"true, 1, 133", "true, 200, 133", "false, 128, 133", "false, 129, 133", "false, 99, 133"})
    void aTriggerThatDoesNotFitIsRefused(boolean all, int trigger, int expected) {
        BindingRevocationIndication indication = all
                ? global(5, trigger, Optional.of("@example.net"))
                : revocation(5, new RevocationTrigger(trigger), 1);
        assertThat(status(gateway.asks(indication))).isEqualTo(expected);
        assertThat(gateway.terminals()).hasSize(2);
    }

    private static BindingRevocationIndication odd(
            boolean proxy, boolean ipv4, boolean group, boolean elsewhere, boolean named) {
        BindingRevocationIndication plain = revocation(5, ADMINISTRATIVE_REASON, 1);
        return new BindingRevocationIndication(
                5,
                plain.trigger(),
                proxy,
                ipv4,
                false,
                named ? plain.mobileNode() : Optional.empty(),
                elsewhere ? Optional.of(LTE_MAG) : Optional.empty(),
                group,
                Set.of());
    }

    @Test
    void r02_r08_whatIsNotThisGatewaysIsRefusedAndChangesNothing() {
        assertThat(status(gateway.asks(odd(false, false, false, false, true))))
                .as("no P")
                .isEqualTo(134);
        assertThat(status(gateway.asks(odd(true, true, false, false, true))))
                .as("IPv4 only")
                .isEqualTo(128);
        assertThat(status(gateway.asks(odd(true, false, true, false, true))))
                .as("group")
                .isEqualTo(134);
        assertThat(status(gateway.asks(odd(true, false, false, true, true))))
                .as("another Proxy-CoA")
                .isEqualTo(128);
        assertThat(status(gateway.asks(odd(true, false, false, false, false))))
                .as("nobody")
                .isEqualTo(131);
        assertThat(gateway.terminals()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void r06_forAHandoverAnAttachedTerminalIsKeptOnceItAnswered(int trigger) {
        assertThat(gateway.asks(revocation(5, new RevocationTrigger(trigger), 1, prefix(1))))
                .as("its word is waited for")
                .isEmpty();
        assertThat(gateway.probes()).isEqualTo(1);
        gateway.table.answered(LINK, linkLocal(1));
        assertThat(status(gateway.due())).isEqualTo(132);
        assertThat(gateway.terminals()).hasSize(2);
    }

    @Test
    void r06_aTerminalThatDoesNotAnswerInTimeHasLeft() {
        BindingRevocationIndication handover = revocation(5, INTER_MAG_HANDOVER_UNKNOWN, 1, prefix(1));
        assertThat(gateway.asks(handover)).isEmpty();
        assertThat(gateway.requests.nextDue()).hasValue(gateway.time.nanoTime() + BindingRevocation.ATTENTION);
        assertThat(gateway.after(Duration.ofMillis(1400))).isEmpty();
        assertThat(gateway.asks(handover)).as("the repetition waits, too").isEmpty();
        assertThat(gateway.decisions).contains(new Repeated(handover));
        assertThat(status(gateway.after(Duration.ofMillis(100)))).isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(2));
        assertThat(gateway.table.neighbourSeen(LINK, linkLocal(1), linkLayer(1)))
                .as("it may come back by itself")
                .isNotEmpty();
    }

    @Test
    void r06_aTerminalThatTheKernelFoundGoneHasLeft() {
        gateway.asks(revocation(5, INTER_MAG_HANDOVER_UNKNOWN, 1));
        gateway.table.silent(LINK, linkLocal(1));
        assertThat(status(gateway.due())).isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(2));
    }

    @Test
    void r06_aTerminalThatIsKnownToHaveLeftNeedsNoQuestion() {
        gateway.table.linkWentDown(LINK);
        assertThat(status(gateway.asks(revocation(5, INTER_MAG_HANDOVER_UNKNOWN, 1))))
                .isZero();
        assertThat(gateway.probes()).isZero();
    }

    @Test
    void aRepetitionIsAnsweredAlikeAndATerminalThatCameBackIsNotMeant() {
        BindingRevocationIndication indication = revocation(5, ADMINISTRATIVE_REASON, 1);
        List<GatewayMessage> first = gateway.asks(indication);
        gateway.attach(1);
        assertThat(gateway.asks(indication)).isEqualTo(first);
        assertThat(gateway.decisions).contains(new Repeated(indication));
        assertThat(gateway.terminals()).containsExactlyInAnyOrder(terminal(1), terminal(2));
    }

    @Test
    void aRefusedOneIsDecidedAnew() {
        BindingRevocationIndication handover = revocation(5, INTER_MAG_HANDOVER_UNKNOWN, 1);
        gateway.asks(handover);
        gateway.table.answered(LINK, linkLocal(1));
        assertThat(status(gateway.due())).isEqualTo(132);
        gateway.table.linkWentDown(LINK);
        assertThat(status(gateway.asks(handover))).isZero();
    }
}
