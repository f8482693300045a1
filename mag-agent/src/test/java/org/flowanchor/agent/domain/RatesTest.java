package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.flowanchor.agent.domain.FlowRates.FlowRate;
import org.flowanchor.mobility.FiveTuple;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static TrackedFlow tracked(int port, long packets, long bytes) {
        return new TrackedFlow(flow(1, port), packets, bytes, null);
    }

    private static Optional<List<FlowRate>> reading(FlowRates rates, List<TrackedFlow> dump) {
        rates.restart();
        dump.forEach(flow -> rates.add(flow.flow(), flow.downlinkPackets(), flow.downlinkBytes(), flow.className()));
        assertThat(rates.size()).isEqualTo(dump.size());
        return rates.next();
    }

    @Test
    void firstDumpOnlySetsTheBase() {
        FlowRates rates = new FlowRates(10, flow -> false);
        assertThat(reading(rates, List.of(tracked(1, 1_000_000, 1_000_000_000))))
                .isEmpty();
        assertThat(reading(rates, List.of(tracked(1, 1_000_010, 1_000_005_000))).orElseThrow())
                .containsExactly(new FlowRate(tracked(1, 1_000_010, 1_000_005_000), 10, 5_000));
    }

    @Test
    void onlyTheHighestRatesAreReportedHighestFirst() {
        FlowRates rates = new FlowRates(3, flow -> false);
        reading(rates, List.of());
        List<TrackedFlow> dump = new ArrayList<>();
        for (int port = 1; port <= 50; port++) {
            dump.add(tracked(port, 1, 100L * ((port * 17) % 50 + 1)));
        }
        assertThat(reading(rates, dump).orElseThrow())
                .extracting(FlowRate::bytes)
                .containsExactly(5_000L, 4_900L, 4_800L);
    }

    @Test
    void flowThatCarriedNothingIsNotReportedAndANewEntryForTheSameTupleStartsAtZero() {
        FlowRates rates = new FlowRates(3, flow -> true);
        reading(rates, List.of(tracked(1, 100, 100_000), tracked(2, 50, 5_000)));
        assertThat(reading(rates, List.of(tracked(1, 100, 100_000), tracked(2, 3, 300)))
                        .orElseThrow())
                .singleElement()
                .satisfies(rate -> assertThat(rate.bytes()).isEqualTo(300));
    }

    @Test
    void aReadingThatBeginsAnewCountsNothingTwice() {
        FlowRates rates = new FlowRates(3, flow -> false);
        reading(rates, List.of(tracked(1, 10, 1_000)));
        rates.restart();
        rates.add(flow(1, 1), 15, 1_500, null);
        rates.add(flow(1, 2), 7, 700, null);
        assertThat(reading(rates, List.of(tracked(1, 20, 2_000))).orElseThrow())
                .containsExactly(new FlowRate(tracked(1, 20, 2_000), 10, 1_000));
    }

    @Test
    void aSlowFlowWithAnExceptionIsReportedBesideTheHighestRates() {
        FlowRates rates = new FlowRates(2, flow -> flow.destinationPort() == 9);
        List<TrackedFlow> before = new ArrayList<>(List.of(tracked(9, 1, 60)));
        List<TrackedFlow> after = new ArrayList<>(List.of(tracked(9, 2, 120)));
        for (int port = 10; port < 30; port++) {
            before.add(tracked(port, 1, 1_000));
            after.add(tracked(port, 101, 1_000L * port));
        }
        reading(rates, before);
        assertThat(reading(rates, after).orElseThrow())
                .extracting(rate -> rate.flow().flow().destinationPort())
                .containsExactly(29, 28, 9);
    }

    @Test
    void amongManyFlowsWithExceptionsEachActiveOneIsReportedWithinAFewReadingsAndReportsStayBounded() {
        int flows = 5_000;
        FlowRates rates = new FlowRates(100, flow -> true);
        Map<Integer, Integer> lastSeen = new HashMap<>();
        int longestWait = 0;
        for (int reading = 0; reading < 40; reading++) {
            List<TrackedFlow> dump = new ArrayList<>();
            for (int port = 1; port <= flows; port++) {
                dump.add(tracked(port, reading * 2L + 1, reading * 200L));
            }
            List<FlowRate> reported = reading(rates, dump).orElse(List.of());
            assertThat(reported.size()).isLessThanOrEqualTo(100 + 2 * flows / FlowRates.MOST_TURNS);
            for (FlowRate rate : reported) {
                lastSeen.put(rate.flow().flow().destinationPort(), reading);
            }
            if (reading >= 12) {
                for (int port = 1; port <= flows; port++) {
                    longestWait = Math.max(longestWait, reading - lastSeen.getOrDefault(port, -1_000));
                }
            }
        }
        assertThat(longestWait).isLessThanOrEqualTo(2 * FlowRates.MOST_TURNS);
    }

    @Test
    void totalsOfManyFlowsComeAndGoWithoutLosingOneAndTheTableShrinksAgain() {
        FlowTotals totals = new FlowTotals();
        Random random = new Random(5213);
        Map<FiveTuple, Long> model = new HashMap<>();
        for (int reading = 1; reading <= 30; reading++) {
            Map<FiveTuple, Long> present = new HashMap<>();
            totals.restart();
            for (int i = random.nextInt(3_000); i >= 0; i--) {
                FiveTuple flow = flow(1 + random.nextInt(50), 1 + random.nextInt(100));
                long packets = model.getOrDefault(flow, 0L) + random.nextInt(5);
                if (present.putIfAbsent(flow, packets) == null) {
                    int slot = totals.put(flow, packets, packets * 100);
                    assertThat(totals.packets(slot)).isEqualTo(packets - model.getOrDefault(flow, 0L));
                    assertThat(totals.bytes(slot)).isEqualTo(100 * totals.packets(slot));
                }
            }
            totals.turn();
            assertThat(totals.size()).isEqualTo(present.size());
            model = present;
        }
        for (int reading = 0; reading < 20; reading++) {
            totals.restart();
            totals.turn();
        }
        assertThat(totals.footprint()).isLessThan(16_384);
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
