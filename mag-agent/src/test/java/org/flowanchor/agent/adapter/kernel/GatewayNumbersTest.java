package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.agent.adapter.kernel.GatewayNumbers.Assignment;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

class GatewayNumbersTest {
    private static final long REST = 60;

    private final AtomicLong now = new AtomicLong(1_000);
    private final GatewayNumbers numbers = new GatewayNumbers(4, REST, now::get);
    private final Map<Integer, Ipv6Address> kernel = new HashMap<>();

    private static ProxyCareOfAddress gateway(int number) {
        return ProxyCareOfAddress.parse("2001:db8:b::1" + number);
    }

    private Assignment assign(ProxyCareOfAddress... gateways) {
        Assignment assignment = numbers.assign(List.of(gateways), kernel);
        kernel.keySet().removeIf(number -> {
            boolean gone = !assignment.numbers().containsValue(number);
            if (gone) {
                numbers.release(number);
            }
            return gone;
        });
        assignment.numbers().forEach((gateway, number) -> kernel.put(number, gateway.address()));
        return assignment;
    }

    @Test
    void aGatewayKeepsTheNumberThatTheKernelHasItUnder() {
        kernel.put(3, gateway(7).address());
        assertThat(assign(gateway(7), gateway(1)).numbers()).isEqualTo(Map.of(gateway(7), 3, gateway(1), 4));
        kernel.clear();
        assertThat(assign(gateway(7), gateway(1)).numbers())
                .as("tunnels that somebody removed come back under their numbers")
                .isEqualTo(Map.of(gateway(7), 3, gateway(1), 4));
    }

    @Test
    void aFreedNumberRestsBeforeAnotherGatewayGetsIt() {
        assign(gateway(1), gateway(2), gateway(3), gateway(4));
        assign(gateway(2), gateway(3), gateway(4));
        Assignment full = assign(gateway(2), gateway(3), gateway(4), gateway(5));
        assertThat(full.refused()).containsExactly(gateway(5));
        assertThat(full.numbers()).hasSize(3).doesNotContainKey(gateway(5));
        now.addAndGet(REST);
        assertThat(assign(gateway(2), gateway(3), gateway(4), gateway(5)).numbers())
                .containsEntry(gateway(5), 1);
    }

    @Test
    void exhaustionRefusesTheGatewaysThatCameLastAndNoOther() {
        Assignment assignment = assign(gateway(1), gateway(2), gateway(3), gateway(4), gateway(5), gateway(6));
        assertThat(assignment.numbers()).containsOnlyKeys(gateway(1), gateway(2), gateway(3), gateway(4));
        assertThat(assignment.refused()).containsExactly(gateway(5), gateway(6));
        assertThat(assign(gateway(1), gateway(2), gateway(3), gateway(4), gateway(5))
                        .numbers())
                .isEqualTo(assignment.numbers());
    }

    @Test
    void numbersAreGivenInTurn() {
        assign(gateway(1));
        assign(gateway(2));
        assertThat(assign(gateway(2), gateway(3)).numbers()).isEqualTo(Map.of(gateway(2), 2, gateway(3), 3));
    }
}
