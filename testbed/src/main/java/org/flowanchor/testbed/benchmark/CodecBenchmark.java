package org.flowanchor.testbed.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Encoding and decoding of a typical update and acknowledgement, time and allocation, beside a copy of as many octets. */
public final class CodecBenchmark implements Benchmark {
    private static final int FORKS = 3;
    private static final int WARMUPS = 3;
    private static final int ITERATIONS = 5;
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    @Override
    public String name() {
        return "codec";
    }

    @Override
    public String description() {
        return "Mobility Header codec: encode and decode of an update and an acknowledgement beside a ByteBuffer copy";
    }

    @Override
    public Needs needs() {
        return Needs.HOST;
    }

    @Override
    public Duration bound() {
        return Duration.ofMinutes(10);
    }

    @Override
    public List<Figure> measure(BenchmarkContext context) {
        context.console()
                .step("%d processes each, %d s of warm-up, %d samples of 1 s".formatted(FORKS, WARMUPS, ITERATIONS));
        Collection<RunResult> results;
        try {
            results = new Runner(new OptionsBuilder()
                            .include(CodecRounds.class.getName())
                            .forks(FORKS)
                            .warmupIterations(WARMUPS)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(ITERATIONS)
                            .measurementTime(TimeValue.seconds(1))
                            .timeUnit(TimeUnit.NANOSECONDS)
                            .jvmArgs("-Xmx256m", "-XX:+UseSerialGC")
                            .addProfiler(GCProfiler.class)
                            .result(context.reportDirectory()
                                    .resolve("jmh.json")
                                    .toString())
                            .resultFormat(org.openjdk.jmh.results.format.ResultFormatType.JSON)
                            .shouldFailOnError(true)
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH: " + e.getMessage(), e);
        }
        List<Figure> figures = new ArrayList<>();
        figures.addAll(figures(results, "update", "copyOfUpdate"));
        figures.addAll(figures(results, "acknowledgement", "copyOfAcknowledgement"));
        return figures;
    }

    private static List<Figure> figures(Collection<RunResult> results, String subject, String copy) {
        String rival = "ByteBuffer copy of as many octets";
        return List.of(
                Figure.of(subject + " encoded and decoded", "ns", times(results, subject))
                        .beside(rival, times(results, copy)),
                Figure.of(subject + " encoded and decoded, allocation", "B", allocations(results, subject))
                        .beside(rival, allocations(results, copy)));
    }

    private static Samples times(Collection<RunResult> results, String method) {
        return samples(results, method, IterationResult::getPrimaryResult);
    }

    private static Samples allocations(Collection<RunResult> results, String method) {
        return samples(
                results,
                method,
                iteration ->
                        Objects.requireNonNull(iteration.getSecondaryResults().get(ALLOCATION), ALLOCATION));
    }

    private static Samples samples(
            Collection<RunResult> results,
            String method,
            java.util.function.Function<IterationResult, Result<?>> figure) {
        List<Double> values = new ArrayList<>();
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith("." + method)) {
                for (BenchmarkResult fork : result.getBenchmarkResults()) {
                    for (IterationResult iteration : fork.getIterationResults()) {
                        values.add(figure.apply(iteration).getScore());
                    }
                }
            }
        }
        return Samples.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
