package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TunnelKernelIT {
    static final HomeNetworkPrefix POOL = HomeNetworkPrefix.parse("2001:db8:100::/40");
    static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    static final LmaAddress LMA = LmaAddress.parse(Domain.LMA_ADDRESS);
    static final ProxyCareOfAddress FIRST = ProxyCareOfAddress.parse(Domain.FIRST_COA);
    static final ProxyCareOfAddress SECOND = ProxyCareOfAddress.parse(Domain.SECOND_COA);
    private static final Duration SOON = Duration.ofSeconds(5);

    private Domain domain;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;

    @BeforeAll
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
        first = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        domain.anchor.run(() -> anchor.apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of())));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
    }

    static AccessState access(ProxyCareOfAddress gateway, Set<HomeNetworkPrefix> prefixes) {
        String address = gateway.equals(FIRST) ? Domain.FIRST_LINK_LOCAL : Domain.SECOND_LINK_LOCAL;
        return new AccessState(
                gateway,
                LMA,
                Set.of("a0"),
                Set.of(new AttachedTerminal(
                        "a0", Ipv6Address.parse(address), LinkLayerIdentifier.parse("02:00:00:00:00:01"), prefixes)));
    }

    @AfterAll
    void tearDown() {
        if (domain != null) {
            first.close();
            anchor.close();
            domain.close();
        }
    }

    @Test
    void l32_packetsPassTheTunnelBothWays() throws Exception {
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5001);
                Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5002)) {
            correspondent.send(Domain.MOBILE_NODE, 5002, 7, 100);
            assertThat(mobileNode.receives(7, SOON)).isTrue();
            mobileNode.send(Domain.CORRESPONDENT, 5001, 8, 100);
            assertThat(correspondent.receives(8, SOON)).isTrue();
        }
    }

    @Test
    void m32_anInnerPacketLongerThanTheTunnelMtuIsAnsweredPacketTooBig() throws Exception {
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5003)) {
            correspondent.send(Domain.MOBILE_NODE, 5004, 1, 1452);
            Await.until(
                    "path MTU 1460 at the correspondent",
                    SOON,
                    () -> domain.correspondent
                            .exec("ip", "-6", "route", "get", Domain.MOBILE_NODE)
                            .contains("mtu 1460"));
        }
        assertThat(domain.first.<Integer>call(() -> first.tunnelMtu())).isEqualTo(1460);
    }
}
