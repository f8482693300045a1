package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSilent;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

/** What an access agent finds when it starts, and whom it asks for. */
class AccessRestartTest extends AccessLoopScene {
    private static final Ipv6Address PRIVATE = Ipv6Address.parse("fe80::d1c2:b3a4:9586:7768");

    @Test
    void t09_unmappedTerminalIsCounted() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LinkLayerIdentifier.parse("02:00:00:00:00:77")));
        assertThat(sent).isEmpty();
        assertThat(metrics.scrape()).contains("flowanchor_agent_unmapped_link_layer_identifiers_total 1.0");
    }

    @Test
    void t09_anInterfaceThatIsNotConfiguredIsAskedForAndRegisteredOnceItIsKnown() throws Exception {
        asks = true;
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        LinkLayerIdentifier other = LinkLayerIdentifier.parse("02:00:00:00:00:77");
        happens(new RouterSolicited(LINK, Ipv6Address.parse("fe80::77"), other));
        assertThat(asked).containsExactly(other);
        assertThat(sent).isEmpty();
        loop.mobileNodesAre(List.of(new MobileNodeMapping(other, Optional.of(mobileNode(7)), Duration.ofSeconds(60))));
        loop.turn();
        assertThat(sent.getLast().mobileNodeIdentifier()).isEqualTo(mobileNode(7));
        assertThat(metrics.scrape()).contains("flowanchor_agent_mobile_node_queries_total 1.0");
    }

    @Test
    void t09_aRestartedAgentKeepsForwardingForWhomItMustAskFor() throws Exception {
        attach();
        asks = true;
        AttachmentTable fresh = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        Map.of(),
                        true,
                        120,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES,
                        Duration.ofSeconds(30)),
                time.clock(),
                time::nanoTime,
                new Random(3));
        loop = new AccessLoop(
                new AccessSettings(WLAN_MAG, LMA, Set.of(LINK), Duration.ofSeconds(5)),
                fresh,
                new AnchorRequests(fresh, 7, heartbeats, time::nanoTime, 41),
                kernel,
                links,
                metrics,
                time::nanoTime);
        loop.takeOver(this::send, answered::add, asked::addAll);
        after(Duration.ofSeconds(20));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(asked).contains(LL_ID);
        loop.mobileNodesAre(List.of(new MobileNodeMapping(LL_ID, Optional.of(MN), Duration.ofSeconds(60))));
        loop.turn();
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void restartKeepsForwardingAndRefreshesWithoutTheTerminal() throws Exception {
        attach();
        sent.clear();
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        loop.turn();
        assertThat(sent).hasSize(1);
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        answerLast(0);
        after(Duration.ofSeconds(70));
        assertThat(sent).hasSize(2);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    /** Its address does not tell its link-layer address. */
    private void restartWithoutNeighbours() throws Exception {
        happens(new RouterSolicited(LINK, PRIVATE, LL_ID));
        answerLast(0);
        sent.clear();
        kernel.forgetNeighbours();
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        loop.turn();
    }

    @Test
    void m09_aTerminalWhoseNeighbourEntryIsGoneForwardsAndIsRegisteredAgainOnceItAnswered() throws Exception {
        restartWithoutNeighbours();
        assertThat(forwarded()).containsExactly(HNP);
        assertThat(links.resolved()).containsExactly(PRIVATE);
        assertThat(sent).isEmpty();
        happens(new NeighbourSeen(LINK, PRIVATE, LL_ID));
        assertThat(sent).hasSize(1);
        assertThat(sent.getLast().mobileNodeIdentifier()).isEqualTo(MN);
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        answerLast(0);
        after(Duration.ofSeconds(20));
        assertThat(kernel.terminals()).containsExactly(new AttachedTerminal(LINK, PRIVATE, LL_ID, Set.of(HNP)));
        assertThat(links.resolved()).hasSize(1);
    }

    @Test
    void m09_aTerminalWhoseNeighbourEntryIsGoneIsTheOneThatSolicitsFromItsAddress() throws Exception {
        restartWithoutNeighbours();
        happens(new RouterSolicited(LINK, PRIVATE, LL_ID));
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        assertThat(kernel.terminals()).containsExactly(new AttachedTerminal(LINK, PRIVATE, LL_ID, Set.of(HNP)));
    }

    @Test
    void m09_aTerminalWhoseNeighbourEntryIsGoneIsGivenUpWhenItIsSilentTwice() throws Exception {
        restartWithoutNeighbours();
        happens(new NeighbourSilent(LINK, PRIVATE));
        assertThat(forwarded()).containsExactly(HNP);
        assertThat(links.resolved()).containsExactly(PRIVATE, PRIVATE);
        happens(new NeighbourSilent(LINK, PRIVATE));
        assertThat(forwarded()).isEmpty();
        assertThat(sent).isEmpty();
    }

    @Test
    void m09_aTerminalWhoseNeighbourEntryIsGoneIsGivenUpWithoutAVerdict() throws Exception {
        restartWithoutNeighbours();
        after(Duration.ofSeconds(6));
        assertThat(forwarded()).containsExactly(HNP);
        after(Duration.ofSeconds(6));
        assertThat(forwarded()).isEmpty();
    }

    @Test
    void m11_aTerminalWhoseNeighbourEntryIsGoneGoesWithItsLink() throws Exception {
        restartWithoutNeighbours();
        happens(new LinkWentDown(LINK));
        assertThat(forwarded()).isEmpty();
    }

    private Set<HomeNetworkPrefix> forwarded() {
        return kernel.terminals().stream()
                .flatMap(terminal -> terminal.forwarded().stream())
                .collect(Collectors.toSet());
    }

    @Test
    void restartOnALinkThatIsDownDeregisters() throws Exception {
        attach();
        kernel.count(new LinkCounters(LINK, false, 0, 0, 0, 0));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(sent.getLast().lifetimeSeconds()).isZero();
        after(Duration.ofSeconds(1));
        assertThat(kernel.terminals()).isEmpty();
    }

    @Test
    void linkLayerIdentifierIsFoundInAModifiedEui64Address() {
        assertThat(FoundTerminals.eui64Origin(Ipv6Address.parse("fe80::ff:fe00:1")))
                .isEqualTo(LL_ID);
        assertThat(FoundTerminals.eui64Origin(Ipv6Address.parse("fe80::1234"))).isNull();
    }

    @Test
    void f23_aRestartedAgentTellsWhatIsItsTerminalsOwnFromWhatItCarries() throws Exception {
        attach();
        hears(initiate(3, prefix(7)));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
    }
}
