package org.flowanchor.testbed.benchmark.registrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoadResultTest {
    @Test
    void percentilesRateAndRefusalsComeThroughTheLineBetweenProcesses() {
        long[] nanos = LongStream.rangeClosed(1, 1000).map(n -> n * 1_000_000).toArray();
        LoadResult result = LoadResult.of(nanos, 3, 2.0, 0.5);
        assertThat(result.p50Millis()).isEqualTo(501);
        assertThat(result.p99Millis()).isEqualTo(991);
        assertThat(result.maxMillis()).isEqualTo(1000);
        assertThat(result.rate()).isEqualTo(500);
        assertThat(LoadResult.parse(result.line())).isEqualTo(result);
    }

    @Test
    void nothingAnsweredIsARateOfNothing() {
        LoadResult result = LoadResult.of(new long[0], 7, 1.0, 0);
        assertThat(result.rate()).isZero();
        assertThat(LoadResult.parse(result.line()).refused()).isEqualTo(7);
    }
}
