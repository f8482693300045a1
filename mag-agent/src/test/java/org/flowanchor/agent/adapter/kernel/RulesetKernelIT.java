package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.Transaction;
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
            theirs.nft(text("/steering.nft"));
            theirs.nft(text(file));
            theirs.nft(text("/tracking.nft"));
            ours.run(() -> {
                try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
                    Transaction transaction = new Transaction(KernelNumbering.DEFAULT.table());
                    new SteeringRuleset(new KernelConfiguration("b0"), kind, CONNECTIONS).create(transaction);
                    transaction.commit(socket);
                }
            });
            for (String chain :
                    List.of("raw", kind == TunnelKind.SEG6 ? "congestion" : "output", "gate", "learn", "steer")) {
                assertThat(expressions(ours, chain))
                        .as(chain)
                        .isEqualTo(expressions(theirs, chain))
                        .hasSizeGreaterThan(4);
            }
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
