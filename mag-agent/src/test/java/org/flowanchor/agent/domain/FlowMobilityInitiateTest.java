package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Gateway.again;
import static org.flowanchor.agent.domain.Gateway.initiate;
import static org.flowanchor.agent.domain.Gateway.notification;
import static org.flowanchor.agent.domain.Gateway.terminal;
import static org.flowanchor.agent.domain.Gateway.updates;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.AttachmentDecision.Repeated;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flow Mobility Initiates and other update notifications at a gateway. */
class FlowMobilityInitiateTest {
    private final Gateway gateway = new Gateway();

    private static UpdateNotificationAcknowledgement accepted(UpdateNotification notification) {
        return UpdateNotificationAcknowledgement.of(notification, UpdateNotificationStatus.SUCCESS);
    }

    private static int status(List<GatewayMessage> answers) {
        assertThat(answers).hasSize(1);
        return ((UpdateNotificationAcknowledgement) answers.getFirst()).status().value();
    }

    @Test
    void f03_f04_aForeignPrefixIsForwardedNeverAdvertisedAndAcknowledged() {
        gateway.attach(1);
        List<GatewayMessage> answers = gateway.asks(initiate(9, 1, prefix(11), prefix(12)));
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11), prefix(12)));
        assertThat(gateway.decisions).noneMatch(Advertise.class::isInstance);
        assertThat(gateway.table.solicited(Gateway.LINK, Gateway.linkLocal(1), Gateway.linkLayer(1)))
                .as("what is advertised later has it not either")
                .allSatisfy(decision ->
                        assertThat(((Advertise) decision).terminal().prefixes()).containsExactly(prefix(1)));
        assertThat(answers)
                .as("f06: the mobile node and the prefixes are repeated")
                .containsExactly(new UpdateNotificationAcknowledgement(
                        9,
                        UpdateNotificationStatus.SUCCESS,
                        Optional.of(mobileNode(1)),
                        false,
                        Set.of(),
                        Set.of(prefix(11), prefix(12))));
    }

    @Test
    void f05_whatTheNextInitiateLeavesOutIsGivenUp() {
        gateway.attach(1);
        gateway.asks(initiate(9, 1, prefix(11), prefix(12)));
        gateway.asks(initiate(10, 1, prefix(12), prefix(13)));
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(12), prefix(13)));
    }

    @Test
    void f16_anInitiateWithTheGatewaysOwnPrefixesTakesTheLastForeignOneAway() {
        gateway.attach(1);
        gateway.asks(initiate(9, 1, prefix(11)));
        UpdateNotification shrink = initiate(10, Optional.of(mobileNode(1)), Set.of(prefix(1)), Set.of());
        assertThat(gateway.asks(shrink)).containsExactly(accepted(shrink));
        assertThat(gateway.terminals()).containsExactly(terminal(1));
    }

    @Test
    void f23_noRefreshTakesAPrefixAwayAndANewAttachmentSaysAllAnew() {
        gateway.attach(1, prefix(11));
        gateway.asks(initiate(9, 1, prefix(12)));
        gateway.table.extendNow(gateway.table.all().getFirst());
        ProxyBindingUpdate extension = updates(gateway.table.due()).getFirst();
        assertThat(extension.prefixes()).containsExactly(prefix(1));
        gateway.accept(extension, Set.of(prefix(1)), Set.of(prefix(13)));
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(12), prefix(13)));
        gateway.accept(updates(gateway.table.linkWentDown(Gateway.LINK)).getFirst(), Set.of(prefix(1)), Set.of());
        gateway.time.advance(Duration.ofSeconds(5));
        gateway.attach(1, prefix(14));
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(14)));
    }

    @Test
    void fma132_aNodeThatIsNotAttachedHereIsSaidSo() {
        assertThat(status(gateway.asks(initiate(1, 1, prefix(11))))).isEqualTo(132);
        ProxyBindingUpdate registration = gateway.solicited(1).getFirst();
        assertThat(status(gateway.asks(initiate(2, 1, prefix(11)))))
                .as("not yet")
                .isEqualTo(132);
        gateway.accept(registration, Set.of(prefix(1)), Set.of());
        assertThat(status(gateway.asks(initiate(3, 1, prefix(11))))).isZero();
        gateway.table.linkWentDown(Gateway.LINK);
        assertThat(status(gateway.asks(initiate(4, 1, prefix(11)))))
                .as("not any more")
                .isEqualTo(132);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::/0", "fe80::/64", "ff0e::/16", "2001:db8:102::/64", "2001:db8:100::/40"})
    void fma131_aPrefixThatNobodyMayCarryChangesNothing(String foreign) {
        gateway.attach(1);
        gateway.attach(2);
        gateway.asks(initiate(1, 1, prefix(11)));
        assertThat(status(gateway.asks(initiate(2, 1, prefix(12), HomeNetworkPrefix.parse(foreign)))))
                .isEqualTo(131);
        assertThat(gateway.terminals()).containsExactlyInAnyOrder(terminal(1, prefix(11)), terminal(2));
    }

    @Test
    void fma131_withoutNodeWithoutPrefixAndWithAPrefixThatIsNotTheGatewaysOwn() {
        gateway.attach(1);
        for (UpdateNotification wrong : List.of(
                initiate(1, Optional.empty(), Set.of(), Set.of(prefix(11))),
                initiate(2, Optional.of(mobileNode(1)), Set.of(), Set.of()),
                initiate(3, Optional.of(mobileNode(1)), Set.of(prefix(11)), Set.of()))) {
            assertThat(status(gateway.asks(wrong))).as("%s", wrong).isEqualTo(131);
        }
        assertThat(gateway.terminals()).containsExactly(terminal(1));
    }

    @Test
    void aPrefixOfTheNodesOwnSessionStaysItsOwnWhateverTheFlag() {
        gateway.attach(1);
        assertThat(status(gateway.asks(initiate(1, 1, prefix(1), prefix(11))))).isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11)));
    }

    @Test
    void whatTheKernelRefusesIsUndoneAndAnswered131() {
        gateway.attach(1);
        gateway.asks(initiate(1, 1, prefix(11)));
        UpdateNotification refused = initiate(2, 1, prefix(12));
        Answer answer = (Answer) gateway.requests.received(refused).getFirst();
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(12)));
        assertThat(gateway.requests.refusedByKernel(answer))
                .contains(UpdateNotificationAcknowledgement.of(refused, UpdateNotificationStatus.REASON_UNSPECIFIED));
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11)));
        assertThat(status(gateway.asks(again(refused))))
                .as("asked again it may succeed")
                .isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(12)));
    }

    @Test
    void u06_aRetransmissionIsAnsweredAlikeAndDoneAgainWhileItIsTheNewest() {
        gateway.attach(1);
        UpdateNotification first = initiate(1, 1, prefix(11));
        UpdateNotification second = initiate(2, 1, prefix(12));
        assertThat(gateway.asks(first)).containsExactly(accepted(first));
        assertThat(gateway.asks(again(first))).containsExactly(accepted(first));
        assertThat(gateway.decisions).contains(new Repeated(again(first)));
        gateway.asks(second);
        assertThat(gateway.asks(again(first)))
                .as("the late copy of an older one is answered")
                .containsExactly(accepted(first));
        assertThat(gateway.terminals()).as("and changes nothing").containsExactly(terminal(1, prefix(12)));
    }

    @Test
    void u06_aRetransmissionOfWhatWasNeverSeenIsNew() {
        gateway.attach(1);
        assertThat(status(gateway.asks(again(initiate(1, 1, prefix(11)))))).isZero();
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11)));
    }

    @Test
    void u06_aRefusedOneIsDecidedAnew() {
        UpdateNotification early = initiate(1, 1, prefix(11));
        assertThat(status(gateway.asks(early))).isEqualTo(132);
        gateway.attach(1);
        assertThat(status(gateway.asks(again(early)))).isZero();
    }

    @Test
    void u06_aNumberThatComesRoundAgainIsANewRequest() {
        gateway.attach(1);
        UpdateNotification first = initiate(1, 1, prefix(11));
        gateway.asks(first);
        gateway.asks(initiate(2, 1, prefix(12)));
        gateway.time.advance(Duration.ofSeconds(61));
        gateway.asks(first);
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11)));
    }

    @Test
    void u03_withoutAFlagItIsDoneAndNotAnswered() {
        gateway.attach(1);
        UpdateNotification quiet = new UpdateNotification(
                1,
                initiate(1, 1).reason(),
                false,
                false,
                Optional.of(mobileNode(1)),
                false,
                false,
                Set.of(),
                Set.of(prefix(11)));
        assertThat(gateway.asks(quiet)).isEmpty();
        assertThat(gateway.terminals()).containsExactly(terminal(1, prefix(11)));
    }

    @Test
    void u10_forcedReregistrationSendsAnUpdateNow() {
        gateway.attach(1);
        gateway.attach(2);
        assertThat(gateway.asks(notification(1, 1, false, 1))).isEmpty();
        assertThat(updates(gateway.decisions)).singleElement().satisfies(update -> {
            assertThat(update.mobileNodeIdentifier()).isEqualTo(mobileNode(1));
            assertThat(update.handoffIndicator()).isEqualTo(HandoffIndicator.HANDOFF_STATE_NOT_CHANGED);
        });
        assertThat(status(gateway.asks(notification(2, 1, true, 3)))).isEqualTo(132);
    }

    @Test
    void u01_u10_theGroupOfAllSessionsIsReregistered() {
        gateway.attach(1);
        gateway.attach(2);
        UpdateNotification all = new UpdateNotification(
                1,
                notification(1, 1, true, 1).reason(),
                true,
                false,
                Optional.empty(),
                true,
                false,
                Set.of(),
                Set.of());
        assertThat(gateway.asks(all)).containsExactly(accepted(all));
        assertThat(updates(gateway.decisions)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"2, 128", "3, 129", "4, 128", "5, 130", "6, 128", "99, 128"})
    void u10_whatTheGatewayHasNoParametersForIsRefused(int reason, int expected) {
        gateway.attach(1);
        assertThat(status(gateway.asks(notification(1, reason, true, 1)))).isEqualTo(expected);
        assertThat(gateway.asks(notification(2, reason, false, 1))).isEmpty();
        assertThat(gateway.terminals()).containsExactly(terminal(1));
    }
}
