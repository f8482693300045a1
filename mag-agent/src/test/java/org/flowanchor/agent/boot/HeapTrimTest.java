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

    @Test
    void collectsOnceAfterTheStartAndThenOnlyWhenTheHeapGrewByHalf() {
        trim.run();
        assertThat(collections).isEqualTo(1);
        committed = 27 * MEGABYTE;
        trim.run();
        assertThat(collections).as("11 MB more").isEqualTo(1);
        committed = 100 * MEGABYTE;
        live = 60 * MEGABYTE;
        trim.run();
        assertThat(collections).isEqualTo(2);
        committed = 89 * MEGABYTE;
        trim.run();
        assertThat(collections).as("60 MB are in use").isEqualTo(2);
        committed = 91 * MEGABYTE;
        trim.run();
        assertThat(collections).isEqualTo(3);
    }

    @Test
    void whatTheCollectorGaveBackByItselfIsTheNewMeasure() {
        committed = 100 * MEGABYTE;
        live = 100 * MEGABYTE;
        trim.run();
        committed = 30 * MEGABYTE;
        live = 30 * MEGABYTE;
        trim.run();
        committed = 46 * MEGABYTE;
        trim.run();
        assertThat(collections).isEqualTo(2);
    }
}
