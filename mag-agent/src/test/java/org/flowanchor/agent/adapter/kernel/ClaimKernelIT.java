package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.lab.Namespace;
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
        GatewayClaim claim = gateway.call(() -> GatewayClaim.take(KernelNumbering.DEFAULT));
        assertRefused(
                () -> gateway.call(() -> GatewayClaim.take(KernelNumbering.DEFAULT)),
                "another agent (process " + ProcessHandle.current().pid() + ")");
        // Nobody ever answers them: how many the kernel lets wait must not matter.
        for (int start = 0; start < 5; start++) {
            assertRefused(
                    () -> gateway.call(() -> GatewayClaim.take(KernelNumbering.DEFAULT)), "another agent (process ");
        }
        try (Namespace other = new Namespace("other")) {
            other.call(() -> GatewayClaim.take(KernelNumbering.DEFAULT)).close();
        }
        claim.close();
        gateway.call(() -> GatewayClaim.take(KernelNumbering.DEFAULT)).close();
    }

    @Test
    void aRuleThatLooksAtOurBitsIsNamed() {
        verify();
        gateway.ip("rule add pref 3000 fwmark 0x10 lookup 77");
        assertRefused(this::verify, "pref 3000", "fwmark 0x10/0xffffffff");
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
        assertRefused(this::verify, "chain inet marks c");
        gateway.nft("flush ruleset\ntable inet marks { chain c { meta mark set ct mark; }; }");
        assertRefused(this::verify, "chain inet marks c");
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
