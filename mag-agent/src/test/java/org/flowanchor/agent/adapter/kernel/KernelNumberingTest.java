package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelNumberingTest {
    @Test
    void theUsualMarksAreTheGatewaysNumbersAndABit() {
        KernelNumbering usual = KernelNumbering.DEFAULT;
        assertThat(usual.mark(1)).isEqualTo(0x10001);
        assertThat(usual.mark(0xffff)).isEqualTo(0x1ffff);
        assertThat(usual.mostGateways()).isEqualTo(0xffff);
        assertThat(usual.gateway(0x10000)).isZero();
        assertThat(usual.gateway(5)).isZero();
        assertThat(usual.gateway(0x50005)).isZero();
        assertThat(usual.ownMarks()).isEqualTo(0x5ffff);
    }

    /** Also masks with holes and with the highest bit. */
    @ParameterizedTest
    @ValueSource(ints = {0x1fff, 0xffff0000, 0x1ffff, 0x0f0f0f0f, 0xaaaaaaa8, 0xfff80000})
    void everyGatewayHasAMarkOfItsOwnWithinTheMask(int mask) {
        KernelNumbering numbering = new KernelNumbering(mask, Integer.lowestOneBit(~mask), 0, 0);
        assertThat(numbering.mostGateways()).isBetween(4096, 65535);
        Set<Integer> marks = new HashSet<>();
        for (int gateway = 1; gateway <= numbering.mostGateways(); gateway++) {
            int mark = numbering.mark(gateway);
            assertThat(mark & ~mask).isZero();
            assertThat(mark).isNotZero();
            assertThat(numbering.gateway(mark)).isEqualTo(gateway);
            marks.add(mark);
        }
        assertThat(marks).hasSize(numbering.mostGateways());
        Random random = new Random(mask);
        for (int time = 0; time < 1000; time++) {
            int mark = random.nextInt();
            int gateway = numbering.gateway(mark);
            assertThat(gateway == 0 || numbering.mark(gateway) == mark).isTrue();
        }
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new KernelNumbering(0xfff, 0x1000, 0, 0))
                .hasMessage("0xfff has 12 bits, not 13 to 17");
        assertThatThrownBy(() -> new KernelNumbering(0x3ffff, 0x40000, 0, 0))
                .hasMessage("0x3ffff has 18 bits, not 13 to 17");
        assertThatThrownBy(() -> new KernelNumbering(0x1ffff, 0x10000, 0, 0))
                .hasMessage("congestionMark 0x10000 is a bit of markMask 0x1ffff");
        assertThatThrownBy(() -> new KernelNumbering(0x1ffff, 0x60000, 0, 0)).hasMessage("0x60000 is not one bit");
        for (int offset : List.of(-1, 22_765)) {
            assertThatThrownBy(() -> new KernelNumbering(0x1ffff, 0x40000, offset, 0))
                    .hasMessage(offset + " is not in 0..22764");
        }
        for (int offset : List.of(212, 213, 214, 153, 154, 155)) {
            assertThatThrownBy(() -> new KernelNumbering(0x1ffff, 0x40000, 0, offset))
                    .hasMessageContaining("253 to 255 are the kernel's own");
        }
    }

    @Test
    void namesThatTheKernelOrSomebodyElseHasAreRefused() {
        KernelNumbering usual = KernelNumbering.DEFAULT;
        for (int protocol : List.of(0, 1, 2, 3, 4, 256, 11, 12, 16, 42, 186, 188)) {
            assertThatThrownBy(() -> usual.named(protocol, "t", "d"))
                    .as("" + protocol)
                    .hasMessageStartingWith(protocol + " is ");
        }
        assertThat(usual.named(5, "t", "d").protocol()).isEqualTo(5);
        assertThat(usual.named(213, "t".repeat(255), "d").table()).hasSize(255);
        assertThatThrownBy(() -> usual.named(213, "t".repeat(256), "d"))
                .hasMessage("has 256 characters; the kernel takes 255");
        for (String name : List.of("", "0t", "a b", "a/b", "a{", "ä")) {
            assertThatThrownBy(() -> usual.named(213, name, "d")).as(name).hasMessageContaining("\"" + name + "\"");
            assertThatThrownBy(() -> usual.named(213, "t", name)).as(name).hasMessageContaining("\"" + name + "\"");
        }
    }

    @Test
    void everyGatewaysDevicesHaveNamesOfTheirOwnThatTheKernelTakes() {
        KernelNumbering longest = KernelNumbering.DEFAULT.named(213, "t", "pmip6-an_");
        assertThat(longest.encapsulationDevice(65535))
                .isEqualTo("pmip6-an_65535x")
                .hasSize(15);
        assertThat(longest.probeDevice()).hasSizeLessThanOrEqualTo(15);
        for (int gateway : List.of(1, 10, 65535)) {
            assertThat(longest.gatewayOfDevice(longest.device(gateway))).isEqualTo(gateway);
            assertThat(longest.gatewayOfEnd(longest.encapsulationDevice(gateway)))
                    .isEqualTo(gateway);
            assertThat(KernelNumbering.prefixOf(longest.device(gateway))).isEqualTo("pmip6-an_");
            assertThat(KernelNumbering.prefixOf(longest.encapsulationDevice(gateway)))
                    .isEqualTo("pmip6-an_");
        }
        assertThat(longest.isTunnelDevice("fa1")).isFalse();
        assertThat(longest.isTunnelDevice(longest.probeDevice())).isFalse();
    }

    @Test
    void theLastPriorityIsBeforeTheMainTables() {
        KernelNumbering last = new KernelNumbering(0x1ffff, 0x40000, KernelNumbering.MOST_PRIORITY_OFFSET, 0);
        assertThat(last.bindingPriority() + 1).isEqualTo(32_765);
    }

    @Test
    void allTablesMoveTogether() {
        KernelNumbering moved = new KernelNumbering(0x1ffff, 0x40000, 0, 1_000_000);
        for (int table : List.of(41, 100, 1_000_001, 2_065_535, 3_000_007, 4_000_012)) {
            assertThat(KernelNumbering.DEFAULT.isOurs(table)).as("" + table).isTrue();
            assertThat(moved.isOurs(table + 1_000_000)).as("" + table).isTrue();
        }
        for (int table : List.of(0, 42, 254, 1_000_000, 3_065_536)) {
            assertThat(KernelNumbering.DEFAULT.isOurs(table)).as("" + table).isFalse();
        }
    }
}
