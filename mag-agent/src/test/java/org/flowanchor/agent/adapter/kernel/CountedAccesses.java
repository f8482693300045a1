package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.time.Duration;
import java.util.Set;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.TrackedConnections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A mobile node that counts what comes over each of its two accesses, and an anchor whose connection table can be filled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
abstract class CountedAccesses {
    static final Duration SOON = Duration.ofSeconds(30);

    Domain domain;
    LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;
    private LinuxAccessKernel second;
    private TrackedConnections connections;

    /** What is counted: numbers of next headers, as nft lists them. */
    abstract String nextHeaders();

    @BeforeAll
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = newAnchor();
        first = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        second = domain.second.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        connections = new TrackedConnections(domain.anchor);
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        domain.second.run(() -> second.apply(access(SECOND, Set.of(PREFIX))));
        domain.mobileNode.nft("""
                table inet counted {
                  counter wlan { }
                  counter lte { }
                  chain c {
                    type filter hook prerouting priority -500
                    iifname "wlan" ip6 nexthdr { %1$s } counter name wlan
                    iifname "lte" ip6 nexthdr { %1$s } counter name lte
                  }
                }
                """.formatted(nextHeaders()));
    }

    LinuxAnchorKernel newAnchor() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    @AfterAll
    void tearDown() {
        if (domain != null) {
            connections.close();
            first.close();
            second.close();
            anchor.close();
            domain.close();
        }
    }

    /** What is new from here on is tracked, or is not. */
    void track(boolean tracked) throws Exception {
        connections.clear();
        ConnectionTracking state = domain.anchor.call(anchor::tendTracking);
        assertThat(state.admission()).isEqualTo(TrackingAdmission.ALL);
        if (!tracked) {
            connections.fillTo(state.limit());
            assertThat(domain.anchor.call(anchor::tendTracking).admission()).isEqualTo(TrackingAdmission.KNOWN_ONLY);
        }
    }

    int counted(String access) {
        return Integer.parseInt(domain.mobileNode
                .exec("nft", "list", "counter", "inet", "counted", access)
                .replaceFirst("(?s).*packets (\\d+).*", "$1"));
    }
}
