package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may serve a gateway. */
class ClaimKernelIT {
    private Namespace gateway;
    private LinuxAnchorKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("claim");
        gateway.ip("link add b0 type bridge", "link set b0 up");
        kernel = gateway.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    @AfterEach
    void tearDown() {
        if (kernel != null) {
            kernel.close();
            gateway.close();
        }
    }

    private void assertRefused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .rootCause()
                .isInstanceOf(KernelException.class)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
    }

    private void verify() {
        gateway.run(kernel::verify);
    }

    @Test
    void aSecondAgentOnOneGatewayIsRefusedAndToldWhoIsThere() throws Exception {
        GatewayClaim claim = gateway.call(() -> GatewayClaim.take());
        assertRefused(
                () -> gateway.call(() -> GatewayClaim.take()),
                "another agent (process " + ProcessHandle.current().pid() + ")");
        // Nobody ever answers them: how many the kernel lets wait must not matter.
        for (int start = 0; start < 5; start++) {
            assertRefused(() -> gateway.call(() -> GatewayClaim.take()), "another agent (process ");
        }
        try (Namespace other = new Namespace("other")) {
            other.call(() -> GatewayClaim.take()).close();
        }
        claim.close();
        gateway.call(() -> GatewayClaim.take()).close();
    }

    @Test
    void aRuleThatLooksAtOurBitsIsNamed() {
        verify();
        gateway.ip("rule add pref 3000 fwmark 0x10 lookup 77");
        assertRefused(this::verify, "pref 3000", "fwmark 0x10/0xffffffff", "bits 0x10 ", "kernel.markMask");
        gateway.ip("rule delete pref 3000");
        verify();
    }

    /** Who names no mask asks for a mark that no packet of ours has. */
    @Test
    void aRuleForAMarkOfOtherBitsOnlyIsNobodysBusiness() {
        gateway.ip("rule add pref 32764 not fwmark 0xca600000 lookup 51820");
        verify();
    }

    @Test
    void aRuleThatLeadsToOneOfOurTablesIsNamed() {
        for (String table : List.of("100", "41", "1000001", "2000001", "3000001", "4000002")) {
            gateway.ip("rule add pref 700 to 2001:db8:f::/64 lookup " + table);
            assertRefused(this::verify, "pref 700", "table " + table, "kernel.routingTableOffset");
            gateway.ip("rule delete pref 700");
        }
        verify();
    }

    /** Packets without a mark jump over our priorities, and over whoever is among them. */
    @Test
    void aRuleAmongOurPrioritiesIsNamedBecauseItWouldBeSkipped() {
        gateway.ip("addr add " + LMA + "/64 dev b0 nodad");
        AnchorState state = new AnchorState(
                LMA, Set.of(POOL), Set.of(FIRST), Map.of(PREFIX, FIRST), Map.of(), List.of(), Map.of(), Map.of());
        for (int priority : List.of(999, 10_000, 32_000)) {
            gateway.ip("rule add pref " + priority + " to 2001:db8:f::/64 lookup 77");
        }
        verify();
        for (int priority : List.of(1000, 9999)) {
            String rule = "pref " + priority + " to 2001:db8:f::/64 lookup 77";
            gateway.ip("rule add " + rule);
            assertRefused(this::verify, rule, "1000 to 9999");
            assertThat(gateway.call(() -> kernel.apply(state)).refusals())
                    .as("one that comes later costs nobody anything")
                    .singleElement()
                    .asString()
                    .contains(rule);
            gateway.ip("rule delete " + rule);
        }
        assertThat(gateway.call(() -> kernel.apply(state))).isEqualTo(AnchorNotTaken.NOTHING);
        verify();
    }

    @Test
    void aTableThatWritesOurBitsIsNamedWithChainAndHandle() {
        gateway.nft("""
            table ip6 mangling {
              chain pre {
                type filter hook prerouting priority mangle
                meta mark set meta mark | 0x4000
              }
            }
            """);
        assertRefused(this::verify, "chain ip6 mangling pre", "bits 0x4000");
        gateway.nft("flush ruleset\ntable inet marks { chain c { meta mark set 7; }; }");
        assertRefused(this::verify, "chain inet marks c", "let it write only those that its owner needs");
        for (String rule : List.of(
                "meta mark set ct mark",
                "meta mark 0 meta mark set 0x10001",
                "meta mark & 0xff == 0 meta mark set 0x10001",
                "meta mark set meta mark map { 0 : 0x10001 }",
                "meta mark 0 meta mark set ct mark",
                "meta mark 0 meta mark set jhash ip6 saddr mod 8",
                "meta mark 0 meta mark set numgen inc mod 8")) {
            gateway.nft("flush ruleset\ntable inet marks { chain c { " + rule + "; }; }");
            assertRefused(this::verify, "chain inet marks c");
        }
    }

    @Test
    void anAccessGatewayNamesWhoUsesTheBitThatItsTunnelsNeedAndNobodyElse() {
        KernelConfiguration seg6 = new KernelConfiguration("b0", KernelNumbering.DEFAULT, TunnelKind.SEG6);
        try (LinuxAccessKernel access = gateway.call(() -> new LinuxAccessKernel(seg6))) {
            gateway.ip("rule add pref 3000 fwmark 0x10/0xff lookup 77");
            gateway.nft("table inet marks { chain c { meta mark set meta mark | 0x4000; }; }");
            gateway.run(access::verify);
            gateway.ip("rule add pref 3001 fwmark 0x40000/0x40000 lookup 77");
            assertRefused(() -> gateway.run(access::verify), "pref 3001", "mask 0x40000");
            gateway.ip("rule delete pref 3001");
            gateway.run(access::verify);
            gateway.nft("table ip6 mangling { chain pre { meta mark set meta mark | 0x40000; }; }");
            assertRefused(() -> gateway.run(access::verify), "chain ip6 mangling pre", "bits 0x40000");
            AccessState state = new AccessState(FIRST, LMA, Set.of(), Set.of());
            gateway.ip("addr add " + FIRST + "/64 dev b0 nodad");
            assertThat(gateway.call(() -> access.apply(state)).refusals())
                    .as("one that comes later costs nobody anything")
                    .singleElement()
                    .asString()
                    .contains("chain ip6 mangling pre");
        }
    }

    /** Only the gateway whose tunnel would have that name goes without. */
    @Test
    void aStrangersDeviceWithATunnelsNameIsNamedAndLeftAlone() {
        gateway.ip("addr add " + LMA + "/64 dev b0 nodad", "link add fa1 type bridge");
        HomeNetworkPrefix other = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
        AnchorState state = new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST, other, SECOND),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of());
        for (int time = 0; time < 2; time++) {
            AnchorNotTaken notTaken = gateway.call(() -> kernel.apply(state));
            assertThat(notTaken.gateways()).containsExactly(FIRST);
            assertThat(notTaken.refusals()).singleElement().asString().contains("fa1", "bridge");
            assertThat(gateway.exec("ip", "-d", "link", "show", "fa1"))
                    .contains("bridge")
                    .doesNotContain(",UP");
            assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100"))
                    .contains("dev fa2")
                    .doesNotContain("dev fa1");
        }
        // Of the others, prefix by prefix and flow by flow.
        PrefixSteering moved = new PrefixSteering(SECOND, null, Map.of());
        FlowChanges none = new FlowChanges(Map.of(), Map::of);
        assertThat(gateway.<Optional<AnchorNotTaken>>call(() -> kernel.applyPrefixes(Map.of(PREFIX, moved), none)))
                .hasValue(AnchorNotTaken.NOTHING);
        gateway.ip("rule add pref 3000 fwmark 0x10 lookup 77");
        assertThat(gateway.call(() -> kernel.apply(state)).refusals())
                .as("told, and all others are served")
                .hasSize(2)
                .anySatisfy(refusal -> assertThat(refusal).contains("pref 3000"));
        gateway.ip("rule delete pref 3000");
        gateway.ip("link delete fa1");
        assertThat(gateway.<Boolean>call(kernel::drifted)).as("noticed at once").isTrue();
        assertThat(gateway.call(() -> kernel.apply(state))).isEqualTo(AnchorNotTaken.NOTHING);
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100")).contains("dev fa1", "dev fa2");
    }

    @Test
    void tablesThatOnlyReadMarksOrWriteOtherBitsOrOtherFamiliesAreNobodysBusiness() {
        gateway.nft("""
            table inet others {
              chain c {
                meta mark 7 accept
                meta mark & 0x4000 == 0x4000 accept
                meta mark set meta mark & 0x7fffffff
                meta mark set meta mark | 0x2000000
                meta mark set (meta mark & 0xf0ffffff) ^ 0x3000000
                ct mark set meta mark
                meta priority set 7
              }
            }
            table ip others {
              chain c { meta mark set 7; }
            }
            """);
        verify();
    }
}
