package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The nft program is the judge of our rules. */
class RulesetKernelIT {
    private static final long CONNECTIONS = 100_000;

    @ParameterizedTest
    @CsvSource({"SEG6,/steering-seg6.nft", "IP6TNL,/steering-ip6tnl.nft"})
    void ourRulesAreWhatTheNftProgramMakesOfTheTextFile(TunnelKind kind, String file) throws Exception {
        Namespace.requireRoot();
        try (Namespace theirs = new Namespace("nft");
                Namespace ours = new Namespace("own")) {
            theirs.nft(text("/tracking.nft"));
            theirs.nft(text("/steering.nft"));
            theirs.nft(text(file));
            ours.run(() -> {
                try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
                    Transaction transaction = new Transaction(KernelNumbering.DEFAULT.table());
                    new SteeringRuleset(new KernelConfiguration("b0"), kind, CONNECTIONS, SteeringSizes.DEFAULT)
                            .create(transaction, Set.copyOf(Network.WIDTHS));
                    transaction.commit(socket);
                }
            });
            if (kind == TunnelKind.SEG6) {
                assertThat(expressions(ours, "encapsulation"))
                        .isEqualTo(expressions(theirs, "encapsulation"))
                        .hasSize(3);
            }
            for (String chain : List.of(
                    "raw",
                    kind == TunnelKind.SEG6 ? "raw" : "output",
                    "steer",
                    "wider",
                    "from60",
                    "from56",
                    "from52")) {
                assertThat(expressions(ours, chain))
                        .as(chain)
                        .isEqualTo(expressions(theirs, chain))
                        .hasSizeGreaterThan(4);
            }
        }
    }

    @Test
    void aMessageThatCannotBeReadIsAnErrorThatNamesTheRequest() {
        Namespace.requireRoot();
        try (Namespace namespace = new Namespace("odd")) {
            assertThatThrownBy(() -> namespace.run(() -> {
                        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
                            socket.dump(
                                    new MessageBuilder(64).begin(18, 0).zeros(16),
                                    "list links",
                                    () -> {},
                                    answer -> answer.payload().getInt(100_000));
                        }
                    }))
                    .rootCause()
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("EPROTO, list links")
                    .hasMessageContaining("message of type 16 cannot be read");
        }
    }

    private String text(String resource) throws Exception {
        try (InputStream text = Objects.requireNonNull(getClass().getResourceAsStream(resource))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> expressions(Namespace namespace, String chain) {
        return namespace
                .exec("nft", "--debug=netlink", "list", "chain", "inet", "flowanchor", chain)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("["))
                // Turns one octet into network order: the program's own no-operation.
                .filter(line -> !line.contains("hton(reg 13, 2, 1)"))
                .toList();
    }
}
