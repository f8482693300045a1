package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** Numbers have 16 bits: with very many updates under way one and the same is used twice. */
class SequenceNumbersTest {
    private static final String LINK = "a0";

    private final FakeTime time = new FakeTime();

    private AttachmentTable table(int terminals) {
        Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes = new HashMap<>();
        for (int number = 1; number <= terminals; number++) {
            mobileNodes.put(linkLayer(number), mobileNode(number));
        }
        return new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        mobileNodes,
                        false,
                        300,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                        Duration.ofSeconds(30)),
                time.clock(),
                time::nanoTime,
                new Random(1));
    }

    private static LinkLayerIdentifier linkLayer(int number) {
        return LinkLayerIdentifier.parse("02:00:00:00:%02x:%02x".formatted(number >> 8, number & 0xff));
    }

    private static Ipv6Address linkLocal(int number) {
        return Ipv6Address.parse("fe80::%x".formatted(number));
    }

    private static HomeNetworkPrefix prefix(int number) {
        return HomeNetworkPrefix.parse("2001:db8:1:%x::/64".formatted(number));
    }

    private static ProxyBindingAcknowledgement accepted(ProxyBindingUpdate update) {
        return new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                update.mobileNodeIdentifier(),
                update.prefixes(),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds());
    }

    /** What is sent, with all that are asked answering. */
    private static List<ProxyBindingUpdate> sent(AttachmentTable table, List<AttachmentDecision> decisions) {
        List<ProxyBindingUpdate> updates = new ArrayList<>();
        boolean asked = false;
        for (AttachmentDecision decision : decisions) {
            if (decision instanceof SendUpdate send) {
                updates.add(send.update());
            } else if (decision instanceof Probe probe) {
                asked = true;
                table.answered(probe.accessLink(), probe.linkLocalAddress());
            }
        }
        if (asked) {
            updates.addAll(sent(table, table.due()));
        }
        return updates;
    }

    @Test
    void m02_anOutageOfTheAnchorWithThousandsOfTerminalsBlocksNoneOfThem() {
        int terminals = 10_000;
        AttachmentTable table = table(terminals);
        for (int number = 1; number <= terminals; number++) {
            table.recover(new AttachedTerminal(LINK, linkLocal(number), linkLayer(number), Set.of(prefix(number))));
            table.answered(LINK, linkLocal(number));
        }
        for (int second = 0; second < 400; second++) {
            time.advance(Duration.ofSeconds(1));
            sent(table, table.due());
        }
        // The anchor has much to do, too: its answers take their time, and meanwhile terminals are looked at.
        ArrayDeque<List<ProxyBindingUpdate>> underWay = new ArrayDeque<>();
        underWay.add(sent(table, table.streamCameUp(1)));
        for (int second = 0; second < 100; second++) {
            underWay.getLast().forEach(update -> table.transmitted(update, 1));
            if (underWay.size() > 8) {
                underWay.removeFirst().forEach(update -> table.acknowledged(accepted(update)));
            }
            time.advance(Duration.ofSeconds(1));
            underWay.add(sent(table, table.due()));
        }
        assertThat(table.attachments().stream()
                        .collect(Collectors.groupingBy(AttachmentSummary::state, Collectors.counting())))
                .isEqualTo(Map.of(State.BOUND.name(), (long) terminals));
    }

    @Test
    void m02_anAnswerIsThatTerminalsWhomItNamesAlsoWhenAnotherHasItsNumber() {
        AttachmentTable table = table(3);
        ProxyBindingUpdate first =
                sent(table, table.solicited(LINK, linkLocal(1), linkLayer(1))).getFirst();
        table.transmitted(first, 1);
        ProxyBindingUpdate second = turnRound(table, first);
        assertThat(second.sequenceNumber()).isEqualTo(first.sequenceNumber());
        table.transmitted(second, 1);

        ProxyBindingAcknowledgement ofNobody = new ProxyBindingAcknowledgement(
                first.sequenceNumber(),
                BindingStatus.ACCEPTED,
                mobileNode(3),
                Set.of(prefix(3)),
                first.handoffIndicator(),
                first.accessTechnologyType(),
                first.linkLayerIdentifier(),
                300);
        assertThat(table.acknowledged(ofNobody)).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.state(LINK, linkLayer(1))).isEqualTo(State.REGISTERING);
        assertThat(table.state(LINK, linkLayer(2))).isEqualTo(State.REGISTERING);

        table.acknowledged(granting(first, 1));
        assertThat(table.state(LINK, linkLayer(1))).isEqualTo(State.BOUND);
        assertThat(table.state(LINK, linkLayer(2))).isEqualTo(State.REGISTERING);
        table.acknowledged(granting(second, 2));
        assertThat(table.state(LINK, linkLayer(2))).isEqualTo(State.BOUND);
    }

    @Test
    void m02_anAnswerThatNamesAnotherIsNoneToATransmissionOfBefore() {
        AttachmentTable table = table(3);
        ProxyBindingUpdate first =
                sent(table, table.solicited(LINK, linkLocal(1), linkLayer(1))).getFirst();
        table.transmitted(first, 1);
        time.advance(Duration.ofSeconds(1));
        assertThat(sent(table, table.due())).hasSize(1);
        assertThat(table.acknowledged(new ProxyBindingAcknowledgement(
                        first.sequenceNumber(),
                        BindingStatus.ACCEPTED,
                        mobileNode(3),
                        Set.of(prefix(3)),
                        first.handoffIndicator(),
                        first.accessTechnologyType(),
                        linkLayer(3),
                        300)))
                .hasOnlyElementsOfType(Ignored.class);
        assertThat(table.state(LINK, linkLayer(1))).isEqualTo(State.REGISTERING);
    }

    private static ProxyBindingAcknowledgement granting(ProxyBindingUpdate update, int number) {
        ProxyBindingAcknowledgement echo = accepted(update);
        return new ProxyBindingAcknowledgement(
                echo.sequenceNumber(),
                echo.status(),
                echo.mobileNodeIdentifier(),
                Set.of(prefix(number)),
                echo.handoffIndicator(),
                echo.accessTechnologyType(),
                echo.linkLayerIdentifier(),
                echo.lifetimeSeconds());
    }

    /** The second one's update gets the number that the first one's has. */
    private static ProxyBindingUpdate turnRound(AttachmentTable table, ProxyBindingUpdate first) {
        sent(table, table.solicited(LINK, linkLocal(2), linkLayer(2)));
        Attachment attachment = table.ofNode(mobileNode(2)).getFirst();
        Outstanding outstanding = Objects.requireNonNull(attachment.outstanding);
        ProxyBindingUpdate update = outstanding.update();
        ProxyBindingUpdate numbered = new ProxyBindingUpdate(
                first.sequenceNumber(),
                update.lmaAddress(),
                update.proxyCareOfAddress(),
                update.mobileNodeIdentifier(),
                update.prefixes(),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds(),
                update.timestamp(),
                update.serviceSelection());
        attachment.outstanding = new Outstanding(
                numbered,
                outstanding.trace(),
                outstanding.earlier(),
                outstanding.procedure(),
                outstanding.dueAt(),
                outstanding.interval(),
                outstanding.stream(),
                outstanding.hasTurn());
        return numbered;
    }
}
