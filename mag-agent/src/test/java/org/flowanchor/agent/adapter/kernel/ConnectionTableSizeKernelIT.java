package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.TrackedConnections;
import org.flowanchor.agent.lab.UserModeLinux;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of a kernel of our own grows, in its first network namespace, and keeps what is in it. */
@OwnKernel
public class ConnectionTableSizeKernelIT {
    private static final String LIMIT = "net/netfilter/nf_conntrack_max";
    private static final String BUCKETS = "net/netfilter/nf_conntrack_buckets";

    @BeforeEach
    void require() {
        Namespace.requireRoot();
        Assumptions.assumeTrue(UserModeLinux.isInside(), "changes the connection table of the whole machine");
    }

    @Test
    void aTableThatIsTooSmallIsMadeLargerAndLosesNothing() throws Exception {
        try (TrackedConnections connections = new TrackedConnections()) {
            long before = connections.statistics().limit();
            int wanted = (int) before + 8_192;
            connections.fillTo(before);
            assertThatThrownBy(() -> connections.fillTo(before + 1)).isInstanceOf(SystemCallException.class);
            try (ConnectionTable table = new ConnectionTable(wanted)) {
                table.size();
                assertThat(table.sizeRefusal()).isEmpty();
                assertThat(table.limit()).isEqualTo(wanted);
            }
            assertThat(KernelSettings.number(LIMIT, 0)).isEqualTo(wanted);
            assertThat(KernelSettings.number(BUCKETS, 0)).isGreaterThanOrEqualTo(wanted);
            assertThat(connections.statistics().entries()).isEqualTo(before);
            connections.fillTo(wanted);
            assertThat(connections.statistics().entries()).isEqualTo(wanted);
            try (ConnectionTable smaller = new ConnectionTable(wanted - 1)) {
                smaller.size();
                assertThat(smaller.sizeRefusal()).isEmpty();
                assertThat(smaller.limit()).as("never made smaller").isEqualTo(wanted);
            }
        }
    }

    @Test
    void inAnotherNamespaceItSaysThatItCannot() throws Exception {
        try (Namespace other = new Namespace("other")) {
            other.run(() -> {
                try (ConnectionTable table = new ConnectionTable(10_000_000)) {
                    long before = table.limit();
                    table.size();
                    assertThat(table.sizeRefusal())
                            .hasValueSatisfying(refusal -> assertThat(refusal)
                                    .contains("nf_conntrack_max")
                                    .endsWith("; " + before + " connections can be tracked"));
                    assertThat(table.limit()).isEqualTo(before);
                }
            });
        }
    }
}
