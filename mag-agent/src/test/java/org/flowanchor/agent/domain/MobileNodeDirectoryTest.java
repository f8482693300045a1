package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.AskWhose;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** A gateway that knows one interface by its configuration and asks its anchor for the others. */
class MobileNodeDirectoryTest {
    private static final String LINK = "a0";
    private static final LinkLayerIdentifier OTHER = LinkLayerIdentifier.parse("02:00:00:00:00:02");
    private static final Ipv6Address OTHER_ADDRESS = Ipv6Address.parse("fe80::ff:fe00:2");
    private static final Duration VALID = Duration.ofSeconds(60);

    private final FakeTime time = new FakeTime();
    private final AttachmentTable table = new AttachmentTable(
            new AttachmentSettings(
                    LMA,
                    WLAN_MAG,
                    WLAN,
                    Map.of(LL_ID, mobileNode(1)),
                    true,
                    120,
                    HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                    Duration.ofSeconds(30)),
            time.clock(),
            time::nanoTime,
            new Random(5));

    private List<AttachmentDecision> solicits() {
        List<AttachmentDecision> decisions = new ArrayList<>(table.solicited(LINK, OTHER_ADDRESS, OTHER));
        decisions.addAll(table.due());
        return decisions;
    }

    private List<AttachmentDecision> answer(Optional<MobileNodeIdentifier> mobileNode) {
        return table.mobileNodesAre(List.of(new MobileNodeMapping(OTHER, mobileNode, VALID)));
    }

    private static ProxyBindingUpdate update(List<AttachmentDecision> decisions) {
        List<ProxyBindingUpdate> updates = Gateway.updates(decisions);
        assertThat(updates).hasSize(1);
        return updates.getFirst();
    }

    private void accept(ProxyBindingUpdate update) {
        table.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                update.mobileNodeIdentifier(),
                Set.of(prefix(2)),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds()));
    }

    private List<AttachmentDecision> after(Duration duration) {
        time.advance(duration);
        return table.due();
    }

    @Test
    void t09_anInterfaceOfWhichNothingIsKnownIsAskedForAndThenRegistered() {
        assertThat(solicits()).containsExactly(new AskWhose(List.of(OTHER)));
        assertThat(solicits()).as("once").isEmpty();
        ProxyBindingUpdate update = update(answer(Optional.of(mobileNode(2))));
        assertThat(update.mobileNodeIdentifier()).isEqualTo(mobileNode(2));
        assertThat(update.linkLayerIdentifier()).isEqualTo(OTHER);
    }

    @Test
    void t09_whatIsConfiguredIsNotAskedFor() {
        assertThat(update(table.solicited(LINK, LLA, LL_ID)).mobileNodeIdentifier())
                .isEqualTo(mobileNode(1));
        assertThat(table.due()).isEmpty();
    }

    @Test
    void t09_nobodysInterfaceIsRefusedForAsLongAsTheAnchorSays() {
        solicits();
        assertThat(answer(Optional.empty())).containsExactly(new Unmapped(LINK, OTHER));
        time.advance(VALID.minusMillis(1));
        assertThat(solicits()).containsExactly(new Unmapped(LINK, OTHER));
        time.advance(Duration.ofMillis(1));
        assertThat(solicits()).containsExactly(new AskWhose(List.of(OTHER)));
    }

    @Test
    void t09_anAnswerIsUsedAtAttachmentForAsLongAsTheAnchorSays() {
        solicits();
        accept(update(answer(Optional.of(mobileNode(2)))));
        table.linkWentDown(LINK);
        assertThat(update(solicits()).mobileNodeIdentifier()).isEqualTo(mobileNode(2));
        table.linkWentDown(LINK);
        time.advance(VALID);
        assertThat(solicits()).contains(new AskWhose(List.of(OTHER)));
        assertThat(update(answer(Optional.of(mobileNode(3)))).mobileNodeIdentifier())
                .as("the interface has changed hands")
                .isEqualTo(mobileNode(3));
    }

    @Test
    void t09_whatIsAttachedStaysSoWhenTheAnswerIsNotValidAnyMore() {
        solicits();
        accept(update(answer(Optional.of(mobileNode(2)))));
        time.advance(VALID);
        assertThat(table.solicited(LINK, OTHER_ADDRESS, OTHER)).noneMatch(AskWhose.class::isInstance);
        assertThat(table.terminals()).hasSize(1);
    }

    @Test
    void t09_withoutAnAnswerItIsAskedAgainLessAndLessOftenAndGivenUpInTheEnd() {
        solicits();
        AskWhose question = new AskWhose(List.of(OTHER));
        assertThat(after(Duration.ofMillis(999))).isEmpty();
        assertThat(after(Duration.ofMillis(1))).containsExactly(question);
        assertThat(after(Duration.ofSeconds(1))).isEmpty();
        assertThat(after(Duration.ofSeconds(1))).containsExactly(question);
        assertThat(after(Duration.ofSeconds(4))).containsExactly(question);
        assertThat(after(Duration.ofSeconds(8))).containsExactly(question);
        assertThat(after(Duration.ofSeconds(8))).containsExactly(question);
        assertThat(after(Duration.ofSeconds(8))).as("30 s without a word of it").isEmpty();
        assertThat(table.nextDue()).isEmpty();
        assertThat(solicits()).containsExactly(question);
    }

    @Test
    void t09_aStreamThatComesUpIsAskedAtOnce() {
        solicits();
        after(Duration.ofSeconds(1));
        assertThat(table.streamCameUp(2)).containsExactly(new AskWhose(List.of(OTHER)));
    }

    @Test
    void t09_aTriggerWaitsLikeASolicitation() {
        assertThat(table.triggered(new AttachmentTrigger(
                        LINK, OTHER, Optional.of(OTHER_ADDRESS), HandoffKnowledge.NONE, Optional.empty())))
                .isEmpty();
        assertThat(table.due()).containsExactly(new AskWhose(List.of(OTHER)));
        assertThat(update(answer(Optional.of(mobileNode(2)))).mobileNodeIdentifier())
                .isEqualTo(mobileNode(2));
    }

    @Test
    void t09_aLinkThatWentDownTakesAlongWhatWaited() {
        solicits();
        table.linkWentDown(LINK);
        assertThat(answer(Optional.of(mobileNode(2)))).isEmpty();
    }

    @Test
    void t09_aRestartedAgentForwardsForItsTerminalsUntilItKnowsWhoseTheyAre() {
        AttachedTerminal found = new AttachedTerminal(LINK, OTHER_ADDRESS, OTHER, Set.of(prefix(2)), Set.of(prefix(9)));
        assertThat(table.recover(found)).isEmpty();
        assertThat(table.terminals()).containsExactly(found);
        for (int i = 0; i < 100; i++) {
            after(Duration.ofSeconds(8));
            assertThat(table.terminals())
                    .as("an anchor that is away for long changes nothing")
                    .containsExactly(found);
        }
        assertThat(solicits()).as("it solicits, too").isEmpty();
        answer(Optional.of(mobileNode(2)));
        assertThat(table.terminals()).containsExactly(found);
        assertThat(table.attachments()).singleElement().satisfies(attachment -> {
            assertThat(attachment.mobileNodeIdentifier()).isEqualTo(mobileNode(2));
            assertThat(attachment.forwarding()).isTrue();
        });
    }

    @Test
    void t86_detachCancelsAnArrivalThatWaitsForItsOwner() {
        table.triggered(new AttachmentTrigger(LINK, OTHER, Optional.of(OTHER_ADDRESS), HandoffKnowledge.NONE));
        table.solicited("a1", OTHER_ADDRESS, OTHER);
        assertThat(table.detached(LINK, OTHER)).as("accepted").isEmpty();
        assertThat(table.detached(LINK, OTHER)).as("once").hasOnlyElementsOfType(Ignored.class);
        ProxyBindingUpdate update = update(answer(Optional.of(mobileNode(2))));
        assertThat(update.lifetimeSeconds()).isEqualTo(120);
        assertThat(table.state(LINK, OTHER)).isNull();
        assertThat(table.state("a1", OTHER)).as("where it is by now").isNotNull();
        assertThat(table.detached("a1", OTHER)).isNotEmpty();
        assertThat(table.neighbourSeen(LINK, OTHER_ADDRESS, OTHER))
                .as("stray traffic where it was sent away")
                .isEmpty();
    }

    @Test
    void t86_detachGivesUpATerminalFoundInstalledWhoseOwnerIsNotKnown() {
        table.recover(new AttachedTerminal(LINK, OTHER_ADDRESS, OTHER, Set.of(prefix(2))));
        assertThat(table.terminals()).hasSize(1);
        assertThat(table.detached(LINK, OTHER)).isEmpty();
        assertThat(table.terminals()).isEmpty();
        assertThat(table.due()).as("not asked for any more").isEmpty();
        assertThat(answer(Optional.of(mobileNode(2)))).isEmpty();
    }

    @Test
    void t09_aTerminalFoundInstalledThatIsNobodysIsGivenUp() {
        table.recover(new AttachedTerminal(LINK, OTHER_ADDRESS, OTHER, Set.of(prefix(2))));
        assertThat(answer(Optional.empty())).containsExactly(new Unmapped(LINK, OTHER));
        assertThat(table.terminals()).isEmpty();
    }

    @Test
    void aNeighbourThatNeverSolicitedIsNotAskedFor() {
        assertThat(table.neighbourSeen(LINK, OTHER_ADDRESS, OTHER)).isEmpty();
        assertThat(table.due()).isEmpty();
    }

    @Test
    void aFloodOfStrangersIsBounded() {
        List<AttachmentDecision> decisions = new ArrayList<>();
        for (int number = 0; number < 3000; number++) {
            decisions.addAll(table.solicited(
                    LINK,
                    Ipv6Address.parse("fe80::%x".formatted(number + 1)),
                    LinkLayerIdentifier.parse("02:11:00:00:%02x:%02x".formatted(number >> 8, number & 0xff))));
        }
        assertThat(decisions).hasSize(2000).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.due())
                .singleElement()
                .satisfies(decision ->
                        assertThat(((AskWhose) decision).linkLayerIdentifiers()).hasSize(1000));
        assertThat(update(table.solicited(LINK, LLA, LL_ID)).mobileNodeIdentifier())
                .as("who is configured is served")
                .isEqualTo(mobileNode(1));
    }
}
