package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GatewaysInUseTest {
    private static final List<ProxyCareOfAddress> GATEWAYS = IntStream.range(1, 5)
            .mapToObj(number -> ProxyCareOfAddress.parse("2001:db8:b::" + number))
            .toList();

    /** Against one that looks at all gateways each time. */
    @TestFactory
    Stream<DynamicTest> l30_aTunnelStaysForAMinuteAfterItsLastBinding() {
        return IntStream.range(0, 100)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed))));
    }

    private static void check(Random random) {
        GatewaysInUse inUse = new GatewaysInUse();
        Set<ProxyCareOfAddress> bound = new HashSet<>();
        Map<ProxyCareOfAddress, Long> leftAt = new HashMap<>();
        Set<ProxyCareOfAddress> expected = new HashSet<>();
        long now = random.nextLong();
        for (int step = 0; step < 200; step++) {
            now += random.nextLong(GatewaysInUse.KEPT_FOR.toNanos() / 4);
            if (random.nextInt(3) == 0) {
                Set<ProxyCareOfAddress> gone = new HashSet<>();
                for (ProxyCareOfAddress gateway : expected) {
                    Long since = leftAt.get(gateway);
                    if (since != null && now - since >= GatewaysInUse.KEPT_FOR.toNanos()) {
                        gone.add(gateway);
                    }
                }
                expected.removeAll(gone);
                leftAt.keySet().removeAll(gone);
                assertThat(inUse.forget(now)).isEqualTo(!gone.isEmpty());
            } else {
                ProxyCareOfAddress gateway = GATEWAYS.get(random.nextInt(GATEWAYS.size()));
                boolean came = false;
                if (random.nextBoolean()) {
                    bound.add(gateway);
                    leftAt.remove(gateway);
                    came = expected.add(gateway);
                } else if (bound.remove(gateway)) {
                    leftAt.put(gateway, now);
                }
                assertThat(inUse.bindingsChanged(List.of(gateway), bound, now)).isEqualTo(came);
            }
            assertThat(inUse.gateways()).isEqualTo(expected);
        }
    }
}
