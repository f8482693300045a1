package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As many gateways as an anchor may have, asked in a row: one machine answers for all of them. */
class EchoSocketKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Ipv6Address LOCAL = Ipv6Address.parse("2001:db8:b::1");
    private static final int GATEWAYS = 4_096;

    private final Set<ProxyCareOfAddress> answered = new HashSet<>();
    private Namespace anchor;
    private Namespace gateways;
    private LinuxEchoSocket socket;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        anchor = new Namespace("lma");
        gateways = new Namespace("mags");
        anchor.connect("b0", gateways, "b0");
        anchor.ip(
                "addr add " + LOCAL + "/64 dev b0 nodad",
                "addr add fe80::1/64 dev b0 nodad",
                "route add 2001:db8:77::/48 via 2001:db8:b::2");
        gateways.ip(
                "addr add 2001:db8:b::2/64 dev b0 nodad",
                "addr add fe80::2/64 dev b0 nodad",
                "route add local 2001:db8:77::/48 dev lo");
        anchor.nft("""
                table ip6 counted {
                  counter answers { }
                  chain in {
                    type filter hook input priority 0;
                    icmpv6 type echo-reply counter name answers
                  }
                }
                """);
        socket = newSocket();
        // From now on the way is known.
        Await.until("the first answers", SOON, () -> {
            socket.ask(gateway(0), 1);
            socket.answers(answered::add);
            return answered.contains(gateway(0));
        });
    }

    @AfterEach
    void tearDown() {
        if (anchor != null) {
            socket.close();
            anchor.close();
            gateways.close();
        }
    }

    private LinuxEchoSocket newSocket() {
        return anchor.call(() -> new LinuxEchoSocket(LOCAL));
    }

    private static ProxyCareOfAddress gateway(int number) {
        return ProxyCareOfAddress.parse("2001:db8:77::" + Integer.toHexString(number + 1));
    }

    private int told() {
        return Integer.parseInt(anchor.exec("nft", "list", "counter", "ip6", "counted", "answers")
                .replaceAll("(?s).*packets (\\d+) .*", "$1"));
    }

    /** Some 4 MiB of the kernel's memory: twenty times what a socket holds by itself. */
    @Test
    void theQuestionsToAllOfThemWaitTogetherWhileTheBackhaulIsBusy() throws Exception {
        anchor.exec(
                "tc", "qdisc", "add", "dev", "b0", "root", "tbf", "rate", "8kbit", "burst", "1600", "limit", "64mb");
        for (int number = 0; number < GATEWAYS; number++) {
            assertThat(socket.ask(gateway(number), 2)).as("question " + number).isTrue();
        }
    }

    /** They are read once a round: what came since has to wait. */
    @Test
    void theAnswersOfAllOfThemWaitTogetherUntilTheyAreRead() throws Exception {
        int before = told();
        for (int number = 0; number < GATEWAYS; number++) {
            assertThat(socket.ask(gateway(number), 2)).isTrue();
        }
        Await.until("all have answered", SOON, () -> told() >= before + GATEWAYS);
        Await.until("all answers are read", SOON, () -> {
            socket.answers(answered::add);
            return answered.size() == GATEWAYS;
        });
    }

    @Test
    void answersToOthersOnThisMachineAreTheirs() throws Exception {
        try (LinuxEchoSocket other = newSocket()) {
            answered.clear();
            int before = told();
            other.ask(gateway(1), 3);
            Await.until("the other one is answered", SOON, () -> {
                other.answers(answered::add);
                return answered.contains(gateway(1));
            });
            assertThat(told()).isEqualTo(before + 1);
            answered.clear();
            socket.answers(answered::add);
            assertThat(answered).isEmpty();
        }
    }
}
