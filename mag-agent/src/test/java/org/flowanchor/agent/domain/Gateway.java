package org.flowanchor.agent.domain;

import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;

/** A gateway with mobile nodes 1, 2 and 3, each with the prefix of its number, and an anchor that asks it things; the kernel accepts. */
final class Gateway {
    static final String LINK = "a0";
    static final long RESTART_COUNTER = 7;
    static final Duration HEARTBEATS = Duration.ofSeconds(60);

    final FakeTime time = new FakeTime();
    final AttachmentTable table;
    final AnchorRequests requests;

    /** What became of the last question. */
    final List<AttachmentDecision> decisions = new ArrayList<>();

    Gateway() {
        Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes = new HashMap<>();
        for (int number = 1; number <= 3; number++) {
            mobileNodes.put(linkLayer(number), mobileNode(number));
        }
        mobileNodes.put(linkLayer(4), new MobileNodeIdentifier("mn4@sub.example.net"));
        table = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        mobileNodes,
                        false,
                        120,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                        Duration.ofSeconds(30)),
                time.clock(),
                time::nanoTime,
                new Random(5));
        requests = new AnchorRequests(table, RESTART_COUNTER, Optional.of(HEARTBEATS), time::nanoTime, 41);
    }

    static LinkLayerIdentifier linkLayer(int number) {
        return LinkLayerIdentifier.parse("02:00:00:00:00:0" + number);
    }

    static Ipv6Address linkLocal(int number) {
        return Ipv6Address.parse("fe80::ff:fe00:" + number);
    }

    static AttachedTerminal terminal(int number, HomeNetworkPrefix... carried) {
        return new AttachedTerminal(
                LINK, linkLocal(number), linkLayer(number), Set.of(prefix(number)), Set.of(carried));
    }

    List<ProxyBindingUpdate> solicited(int number) {
        return updates(table.solicited(LINK, linkLocal(number), linkLayer(number)));
    }

    void attach(int number, HomeNetworkPrefix... carried) {
        accept(solicited(number).getFirst(), Set.of(prefix(number)), Set.of(carried));
    }

    List<AttachmentDecision> accept(
            ProxyBindingUpdate update, Set<HomeNetworkPrefix> prefixes, Set<HomeNetworkPrefix> carried) {
        return table.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                update.mobileNodeIdentifier(),
                prefixes,
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds(),
                carried));
    }

    static List<ProxyBindingUpdate> updates(List<AttachmentDecision> decisions) {
        return decisions.stream()
                .filter(SendUpdate.class::isInstance)
                .map(decision -> ((SendUpdate) decision).update())
                .toList();
    }

    /** The anchor asks; what is to be answered at once. */
    List<GatewayMessage> asks(AnchorMessage message) {
        decisions.clear();
        decisions.addAll(requests.received(message));
        decisions.addAll(requests.due());
        return answers(decisions);
    }

    List<GatewayMessage> due() {
        decisions.clear();
        decisions.addAll(table.due());
        decisions.addAll(requests.due());
        return answers(decisions);
    }

    private List<GatewayMessage> answers(List<AttachmentDecision> all) {
        List<GatewayMessage> answers = new ArrayList<>();
        for (AttachmentDecision decision : all) {
            if (decision instanceof Answer answer) {
                requests.carriedOut(answer);
                answers.add(answer.message());
            }
        }
        return answers;
    }

    List<GatewayMessage> after(Duration duration) {
        time.advance(duration);
        return due();
    }

    long probes() {
        return decisions.stream().filter(Probe.class::isInstance).count();
    }

    Set<AttachedTerminal> terminals() {
        return table.terminals();
    }

    static UpdateNotification initiate(int sequence, int mobileNode, HomeNetworkPrefix... foreign) {
        return initiate(sequence, Optional.of(mobileNode(mobileNode)), Set.of(), Set.of(foreign));
    }

    static UpdateNotification initiate(
            int sequence,
            Optional<MobileNodeIdentifier> mobileNode,
            Set<HomeNetworkPrefix> anchored,
            Set<HomeNetworkPrefix> foreign) {
        return new UpdateNotification(
                sequence,
                UpdateNotificationReason.FLOW_MOBILITY,
                true,
                false,
                mobileNode,
                false,
                false,
                anchored,
                foreign);
    }

    static UpdateNotification notification(int sequence, int reason, boolean acknowledge, int mobileNode) {
        return new UpdateNotification(
                sequence,
                new UpdateNotificationReason(reason),
                acknowledge,
                false,
                Optional.of(mobileNode(mobileNode)),
                false,
                false,
                Set.of(),
                Set.of());
    }

    static UpdateNotification again(UpdateNotification notification) {
        return new UpdateNotification(
                notification.sequenceNumber(),
                notification.reason(),
                notification.acknowledge(),
                true,
                notification.mobileNode(),
                notification.allSessions(),
                notification.vendorSpecific(),
                notification.anchored(),
                notification.foreign());
    }

    static BindingRevocationIndication revocation(
            int sequence, RevocationTrigger trigger, int mobileNode, HomeNetworkPrefix... prefixes) {
        return new BindingRevocationIndication(
                sequence,
                trigger,
                true,
                false,
                false,
                Optional.of(mobileNode(mobileNode)),
                Optional.empty(),
                false,
                new HashSet<>(List.of(prefixes)));
    }

    static BindingRevocationIndication global(int sequence, int trigger, Optional<String> realm) {
        return new BindingRevocationIndication(
                sequence,
                new RevocationTrigger(trigger),
                true,
                false,
                true,
                realm.map(MobileNodeIdentifier::new),
                Optional.empty(),
                false,
                Set.of());
    }

    static Heartbeat heartbeat(long sequence) {
        return new Heartbeat(false, false, sequence, OptionalLong.empty());
    }
}
