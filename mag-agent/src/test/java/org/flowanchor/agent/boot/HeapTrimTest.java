package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MEGABYTE = 1 << 20;
    private long committed = 20 * MEGABYTE;
    private long live = 16 * MEGABYTE;
    private int collections;
    private final HeapTrim trim = new HeapTrim(() -> committed, () -> {
        collections++;
        committed = live;
    });

    private void runs(int times) {
        for (int run = 0; run < times; run++) {
            trim.run();
        }
    }

    @Test
    void collectsAfterTheStartAndThenOnlyWhenTheHeapGrewByHalf() {
        runs(5);
        assertThat(collections).as("once, and once to confirm it").isEqualTo(2);
        committed = 27 * MEGABYTE;
        runs(20);
        assertThat(collections).as("11 MB more").isEqualTo(2);
        committed = 100 * MEGABYTE;
        live = 60 * MEGABYTE;
        runs(1);
        assertThat(collections).isEqualTo(3);
        committed = 89 * MEGABYTE;
        runs(1);
        assertThat(collections).as("60 MB are in use").isEqualTo(3);
        committed = 91 * MEGABYTE;
        runs(1);
        assertThat(collections).isEqualTo(4);
    }

    @Test
    void whatWasInUseOnlyForAMomentIsGivenBackALittleLater() {
        committed = 120 * MEGABYTE;
        live = 110 * MEGABYTE;
        runs(1);
        live = 50 * MEGABYTE;
        runs(4);
        assertThat(collections).isEqualTo(2);
        assertThat(committed).isEqualTo(50 * MEGABYTE);
        runs(20);
        assertThat(collections).as("nothing grew since").isEqualTo(2);
    }

    @Test
    void whatTheCollectorGaveBackByItselfIsTheNewMeasure() {
        committed = 100 * MEGABYTE;
        live = 100 * MEGABYTE;
        runs(5);
        committed = 30 * MEGABYTE;
        live = 30 * MEGABYTE;
        runs(1);
        committed = 46 * MEGABYTE;
        runs(1);
        assertThat(collections).isEqualTo(3);
    }
}
