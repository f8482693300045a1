package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/** What the anchor starts, at the access loop: carried out in the kernel, then answered. */
class AnchorSayingsTest extends AccessLoopScene {
    @Test
    void f07_whatTheKernelRefusesOfOneTerminalIsAcknowledgedForOthers() throws Exception {
        attachTwo();
        attach();
        hears(initiate(3, prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        kernel.refuseForGood(new AttachmentName(LINK, LL_ID));
        answered.clear();
        hears(initiate(4, prefix(8)));
        assertThat(answered).containsExactly(acknowledgement(4, UpdateNotificationStatus.REASON_UNSPECIFIED));
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(answered.getLast()).isEqualTo(revoked(RevocationStatus.SUCCESS));
    }

    @Test
    void anAnswerThatCannotBeSentHoldsNoOtherBack() throws Exception {
        loop = newLoop();
        List<GatewayMessage> tried = new ArrayList<>();
        AnswerSender sender = message -> {
            tried.add(message);
            if (tried.size() == 1) {
                throw new IllegalArgumentException("MN-ID has 64 octets, more than 63");
            }
            answered.add(message);
        };
        loop.takeOver(this::send, sender, asked::addAll);
        loop.heard(new Heartbeat(false, false, 1, OptionalLong.empty()));
        loop.heard(new Heartbeat(false, false, 2, OptionalLong.empty()));
        loop.turn();
        assertThat(answered)
                .extracting(message -> ((Heartbeat) message).sequenceNumber())
                .containsExactly(2L);
        loop.heard(new Heartbeat(false, false, 3, OptionalLong.empty()));
        loop.turn();
        assertThat(tried).hasSize(3);
        assertThat(answered).hasSize(2);
    }

    private static UpdateNotificationAcknowledgement acknowledgement(
            int sequence, UpdateNotificationStatus status, HomeNetworkPrefix... foreign) {
        return new UpdateNotificationAcknowledgement(
                sequence, status, Optional.of(MN), false, Set.of(), Set.of(foreign));
    }

    @Test
    void f07_anInitiateIsAcknowledgedOnceTheKernelForwards() throws Exception {
        attach();
        hears(initiate(3, prefix(7)));
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(links.advertisements()).as("f04: never advertised").containsExactly(ADVERTISED);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_carried_prefixes 1.0")
                .contains("flowanchor_agent_anchor_messages_total{message=\"update_notification\"} 1.0")
                .contains("flowanchor_agent_anchor_answers_total{message=\"update_notification\",outcome=\"accepted\"}"
                        + " 1.0");
    }

    @Test
    void f07_whatTheKernelRefusesIsNotAcknowledged() throws Exception {
        attach();
        kernel.failNextApply("ENOMEM, route add");
        hears(initiate(3, prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.REASON_UNSPECIFIED));
        after(Duration.ofSeconds(5));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_anchor_answers_total{message=\"update_notification\",outcome=\"refused\"}"
                        + " 1.0");
    }

    @Test
    void t85_anInitiateTogetherWithTheAcknowledgementCostsNoAdvertisement() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        loop.heard(initiate(2, prefix(7)));
        ProxyBindingUpdate update = sent.getLast();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                MN,
                Set.of(HNP),
                update.handoffIndicator(),
                WLAN,
                LL_ID,
                120));
        loop.heard(initiate(3, prefix(7)));
        loop.turn();
        assertThat(answered)
                .containsExactly(
                        acknowledgement(2, UpdateNotificationStatus.MN_NOT_ATTACHED),
                        acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
    }

    private static BindingRevocationIndication revocation(RevocationTrigger trigger) {
        return new BindingRevocationIndication(
                9, trigger, true, false, false, Optional.of(MN), Optional.empty(), false, Set.of(HNP));
    }

    private static BindingRevocationAcknowledgement revoked(RevocationStatus status) {
        return new BindingRevocationAcknowledgement(
                9, status, true, false, false, status.accepted() ? Optional.empty() : Optional.of(MN), Set.of());
    }

    @Test
    void r01_aRevokedTerminalIsNotForwardedAnyMoreWhenItIsAcknowledged() throws Exception {
        attach();
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(kernel.terminals()).isEmpty();
        assertThat(answered).containsExactly(revoked(RevocationStatus.SUCCESS));
        assertThat(links.advertisements().getLast().routerLifetimeSeconds()).isZero();
        assertThat(metrics.scrape()).contains("flowanchor_agent_departures_total{by=\"revoked\"} 1.0");
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(0);
        assertThat(kernel.terminals()).as("it asked").containsExactly(TERMINAL);
    }

    @Test
    void r01_aKernelThatRefusesHoldsTheAcknowledgementBack() throws Exception {
        attach();
        kernel.failNextApply("EPERM, route delete");
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(answered).isEmpty();
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_anchor_repetitions_total{message=\"binding_revocation_indication\"} 1.0");
        after(Duration.ofSeconds(5));
        assertThat(kernel.terminals()).isEmpty();
        assertThat(answered).containsExactly(revoked(RevocationStatus.SUCCESS));
    }

    @Test
    void r06_aTerminalThatAnswersIsStillAttached() throws Exception {
        attach();
        hears(revocation(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN));
        loop.turn();
        loop.turn();
        assertThat(answered).containsExactly(revoked(RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void h02_aHeartbeatIsAnsweredAlsoWhileTheKernelRefuses() throws Exception {
        kernel.failNextApply("ENODEV, link a0");
        attach();
        hears(new Heartbeat(false, false, 5, OptionalLong.empty()));
        assertThat(answered).containsExactly(new Heartbeat(true, false, 5, OptionalLong.of(7)));
        after(Duration.ofSeconds(5));
    }

    @Test
    void h04_anAnchorThatRestartedIsToldOfEveryTerminal() throws Exception {
        heartbeats = Optional.of(Duration.ofSeconds(60));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        loop.registrationStreamUp(1);
        attach();
        assertThat(answered)
                .as("h06: nothing was installed")
                .containsExactly(new Heartbeat(true, true, 0, OptionalLong.of(7)));
        after(Duration.ofSeconds(60));
        assertThat(answered.getLast()).isEqualTo(new Heartbeat(false, false, 42, OptionalLong.empty()));
        hears(new Heartbeat(true, false, 42, OptionalLong.of(1)));
        assertThat(metrics.scrape()).contains("flowanchor_agent_anchor_reachable 1.0");
        sent.clear();
        hears(new Heartbeat(true, true, 0, OptionalLong.of(2)));
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(metrics.scrape()).contains("flowanchor_agent_anchor_restarts_total 1.0");
    }
}
