package org.flowanchor.testbed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalMeterTest {
    private static final long MILLI = 1_000_000;
    private final ArrivalMeter meter = new ArrivalMeter(1000 * MILLI);

    @Test
    void octetsFallIntoTheBinOfTheirArrival() {
        meter.arrived(1000 * MILLI, 10, 0);
        meter.arrived(1099 * MILLI, 20, 0);
        meter.arrived(1100 * MILLI, 40, 0);
        meter.arrived(1350 * MILLI, 80, 0);
        assertThat(meter.bins()).containsExactly(30, 40, 0, 80);
    }

    @Test
    void longestGapBelongsToThePhaseInWhichItEnds() {
        meter.arrived(1000 * MILLI, 1, 0);
        meter.arrived(1010 * MILLI, 1, 0);
        meter.arrived(1510 * MILLI, 1, 1);
        meter.arrived(1520 * MILLI, 1, 1);
        assertThat(meter.longestGapMillis(0, false, 9999 * MILLI)).isEqualTo(10);
        assertThat(meter.longestGapMillis(1, false, 9999 * MILLI)).isEqualTo(500);
    }

    @Test
    void silenceThatStillGoesOnCounts() {
        meter.arrived(1000 * MILLI, 1, 0);
        assertThat(meter.longestGapMillis(0, true, 4000 * MILLI)).isEqualTo(3000);
    }

    @Test
    void growsBeyondItsFirstBins() {
        meter.arrived((1000 + 100_000) * MILLI, 7, 0);
        assertThat(meter.bins()).hasSize(1001);
        assertThat(meter.bins()[1000]).isEqualTo(7);
    }
}
