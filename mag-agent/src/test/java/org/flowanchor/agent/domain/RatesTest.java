package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.flowanchor.agent.domain.FlowRates.FlowRate;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static TrackedFlow tracked(int port, long packets, long bytes) {
        return new TrackedFlow(flow(1, port), packets, bytes, null);
    }

    private static FlowRates rates(int limit, Predicate<FiveTuple> excepted) {
        return new FlowRates(limit, 50, excepted);
    }

    /** Empty: nothing was reported, not even that there is nothing. */
    private static Optional<List<FlowRate>> reading(FlowRates rates, List<TrackedFlow> dump) {
        rates.restart();
        dump.forEach(flow -> Samples.add(rates, flow));
        assertThat(rates.size()).isEqualTo(dump.size());
        List<List<FlowRate>> parts = new ArrayList<>();
        rates.next(part -> {
            assertThat(part).hasSizeLessThanOrEqualTo(50);
            return parts.add(part);
        });
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(parts.stream().flatMap(List::stream).toList());
    }

    @Test
    void firstDumpOnlySetsTheBase() {
        FlowRates rates = rates(10, flow -> false);
        assertThat(reading(rates, List.of(tracked(1, 1_000_000, 1_000_000_000))))
                .isEmpty();
        assertThat(reading(rates, List.of(tracked(1, 1_000_010, 1_000_005_000))).orElseThrow())
                .containsExactly(new FlowRate(tracked(1, 1_000_010, 1_000_005_000), 10, 5_000));
    }

    @Test
    void onlyTheHighestRatesAreReportedHighestFirst() {
        FlowRates rates = rates(3, flow -> false);
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
        FlowRates rates = rates(3, flow -> true);
        reading(rates, List.of(tracked(1, 100, 100_000), tracked(2, 50, 5_000)));
        assertThat(reading(rates, List.of(tracked(1, 100, 100_000), tracked(2, 3, 300)))
                        .orElseThrow())
                .singleElement()
                .satisfies(rate -> assertThat(rate.bytes()).isEqualTo(300));
    }

    @Test
    void aReadingThatBeginsAnewCountsNothingTwice() {
        FlowRates rates = rates(3, flow -> false);
        reading(rates, List.of(tracked(1, 10, 1_000)));
        rates.restart();
        Samples.add(rates, tracked(1, 15, 1_500));
        Samples.add(rates, tracked(2, 7, 700));
        assertThat(reading(rates, List.of(tracked(1, 20, 2_000))).orElseThrow())
                .containsExactly(new FlowRate(tracked(1, 20, 2_000), 10, 1_000));
    }

    @Test
    void aSlowFlowWithAnExceptionIsReportedBesideTheHighestRates() {
        FlowRates rates = rates(2, flow -> flow.destinationPort() == 9);
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
        FlowRates rates = rates(100, flow -> true);
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
                    int slot = put(totals, flow, packets, packets * 100, flow.destinationPort());
                    assertThat(totals.flow(slot)).isEqualTo(flow);
                    assertThat(totals.className(slot)).isEqualTo(flow.destinationPort());
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

    private static int put(FlowTotals totals, FiveTuple flow, long packets, long bytes, int className) {
        return totals.put(
                flow.sourceAddress().high(),
                flow.sourceAddress().low(),
                flow.destinationAddress().high(),
                flow.destinationAddress().low(),
                FlowKey.transport(flow.protocol(), flow.sourcePort(), flow.destinationPort()),
                packets,
                bytes,
                className);
    }

    @Test
    void whatAReportWasNotTakenOfIsReportedNextTime() {
        FlowRates rates = rates(1_000, flow -> flow.destinationPort() < 1_000);
        List<TrackedFlow> before = new ArrayList<>();
        List<TrackedFlow> after = new ArrayList<>();
        List<TrackedFlow> last = new ArrayList<>();
        for (int port = 1; port < 1_000; port++) {
            before.add(tracked(port, 1, 100));
            after.add(tracked(port, 2, 200));
            last.add(tracked(port, 3, 300));
        }
        reading(rates, before);
        rates.restart();
        after.forEach(flow -> Samples.add(rates, flow));
        List<FlowRate> taken = new ArrayList<>();
        int[] asked = new int[1];
        rates.next(part -> {
            asked[0]++;
            return asked[0] < 3 && taken.addAll(part);
        });
        assertThat(asked[0]).as("parts, the refused one included").isEqualTo(3);
        assertThat(taken).hasSize(100);
        assertThat(reading(rates, last).orElseThrow()).hasSize(999);
    }

    @Test
    void whatIsNotTakenOfVeryManyExceptionsComesBeforeThoseThatWereReported() {
        FlowRates rates = rates(10, flow -> true);
        List<List<TrackedFlow>> dumps = new ArrayList<>();
        for (int reading = 0; reading < 12; reading++) {
            List<TrackedFlow> dump = new ArrayList<>();
            for (int port = 1; port <= 500; port++) {
                dump.add(tracked(port, reading + 1, 100L * reading));
            }
            dumps.add(dump);
        }
        Set<Integer> seen = new java.util.HashSet<>();
        for (int reading = 0; reading < 12; reading++) {
            rates.restart();
            dumps.get(reading).forEach(flow -> Samples.add(rates, flow));
            int[] parts = new int[1];
            rates.next(part -> {
                if (++parts[0] > 1) {
                    return false;
                }
                part.forEach(rate -> seen.add(rate.flow().flow().destinationPort()));
                return true;
            });
        }
        assertThat(seen).as("of 500, one part of 50 is taken each time").hasSizeGreaterThan(350);
    }

    @Test
    void tiesAreInTheOrderOfTheFlows() {
        Random random = new Random(6088);
        FlowTotals totals = new FlowTotals();
        totals.restart();
        Comparator<FiveTuple> order = Comparator.comparing(FiveTuple::destinationAddress)
                .thenComparing(FiveTuple::sourceAddress)
                .thenComparingInt(FiveTuple::sourcePort)
                .thenComparingInt(FiveTuple::destinationPort)
                .thenComparingInt(FiveTuple::protocol);
        for (int i = 0; i < 2_000; i++) {
            FiveTuple one = any(random);
            FiveTuple other = any(random);
            int slot = put(totals, one, 1, 1, 0);
            assertThat(totals.precedes(slot, other))
                    .as(one + " before " + other)
                    .isEqualTo(order.compare(one, other) < 0);
        }
    }

    private static FiveTuple any(Random random) {
        return new FiveTuple(
                new Ipv6Address(random.nextInt(-1, 2), random.nextInt(-1, 2)),
                new Ipv6Address(random.nextInt(-1, 2), random.nextInt(-1, 2)),
                random.nextBoolean() ? 6 : 50,
                random.nextBoolean() ? 1 : 65_535,
                random.nextBoolean() ? 1 : 65_535);
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
