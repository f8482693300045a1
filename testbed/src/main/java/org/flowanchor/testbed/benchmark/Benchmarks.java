package org.flowanchor.testbed.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.benchmark.dataplane.DataplaneBenchmark;
import org.flowanchor.testbed.benchmark.registrations.RegistrationsBenchmark;

/** All benchmarks. */
public final class Benchmarks {
    private Benchmarks() {}

    /** In the order in which they are listed. */
    public static List<Benchmark> all() {
        List<Benchmark> all = new ArrayList<>(
                List.of(new CodecBenchmark(), new RegistrationsBenchmark(), DataplaneBenchmark.whole()));
        for (DataplaneBenchmark.Part part : DataplaneBenchmark.Part.values()) {
            all.add(DataplaneBenchmark.only(part));
        }
        return List.copyOf(all);
    }
}
