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
import org.junit.jupiter.api.Test;

/** The nft program is the judge of our rules. */
class RulesetKernelIT {
    @Test
    void ourRulesAreWhatTheNftProgramMakesOfTheTextFile() throws Exception {
        Namespace.requireRoot();
        try (Namespace theirs = new Namespace("nft");
                Namespace ours = new Namespace("own");
                InputStream text = Objects.requireNonNull(getClass().getResourceAsStream("/steering.nft"))) {
            theirs.nft(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            ours.run(() -> {
                try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
                    Transaction transaction = new Transaction(KernelNumbering.DEFAULT.table());
                    new SteeringRuleset(new KernelConfiguration("b0")).create(transaction);
                    transaction.commit(socket);
                }
            });
            assertThat(expressions(ours)).isEqualTo(expressions(theirs)).hasSizeGreaterThan(40);
        }
    }

    private static List<String> expressions(Namespace namespace) {
        return namespace
                .exec("nft", "--debug=netlink", "list", "table", "inet", "flowanchor")
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("["))
                // Turns one octet into network order: the program's own no-operation.
                .filter(line -> !line.contains("hton(reg 13, 2, 1)"))
                .toList();
    }
}
