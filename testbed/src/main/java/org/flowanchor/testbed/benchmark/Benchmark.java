package org.flowanchor.testbed.benchmark;

import java.time.Duration;
import java.util.List;

/** Measures one part of the product beside its rivals. */
public interface Benchmark {
    /** What must run before. */
    enum Needs {
        /** This host: the benchmark starts what it measures. */
        HOST,
        /** PostgreSQL, Kafka and the three services. */
        PLATFORM
    }

    /** Name on the command line: lower case with hyphens. */
    String name();

    /** One sentence for the list of benchmarks. */
    String description();

    Needs needs();

    /** After this time it is given up. */
    default Duration bound() {
        return Duration.ofMinutes(15);
    }

    /**
     * Measures, printing each step to the context's console. What it makes outside this process is registered for the workshop's
     * cleanup first.
     *
     * @return figures; a goal that is not met is one of them, not an exception
     * @throws RuntimeException when it cannot be measured at all
     */
    List<Figure> measure(BenchmarkContext context) throws InterruptedException;
}
