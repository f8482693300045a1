package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.flowanchor.agent.application.GatewayProber;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The anchor asks its gateways over the backhaul. */
class GatewayProberKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ProxyCareOfAddress NOBODY = ProxyCareOfAddress.parse("2001:db8:b::99");

    private final AtomicReference<Set<ProxyCareOfAddress>> silent = new AtomicReference<>(Set.of());
    private Domain domain;
    private GatewayProber prober;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        prober = new GatewayProber(
                domain.anchor.call(() -> new LinuxEchoSocket(Ipv6Address.parse(Domain.LMA_ADDRESS))),
                new GatewayProber.Pace(Duration.ofMillis(20), Duration.ofSeconds(60), 3),
                () -> Set.of(FIRST, SECOND, NOBODY),
                Set::of,
                silent::set,
                System::nanoTime);
        prober.start();
    }

    @AfterEach
    void tearDown() {
        if (domain != null) {
            prober.close();
            domain.close();
        }
    }

    private int asked(Namespace gateway) {
        String table = gateway.exec("nft", "list", "counter", "ip6", "asked", "asked");
        return Integer.parseInt(table.replaceAll("(?s).*packets (\\d+) .*", "$1"));
    }

    @Test
    void aGatewayWhoseBackhaulFailsIsSilentUntilItAnswersAgainAndWhoNeverAnsweredIsNot() {
        domain.second.nft("""
                table ip6 asked {
                  counter asked { }
                  chain in {
                    type filter hook input priority 0;
                    ip6 saddr %s icmpv6 type echo-request counter name asked
                  }
                }
                """.formatted(Domain.LMA_ADDRESS));
        Await.until("the second gateway was asked", SOON, () -> asked(domain.second) > 3);
        domain.backhaul.ip("link set mag2 down");
        Await.until("silent", SOON, () -> silent.get().equals(Set.of(SECOND)));
        domain.backhaul.ip("link set mag2 up");
        Await.until("back", SOON, () -> silent.get().isEmpty());
        domain.backhaul.ip("link set mag1 down");
        Await.until("the other one", SOON, () -> silent.get().equals(Set.of(FIRST)));
    }

    @Test
    void whenTheAnchorsOwnBackhaulFailsNobodyIsCalledSilent() {
        Await.until("both answered", SOON, () -> {
            domain.backhaul.ip("link set mag2 down");
            boolean known = silent.get().equals(Set.of(SECOND));
            return known;
        });
        domain.backhaul.ip("link set mag2 up");
        Await.until("both answer", SOON, () -> silent.get().isEmpty());
        domain.anchor.ip("link set b0 down");
        int[] looks = {0};
        Await.until("many rounds", SOON, () -> {
            assertThat(silent.get()).isEmpty();
            return ++looks[0] > 100;
        });
    }

    /** It knows what the question had in it; the rest of the answer is its own. */
    @Test
    void anAnswerFromAnAddressThatNoGatewayCanHaveEndsNothing() {
        domain.second.nft("""
                table ip6 answers {
                  counter asked { }
                  chain out {
                    type filter hook output priority 0
                    icmpv6 type echo-reply ip6 saddr set fe80::66 counter name asked
                  }
                }
                """);
        Await.until(
                "answered so",
                SOON,
                () -> !domain.second
                        .exec("nft", "list", "counter", "ip6", "answers", "asked")
                        .contains("packets 0 "));
        domain.second.nft("delete table ip6 answers");
        Await.until("the second is known to answer, and then it does not", SOON, () -> {
            domain.backhaul.ip("link set mag2 down");
            boolean known = silent.get().equals(Set.of(SECOND));
            domain.backhaul.ip("link set mag2 " + (known ? "down" : "up"));
            return known;
        });
    }

    @Test
    void anAddressThatIsNotTheAnchorsCannotBeAskedFrom() throws Exception {
        try (LinuxEchoSocket wrong = domain.anchor.call(() -> new LinuxEchoSocket(Ipv6Address.parse("2001:db8::9")))) {
            assertThatThrownBy(() -> wrong.ask(FIRST, 1))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining(FIRST.toString());
        }
    }
}
