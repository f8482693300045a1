package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

/** Packets that nobody may send, and that nobody waits for. */
class SourceValidationKernelIT extends SteeringScene {
    @Test
    void aPacketForAPoolWithoutBindingIsAnsweredUnreachable() throws Exception {
        int before = unreachables(domain.correspondent);
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5700)) {
            Await.until("destination unreachable", SOON, () -> {
                sender.send("2001:db8:100:77::1", PORT, 1, 64);
                return unreachables(domain.correspondent) > before;
            });
        }
    }

    @Test
    void m31_aPacketFromAnUnboundPrefixIsNotForwarded() throws Exception {
        domain.mobileNode.ip("addr add 2001:db8:100:66::1/128 dev lo nodad");
        try (Datagrams foreign = new Datagrams(domain.mobileNode, "2001:db8:100:66::1", 5800);
                Datagrams own = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5800);
                Datagrams peer = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5801)) {
            foreign.send(Domain.CORRESPONDENT, 5801, 1, 64);
            own.send(Domain.CORRESPONDENT, 5801, 2, 64);
            assertThat(peer.receives(2, SOON)).isTrue();
            assertThat(peer.poll()).isNull();
        }
    }

    @Test
    void m31_aPrefixBoundOnOneAccessLinkIsNoSourceOnAnother() throws Exception {
        try (Namespace other = new Namespace("other")) {
            other.connect("wlan", domain.first, "a1");
            other.ip(
                    "addr add fe80::b:1/64 dev wlan nodad",
                    "addr add " + Domain.MOBILE_NODE + "/128 dev lo nodad",
                    "addr add 2001:db8:100:99::2/128 dev lo nodad",
                    "route add default via " + Domain.GATEWAY_LINK_LOCAL + " dev wlan");
            AccessState own = access(FIRST, Set.of(PREFIX));
            HomeNetworkPrefix others = HomeNetworkPrefix.parse("2001:db8:100:99::/64");
            domain.first.run(() -> first.apply(new AccessState(
                    own.proxyCareOfAddress(),
                    own.lmaAddress(),
                    Set.of("a0", "a1"),
                    Stream.concat(
                                    own.terminals().stream(),
                                    Stream.of(new AttachedTerminal(
                                            "a1",
                                            Ipv6Address.parse("fe80::b:1"),
                                            LinkLayerIdentifier.parse("02:00:00:00:00:b1"),
                                            Set.of(others),
                                            Set.of())))
                            .collect(Collectors.toSet()))));
            try (Datagrams stolen = new Datagrams(other, Domain.MOBILE_NODE, 5810);
                    Datagrams bound = new Datagrams(other, "2001:db8:100:99::2", 5810);
                    Datagrams own0 = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5811);
                    Datagrams peer = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5812);
                    Datagrams nobody = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5813)) {
                assertThat(bound.reaches(peer, Domain.CORRESPONDENT, 5812, 1, SOON))
                        .as("the other terminal's own prefix")
                        .isTrue();
                stolen.send(Domain.CORRESPONDENT, 5813, 2, 64);
                assertThat(bound.reaches(peer, Domain.CORRESPONDENT, 5812, 3, SOON))
                        .isTrue();
                assertThat(own0.reaches(peer, Domain.CORRESPONDENT, 5812, 4, SOON))
                        .as("on the link where it is bound")
                        .isTrue();
                assertThat(nobody.poll()).as("a prefix of another link").isNull();
            } finally {
                domain.first.run(() -> first.apply(own));
            }
        }
    }

    /**
     * RFC 5213 section 6.10.5: the anchor still sends to a gateway that has given the terminal up. No error comes back, and nothing that
     * came out of the tunnel goes into it, or anywhere else, again.
     */
    @Test
    void m30_aTunnelledPacketForNobodyHereIsDroppedInSilence() throws Exception {
        HomeNetworkPrefix gone = HomeNetworkPrefix.parse("2001:db8:100:88::/64");
        apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST, gone, FIRST),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of()));
        long arrived = packets(domain.first, "b0", RECEIVED);
        long left = packets(domain.first, "b0", SENT);
        long errors = errors(domain.correspondent);
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5900)) {
            for (int i = 0; i < 40; i++) {
                sender.send("2001:db8:100:88::1", PORT, 2_000_000 + i, 64);
            }
            Await.until("the gateway has them all", SOON, () -> packets(domain.first, "b0", RECEIVED) >= arrived + 40);
            // The same way, behind them: what they caused has been caused.
            Await.until("the next packet for a terminal arrives", SOON, () -> {
                sender.send(Domain.MOBILE_NODE, PORT, 3_000_000, 64);
                return receiver.receives(3_000_000, Duration.ofSeconds(1));
            });
        }
        assertThat(errors(domain.correspondent)).isEqualTo(errors);
        // Neighbours ask each other now and then.
        assertThat(packets(domain.first, "b0", SENT) - left).isLessThan(20);
    }

    private static long errors(Namespace namespace) {
        return unreachables(namespace)
                + counter(namespace, "Icmp6InTimeExcds")
                + counter(namespace, "Icmp6InParmProblems");
    }

    private static long counter(Namespace namespace, String name) {
        return namespace
                .exec("cat", "/proc/net/snmp6")
                .lines()
                .map(line -> line.split("\\s+"))
                .filter(words -> words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElseThrow();
    }

    private static int unreachables(Namespace namespace) {
        for (String line : namespace.exec("cat", "/proc/net/snmp6").split("\n")) {
            if (line.startsWith("Icmp6InDestUnreachs")) {
                return Integer.parseInt(
                        line.substring("Icmp6InDestUnreachs".length()).strip());
            }
        }
        throw new AssertionError("no counter");
    }
}
