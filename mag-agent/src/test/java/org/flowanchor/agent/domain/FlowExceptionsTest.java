package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class FlowExceptionsTest {
    private final FlowExceptions exceptions = new FlowExceptions(5_000);
    private final AtomicInteger asked = new AtomicInteger();

    /** As the loop does, with a world in which everything is carried; counts what it costs. */
    private void settleAll() {
        doubtful().forEach((flow, exception) -> exceptions.settled(flow, exception.orElse(null)));
        exceptions.settled();
    }

    private Map<FiveTuple, Optional<FlowException>> doubtful() {
        return exceptions.doubtful(exception -> {
            asked.incrementAndGet();
            return true;
        });
    }

    @Test
    void whatTheKernelHasNoRoomForWaitsAndComesInItsOrderWhenOthersGo() {
        FlowExceptions few = new FlowExceptions(3);
        for (int port : new int[] {5, 4, 3, 2, 1}) {
            few.put(exception(1, port, WLAN_MAG));
        }
        settle(few);
        assertThat(few.installed()).containsOnlyKeys(flow(1, 1), flow(1, 2), flow(1, 3));
        assertThat(few.allInstallable(any -> true)).containsOnlyKeys(flow(1, 1), flow(1, 2), flow(1, 3));
        assertThat(few.waitingCount()).isEqualTo(2);
        assertThat(few.heldCount()).as("held is another thing").isZero();

        few.put(exception(1, 0, WLAN_MAG));
        few.put(exception(1, 2, LTE_MAG));
        settle(few);
        assertThat(few.installed()).as("who is there stays").containsOnlyKeys(flow(1, 1), flow(1, 2), flow(1, 3));
        assertThat(few.installed(flow(1, 2))).isEqualTo(exception(1, 2, LTE_MAG));

        few.remove(flow(1, 3));
        few.remove(flow(1, 4));
        assertThat(few.doubtful(any -> true)).containsKey(flow(1, 0));
        // The kernel was not told after all: what got the room is looked at again.
        settle(few);
        assertThat(few.installed()).containsOnlyKeys(flow(1, 0), flow(1, 1), flow(1, 2));
        assertThat(few.waitingCount()).isEqualTo(1);

        few.doubtAll();
        settle(few);
        assertThat(few.installed()).containsOnlyKeys(flow(1, 0), flow(1, 1), flow(1, 2));
        few.clear();
        settle(few);
        assertThat(few.installed()).isEmpty();
        assertThat(few.waitingCount()).isZero();
    }

    private static void settle(FlowExceptions exceptions) {
        exceptions.doubtful(any -> true).forEach((flow, next) -> exceptions.settled(flow, next.orElse(null)));
        exceptions.settled();
    }

    @Test
    void onlyWhatChangedIsAskedForAgain() {
        for (int node = 1; node <= 100; node++) {
            for (int port = 1; port <= 50; port++) {
                exceptions.put(exception(node, port, WLAN_MAG));
            }
        }
        settleAll();
        assertThat(asked.getAndSet(0)).isEqualTo(5_000);
        exceptions.bindingsChanged(prefix(9));
        settleAll();
        assertThat(asked.getAndSet(0)).as("those of one prefix").isEqualTo(50);
        exceptions.put(exception(9, 3, LTE_MAG));
        settleAll();
        assertThat(asked.getAndSet(0)).as("the one that moved").isEqualTo(1);
        exceptions.bindingsChanged(HomeNetworkPrefix.parse("2001:db8:300::/64"));
        assertThat(exceptions.isSettled()).as("a prefix without flows").isTrue();
        assertThat(exceptions.installed()).hasSize(5_000);
        exceptions.doubtAll();
        assertThat(doubtful()).hasSize(5_000);
    }

    @Test
    void aHeldExceptionIsCountedAndOneThatIsNoLongerWantedIsForgotten() {
        exceptions.put(exception(1, 1, WLAN_MAG));
        exceptions.settled(flow(1, 1), null);
        exceptions.settled();
        assertThat(exceptions.heldCount()).isEqualTo(1);
        exceptions.remove(flow(1, 1));
        exceptions.settled(flow(1, 1), null);
        assertThat(exceptions.heldCount()).isZero();
        assertThat(exceptions.allInstallable(exception -> true)).isEmpty();
    }

    @Test
    void whatAnEarlierProcessLeftIsWantedUntilSteeringSaysOtherwise() {
        exceptions.found(Map.of(flow(1, 1), WLAN_MAG));
        assertThat(exceptions.isSettled()).isTrue();
        assertThat(exceptions.installed()).containsOnlyKeys(flow(1, 1));
        exceptions.clear();
        assertThat(doubtful()).containsOnlyKeys(flow(1, 1));
    }

    /** Prefixes of every length against the plain search. */
    @Test
    void theFlowsOfAPrefixAreThoseItContains() {
        Random random = new Random(64);
        Set<FiveTuple> all = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            FiveTuple flow = new FiveTuple(
                    new Ipv6Address(random.nextLong(), random.nextLong()),
                    new Ipv6Address(
                            0x20010db8_00000000L | random.nextInt(16) << 28 | random.nextInt(4), random.nextInt(8) - 4),
                    random.nextInt(256),
                    random.nextInt(65_536),
                    random.nextInt(65_536));
            all.add(flow);
            exceptions.put(new FlowException("", flow, WLAN_MAG));
        }
        for (int i = 0; i < 300; i++) {
            settleAll();
            FiveTuple any =
                    all.stream().skip(random.nextInt(all.size())).findFirst().orElseThrow();
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(any.destinationAddress(), 1 + random.nextInt(128));
            exceptions.bindingsChanged(prefix);
            assertThat(doubtful().keySet())
                    .as(prefix.toString())
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .filter(flow -> prefix.contains(flow.destinationAddress()))
                            .toList());
        }
    }
}
