package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.mobility.HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/** One attachment table with a clock of its own, and what an anchor and a terminal say to it. */
abstract class AttachmentTableScene {
    static final String LINK = "a0";
    static final Duration PRESENCE_INTERVAL = Duration.ofSeconds(30);
    static final LinkLayerIdentifier OTHER_LL_ID = LinkLayerIdentifier.parse("02:00:00:00:00:02");
    static final Ipv6Address OTHER_LLA = Ipv6Address.parse("fe80::ff:fe00:2");
    static final LinkLayerIdentifier STRANGER = LinkLayerIdentifier.parse("02:00:00:00:00:99");

    final FakeTime time = new FakeTime();
    final AttachmentTable table = table(ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES);

    AttachmentTable table(HandoffIndicator attach) {
        return new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        Map.of(LL_ID, MN, OTHER_LL_ID, mobileNode(2)),
                        false,
                        120,
                        attach,
                        PRESENCE_INTERVAL),
                time.clock(),
                time::nanoTime,
                new Random(1));
    }

    static ProxyBindingUpdate onlyUpdate(List<AttachmentDecision> decisions) {
        List<ProxyBindingUpdate> updates = updates(decisions);
        assertThat(updates).hasSize(1);
        return updates.getFirst();
    }

    static List<ProxyBindingUpdate> updates(List<AttachmentDecision> decisions) {
        return decisions.stream()
                .filter(SendUpdate.class::isInstance)
                .map(decision -> ((SendUpdate) decision).update())
                .toList();
    }

    static ProxyBindingAcknowledgement answer(ProxyBindingUpdate update, int status, Set<HomeNetworkPrefix> prefixes) {
        return new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                new BindingStatus(status),
                update.mobileNodeIdentifier(),
                prefixes,
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                status < 128 ? update.lifetimeSeconds() : 0);
    }

    ProxyBindingUpdate solicited() {
        return onlyUpdate(table.solicited(LINK, LLA, LL_ID));
    }

    ProxyBindingUpdate bound() {
        ProxyBindingUpdate update = solicited();
        table.acknowledged(answer(update, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
        return update;
    }

    /** Time passes; the terminal is there and says so when it is asked. */
    List<AttachmentDecision> after(Duration duration) {
        time.advance(duration);
        return answering(table.due());
    }

    List<AttachmentDecision> answering(List<AttachmentDecision> decisions) {
        List<AttachmentDecision> all = new ArrayList<>();
        for (AttachmentDecision decision : decisions) {
            if (decision instanceof Probe probe) {
                all.addAll(table.answered(probe.accessLink(), probe.linkLocalAddress()));
                all.addAll(table.due());
            } else {
                all.add(decision);
            }
        }
        return all;
    }
}
