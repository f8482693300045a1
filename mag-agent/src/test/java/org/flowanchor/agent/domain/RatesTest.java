package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.flow;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static TrackedFlow tracked(int port, long packets, long bytes) {
        return new TrackedFlow(flow(1, port), packets, bytes, null);
    }

    @Test
    void firstDumpOnlySetsTheBase() {
        FlowRates rates = new FlowRates(10);
        assertThat(rates.next(List.of(tracked(1, 1_000_000, 1_000_000_000)))).isEmpty();
        assertThat(rates.next(List.of(tracked(1, 1_000_010, 1_000_005_000))).orElseThrow())
                .singleElement()
                .satisfies(rate -> {
                    assertThat(rate.packets()).isEqualTo(10);
                    assertThat(rate.bytes()).isEqualTo(5_000);
                });
    }

    @Test
    void onlyTheHighestRatesAreReportedHighestFirst() {
        FlowRates rates = new FlowRates(3);
        rates.next(List.of());
        List<TrackedFlow> dump = new ArrayList<>();
        for (int port = 1; port <= 50; port++) {
            dump.add(tracked(port, 1, 100L * ((port * 17) % 50 + 1)));
        }
        assertThat(rates.next(dump).orElseThrow())
                .extracting(FlowRates.FlowRate::bytes)
                .containsExactly(5_000L, 4_900L, 4_800L);
    }

    @Test
    void flowThatCarriedNothingIsNotReportedAndANewEntryForTheSameTupleStartsAtZero() {
        FlowRates rates = new FlowRates(3);
        rates.next(List.of(tracked(1, 100, 100_000), tracked(2, 50, 5_000)));
        assertThat(rates.next(List.of(tracked(1, 100, 100_000), tracked(2, 3, 300)))
                        .orElseThrow())
                .singleElement()
                .satisfies(rate -> assertThat(rate.bytes()).isEqualTo(300));
    }

    @Test
    void linkRateIsTheDifferenceAndAResetCounterStartsAtZero() {
        LinkRates rates = new LinkRates();
        assertThat(rates.next(new LinkCounters("a0", true, 100, 1000, 5, 0))).isEmpty();
        assertThat(rates.next(new LinkCounters("a0", true, 110, 1500, 7, 3000)))
                .contains(new LinkRates.LinkRate("a0", true, 10, 500, 2, 3000));
        assertThat(rates.next(new LinkCounters("a0", false, 4, 400, 0, 0)))
                .contains(new LinkRates.LinkRate("a0", false, 4, 400, 0, 0));
    }
}
