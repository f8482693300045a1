package org.flowanchor.testbed.benchmark.registrations;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Goal;
import org.flowanchor.testbed.benchmark.Rounds;
import org.flowanchor.testbed.benchmark.Samples;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.launcher.PostgresServer;
import org.flowanchor.testbed.launcher.Workshop;

/**
 * Registration at the store port and over gRPC, beside what the same PostgreSQL commits when each update is a transaction of its own, at
 * the same number of updates under way; with ten thousand bindings and with a million.
 */
public final class RegistrationsBenchmark implements Benchmark {
    private static final int IN_FLIGHT = 256;
    private static final int GATEWAYS = 64;
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final int RUN_SECONDS = 5;

    /** Some 5 s. */
    private static final int PGBENCH_TRANSACTIONS = 75_000;

    private static final int WARM_UP_SECONDS = 15;

    /** After 35 s the compiler of binding-service's virtual machine still took four tenths of its time, after 60 a tenth. */
    private static final int PRODUCT_WARM_UP_SECONDS = 90;

    private static final int PORT = 15433;

    /** Deletions that de-registrations of a run lead to belong to it, not to the next contender. */
    private static final Duration AFTERMATH = Domain.MIN_DELAY_BEFORE_BCE_DELETE.plus(Duration.ofMillis(1_000));

    /** One server for all; checkpoints would favour whoever they do not meet. */
    private static final List<String> SETTINGS = List.of(
            "max_connections=700",
            "shared_buffers=1GB",
            "max_wal_size=16GB",
            "checkpoint_timeout=60min",
            "autovacuum_naptime=10s");

    @Override
    public String name() {
        return "registrations";
    }

    @Override
    public String description() {
        return "Binding updates per second, durable, beside one-row transactions on the same PostgreSQL";
    }

    @Override
    public Needs needs() {
        return Needs.HOST;
    }

    @Override
    public Duration bound() {
        return Duration.ofMinutes(25);
    }

    @Override
    public List<Figure> measure(BenchmarkContext context) throws InterruptedException {
        Workshop workshop = context.workshop();
        Path home = workshop.workDirectory().resolve("benchmark-postgres");
        context.console().step("Starting PostgreSQL, durable: " + String.join(", ", SETTINGS));
        PostgresServer postgres = workshop.startPostgres(home, PORT, SETTINGS);
        postgres.createDatabases(List.of("upsert", "few", "many", "service"));
        Contenders contenders = new Contenders(workshop, postgres, context.reportDirectory());
        try {
            return contenders.measure(context.console());
        } finally {
            contenders.close();
        }
    }

    /** Everything that runs, and what it did. */
    private static final class Contenders implements AutoCloseable {
        private final Workshop workshop;
        private final PostgresServer postgres;
        private final MeasuredDatabase database;
        private final Path directory;
        private final List<LoadProcess> processes = new ArrayList<>();
        private final Map<String, Series> series = new LinkedHashMap<>();

        Contenders(Workshop workshop, PostgresServer postgres, Path directory) {
            this.workshop = workshop;
            this.postgres = postgres;
            this.database = new MeasuredDatabase(postgres);
            this.directory = directory;
        }

        List<Figure> measure(Console console) throws InterruptedException {
            Generators generators = new Generators(workshop, postgres);
            LoadProcess upsert = started(generators.upsert("upsert", FEW, IN_FLIGHT));
            LoadProcess few = started(generators.storePort("few", FEW, IN_FLIGHT, GATEWAYS));
            LoadProcess many = started(generators.storePort("many", MANY, IN_FLIGHT, GATEWAYS));
            ServiceUnderLoad service = generators.service("service");
            LoadProcess gateways = started(generators.gateways(FEW, IN_FLIGHT, GATEWAYS));
            fill(console, "one-row table", upsert);
            fill(console, FEW + " bindings at the store port", few);
            fill(console, FEW + " bindings over gRPC", gateways);
            fill(console, MANY + " bindings at the store port", many);
            Optional<PgBench> pgbench =
                    PgBench.find(directory, PORT, "upsert", postgres.user("upsert"), postgres.password(), FEW);
            if (pgbench.isEmpty()) {
                console.detail("pgbench is not installed: left out");
            }

            Rounds rounds = new Rounds()
                    .add("single-row upsert", () -> run("single-row upsert", upsert, Optional.empty()))
                    .add("single-row upsert again", () -> run("single-row upsert again", upsert, Optional.empty()))
                    .add("store port, 10^4", () -> run("store port, 10^4", few, Optional.empty()))
                    .add("store port, 10^6", () -> run("store port, 10^6", many, Optional.empty()))
                    .add("gRPC, 10^4", () -> run("gRPC, 10^4", gateways, Optional.of(service)));
            pgbench.ifPresent(program -> rounds.add("pgbench", () -> program.run(IN_FLIGHT, PGBENCH_TRANSACTIONS)));
            console.step("Warming up");
            for (LoadProcess process : processes) {
                process.run(process == few || process == gateways ? PRODUCT_WARM_UP_SECONDS : WARM_UP_SECONDS);
            }
            console.step("Measuring, " + Rounds.LEAST + " rounds");
            Map<String, Samples> rates = rounds.run(Rounds.LEAST, (round, contender) -> {
                if (contender.equals("store port, 10^4")) {
                    console.detail("round " + round);
                }
            });
            List<Figure> figures = new ArrayList<>(rates(rates));
            figures.addAll(details());
            figures.addAll(outbox(of(rates, "gRPC, 10^4")));
            close();
            service.close();
            figures.addAll(new MillionBindings(generators, "many").measure(console));
            return figures;
        }

        private LoadProcess started(LoadProcess process) {
            processes.add(process);
            return process;
        }

        private static void fill(Console console, String what, LoadProcess process) {
            console.step("Filling: " + what);
            LoadResult filled = process.fill();
            console.detail(String.format(
                    Locale.ROOT, "%d in %.1f s, %d refused", filled.updates(), filled.seconds(), filled.refused()));
        }

        private double run(String name, LoadProcess process, Optional<ServiceUnderLoad> service)
                throws InterruptedException {
            Series of = series.computeIfAbsent(name, key -> new Series());
            double databaseBefore = database.processorSeconds();
            double serverBefore =
                    service.map(ServiceUnderLoad::processorSeconds).orElse(0.0);
            long walBefore = database.walPosition();
            LoadResult result = process.run(RUN_SECONDS);
            if (result.refused() > 0) {
                throw new IllegalStateException(name + ": " + result.refused() + " updates were refused");
            }
            of.add(
                    result,
                    database.walPosition() - walBefore,
                    database.processorSeconds() - databaseBefore,
                    service.map(ServiceUnderLoad::processorSeconds).orElse(0.0) - serverBefore);
            if (!name.startsWith("single-row")) {
                Thread.sleep(AFTERMATH);
            }
            return result.rate();
        }

        private static List<Figure> rates(Map<String, Samples> rates) {
            Samples upsert = of(rates, "single-row upsert");
            Samples few = of(rates, "store port, 10^4");
            List<Figure> figures = new ArrayList<>();
            figures.add(Figure.of("single-row upsert, 256 connections", "updates/s", upsert));
            figures.add(
                    Figure.of("single-row upsert again (control)", "updates/s", of(rates, "single-row upsert again"))
                            .beside("single-row upsert", upsert));
            if (rates.containsKey("pgbench")) {
                figures.add(Figure.of("pgbench one-row update, 256 clients", "updates/s", of(rates, "pgbench"))
                        .beside("single-row upsert", upsert));
            }
            figures.add(Figure.of("store port, 10,000 bindings", "updates/s", few)
                    .beside("single-row upsert", upsert)
                    .with(Goal.ratioAtLeast(3)));
            figures.add(Figure.of("end to end over gRPC, 10,000 bindings", "updates/s", of(rates, "gRPC, 10^4"))
                    .beside("single-row upsert", upsert)
                    .with(Goal.ratioAtLeast(1.5)));
            figures.add(Figure.of("store port, 1,000,000 bindings", "updates/s", of(rates, "store port, 10^6"))
                    .beside("store port, 10,000 bindings", few)
                    .with(Goal.ratioAtLeast(0.5)));
            return figures;
        }

        /** What the disk must hold when Kafka is away for an hour at the rate that was reached. */
        private List<Figure> outbox(Samples rate) {
            double perChange = database.outboxOctetsPerChange("service");
            return List.of(
                    Figure.of("outbox: one change", "B", Samples.of(perChange)),
                    Figure.of(
                            "outbox: an hour without Kafka at the rate over gRPC",
                            "GB",
                            Samples.of(perChange * rate.median() * 3600 / 1e9)));
        }

        private static Samples of(Map<String, Samples> rates, String name) {
            Samples samples = rates.get(name);
            if (samples == null) {
                throw new IllegalStateException("no samples of " + name);
            }
            return samples;
        }

        private List<Figure> details() {
            List<Figure> figures = new ArrayList<>();
            series.forEach((name, one) -> {
                if (!name.endsWith("again")) {
                    figures.add(Figure.of(name + ": p50", "ms", one.samples(Sample::p50)));
                    Figure p99 = Figure.of(name + ": p99", "ms", one.samples(Sample::p99));
                    figures.add(name.startsWith("gRPC") ? p99.with(Goal.atMost(100)) : p99);
                    figures.add(Figure.of(name + ": WAL", "B/update", one.samples(Sample::walPerUpdate)));
                    figures.add(
                            Figure.of(name + ": processor share of the database", "%", one.samples(Sample::database)));
                    figures.add(Figure.of(
                            name
                                    + (name.startsWith("gRPC")
                                            ? ": processor share of the gateways"
                                            : ": processor share of the generator"),
                            "%",
                            one.samples(Sample::generator)));
                    if (name.startsWith("gRPC")) {
                        figures.add(Figure.of(
                                name + ": processor share of binding-service", "%", one.samples(Sample::server)));
                    }
                }
            });
            return figures;
        }

        @Override
        public void close() {
            processes.forEach(LoadProcess::close);
        }
    }

    /** One run; shares in percent of all processors. */
    private record Sample(
            double p50, double p99, double walPerUpdate, double database, double generator, double server) {}

    private static final class Series {
        private final List<Sample> samples = new ArrayList<>();

        void add(LoadResult result, long wal, double database, double server) {
            double processors = Runtime.getRuntime().availableProcessors() * result.seconds() / 100;
            samples.add(new Sample(
                    result.p50Millis(),
                    result.p99Millis(),
                    (double) wal / result.updates(),
                    database / processors,
                    result.processorSeconds() / processors,
                    server / processors));
        }

        Samples samples(ToDoubleFunction<Sample> of) {
            return Samples.of(samples.stream().mapToDouble(of).toArray());
        }
    }
}
