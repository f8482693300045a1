package org.flowanchor.testbed.benchmark;

import java.util.List;
import org.flowanchor.testbed.benchmark.dataplane.DataplaneBenchmark;
import org.flowanchor.testbed.benchmark.registrations.RegistrationsBenchmark;

/** All benchmarks. */
public final class Benchmarks {
    private Benchmarks() {}

    /** In the order in which they are listed. */
    public static List<Benchmark> all() {
        return List.of(new CodecBenchmark(), new RegistrationsBenchmark(), new DataplaneBenchmark());
    }
}
