package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.flowanchor.agent.domain.PacketBudget.Verdict;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class PacketBudgetTest {
    private static final Ipv6Address FLOODER = Ipv6Address.parse("2001:db8:b::10");
    private static final Ipv6Address QUIET = Ipv6Address.parse("2001:db8:b::20");
    private static final Ipv6Address STRANGER = Ipv6Address.parse("2001:db8:bad::1");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PacketBudget budget = new PacketBudget();

    PacketBudgetTest() {
        budget.peers(Set.of(FLOODER, QUIET), 100, 200, 0);
    }

    private int admitted(Ipv6Address peer, int packets, long nanoTime) {
        int admitted = 0;
        for (int i = 0; i < packets; i++) {
            if (budget.judge(peer, nanoTime) == Verdict.ADMITTED) {
                admitted++;
            }
        }
        return admitted;
    }

    @Test
    void aPeerMaySendItsBurstAndThenItsRate() {
        assertThat(admitted(FLOODER, 1000, 0)).isEqualTo(200);
        assertThat(admitted(FLOODER, 1000, SECOND)).isEqualTo(100);
        assertThat(admitted(FLOODER, 1000, SECOND + SECOND / 2)).isEqualTo(50);
        assertThat(admitted(FLOODER, 1000, 100 * SECOND)).isEqualTo(200);
    }

    @Test
    void aFloodOfOneTakesNothingFromAnother() {
        for (int i = 0; i < 100_000; i++) {
            budget.judge(FLOODER, i);
        }
        assertThat(admitted(QUIET, 200, 100_000)).isEqualTo(200);
    }

    @Test
    void whoIsNotListedHasNoBudget() {
        assertThat(budget.judge(STRANGER, 0)).isEqualTo(Verdict.UNLISTED);
    }

    @Test
    void aNewListKeepsWhatAPeerHasSpentAndForgetsWhoIsGone() {
        admitted(FLOODER, 200, 0);
        budget.peers(Set.of(FLOODER), 100, 200, 0);
        assertThat(admitted(FLOODER, 10, 0)).isZero();
        assertThat(budget.judge(QUIET, 0)).isEqualTo(Verdict.UNLISTED);
    }
}
