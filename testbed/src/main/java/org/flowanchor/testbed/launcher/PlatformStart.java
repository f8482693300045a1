package org.flowanchor.testbed.launcher;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.testbed.foreign.ForeignSite;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;

/**
 * Starts the platform: PostgreSQL and Kafka together, then the three services together.
 *
 * <p>gRPC listens on all addresses, because the agents reach it over the lab's management bridge, which a scenario makes
 * later; REST, PostgreSQL and Kafka stay on loopback.
 */
final class PlatformStart {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ALL_ADDRESSES = "::";
    private static final Duration SERVICE_LIMIT = Duration.ofSeconds(180);
    private static final String FOREIGN_SCHEMA = "FlywayValidateException";
    private static final Duration TELL_INTERVAL = Duration.ofSeconds(5);
    private static final Executor EACH_ITS_THREAD = task -> Thread.ofVirtual().start(task);

    private final Supervisor supervisor;
    private final DataDirectory data;
    private final Path repository;
    private final Ports ports;
    private final Console console;
    private final DevelopmentAuthority authority;
    private final List<String> domain;
    private final List<Program> programs = new ArrayList<>();

    /** @param domain settings of binding-service beside those of the lab */
    PlatformStart(
            Supervisor supervisor,
            DataDirectory data,
            Path repository,
            Ports ports,
            Console console,
            List<String> domain) {
        this.supervisor = supervisor;
        this.data = data;
        this.repository = repository;
        this.ports = ports;
        this.console = console;
        this.authority = DevelopmentAuthority.open(data.authority());
        this.domain = List.copyOf(domain);
    }

    /** A service before it is started. */
    private record ServicePlan(String module, String database, int restPort, List<String> settings) {
        URI base() {
            return URI.create("http://" + LOOPBACK + ":" + restPort);
        }
    }

    /** Starts everything and waits until it is ready. */
    Platform start() {
        console.step("Starting PostgreSQL and Kafka");
        Program kafkaProgram = KafkaServer.program(
                data.kafka(), data.work().resolve("kafka-training"), ports, Program.caches(repository));
        programs.add(kafkaProgram);
        CompletableFuture<PostgresServer> postgresStart = begin(() -> {
            PostgresServer server = PostgresServer.start(
                    supervisor, data.postgres(), Program.buildProducts(repository), ports.postgres());
            server.createDatabases(List.of("binding", "policy", "flow"));
            return server;
        });
        CompletableFuture<KafkaServer> kafkaStart =
                begin(() -> KafkaServer.start(supervisor, kafkaProgram, ports.kafka()));
        await(Map.of("PostgreSQL", postgresStart, "Kafka", kafkaStart));
        PostgresServer postgres = postgresStart.join();
        KafkaServer kafka = kafkaStart.join();

        console.step("Starting policy-service, binding-service and flow-manager");
        List<Services.Service> services = new ArrayList<>();
        Map<String, CompletableFuture<?>> ready = new LinkedHashMap<>();
        for (ServicePlan plan : plans()) {
            Program program = program(plan, postgres, kafka);
            programs.add(program);
            ServiceProcess process = start(program, plan);
            services.add(new Services.Service(plan.base(), process));
            ready.put(program.name(), begin(() -> {
                awaitReady(process);
                return process;
            }));
        }
        await(ready);
        return new Platform(
                supervisor,
                new Services(services.get(0), services.get(1), services.get(2)),
                Optional.of(new Platform.Stores(postgres, kafka, () -> secondBindingService(postgres, kafka))),
                authority,
                repository,
                data.work());
    }

    private Services.Service secondBindingService(PostgresServer postgres, KafkaServer kafka) {
        ServicePlan plan = new ServicePlan(
                "binding-service", "binding", ports.secondBindingRest(), bindingSettings(ports.secondBindingGrpc()));
        ServiceProcess process = start(program(plan, postgres, kafka).named("binding-service-2"), plan);
        awaitReady(process);
        return new Services.Service(plan.base(), process);
    }

    private ServiceProcess start(Program program, ServicePlan plan) {
        return supervisor.start(
                program.name(),
                program.command(),
                program.environment(),
                Readiness.http(plan.base().resolve("/actuator/health/readiness")),
                StopRule.SERVICE);
    }

    private List<String> bindingSettings(int grpcPort) {
        List<String> settings = new ArrayList<>(grpc(grpcPort));
        settings.addAll(domainOfTheLab());
        settings.addAll(domain);
        return settings;
    }

    /** The Java programs that were started. */
    List<Program> programs() {
        return List.copyOf(programs);
    }

    private static void awaitReady(ServiceProcess process) {
        try {
            process.awaitReady(SERVICE_LIMIT);
        } catch (LaunchException failure) {
            throw String.valueOf(failure.getMessage()).contains(FOREIGN_SCHEMA)
                    ? new LaunchException(
                            "The kept data of " + process.name()
                                    + " is of another version of it: forget it with ./run --fresh (see " + process.log()
                                    + ").",
                            failure)
                    : failure;
        }
    }

    private List<ServicePlan> plans() {
        ServicePlan binding = new ServicePlan(
                "binding-service", "binding", ports.bindingRest(), bindingSettings(ports.bindingGrpc()));
        List<String> flowSettings = new ArrayList<>(grpc(ports.flowGrpc()));
        flowSettings.add("--flowanchor.binding-service.addresses=[::1]:" + ports.bindingGrpc());
        ServicePlan flow = new ServicePlan("flow-manager", "flow", ports.flowRest(), flowSettings);
        ServicePlan policy = new ServicePlan(
                "policy-service",
                "policy",
                ports.policyRest(),
                List.of(
                        "--flowanchor.owners.binding-service=" + binding.base(),
                        "--flowanchor.owners.flow-manager=" + flow.base()));
        return List.of(policy, binding, flow);
    }

    private static List<String> grpc(int port) {
        return List.of("--flowanchor.grpc.address=" + ALL_ADDRESSES, "--flowanchor.grpc.port=" + port);
    }

    /** What an operator would configure for the lab's anchor, gateways and mobile node. */
    private static List<String> domainOfTheLab() {
        List<String> settings = new ArrayList<>(List.of(
                "--flowanchor.anchors[0].lma-address=" + Lab.LMA_ADDRESS,
                "--flowanchor.anchors[0].partition=0",
                "--flowanchor.anchors[0].pools[0].prefix=" + Lab.POOL,
                "--flowanchor.anchors[0].pools[0].prefix-length=64",
                "--flowanchor.mobile-nodes-default-group=default",
                "--flowanchor.signalling.prefix-hold=5s",
                // The shortest that RFC 5847 has: a gateway that is gone is noticed within a scenario.
                "--flowanchor.signalling.heartbeat-interval=30s",
                "--flowanchor.signalling.missing-heartbeats-allowed=1"));
        for (Access access : Access.values()) {
            settings.add("--flowanchor.gateways[" + access.ordinal() + "].proxy-care-of-address="
                    + access.proxyCareOfAddress());
            // For scenarios in which it speaks RFC 5213 on the wire; over gRPC it means nothing.
            settings.add("--flowanchor.gateways[" + access.ordinal() + "].signalling.profile=strict");
            settings.add("--flowanchor.gateways[" + access.ordinal() + "].flow-mobility=true");
            // WLAN carries what no policy speaks of.
            settings.add("--flowanchor.binding-priorities[" + access.accessTechnologyType() + "]="
                    + (access == Access.WLAN ? 10 : 20));
        }
        for (ForeignSite site : ForeignSite.values()) {
            String gateway = "--flowanchor.gateways[" + (Access.values().length + site.ordinal()) + "].";
            settings.add(gateway + "proxy-care-of-address=" + site.proxyCareOfAddress());
            settings.add(gateway + "may-propose-prefixes=" + site.proposesPrefix());
            settings.add(gateway + "signalling.profile=" + site.profile());
        }
        return settings;
    }

    private Program program(ServicePlan plan, PostgresServer postgres, KafkaServer kafka) {
        Path jar = Jvm.jar(repository, plan.module());
        if (!Files.isRegularFile(jar)) {
            throw new LaunchException(jar + " is missing: build it with ./mvnw -DskipTests package");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-jar",
                jar.toString(),
                "--server.address=" + LOOPBACK,
                "--server.port=" + plan.restPort(),
                "--spring.datasource.url=" + postgres.jdbcUrl(plan.database()),
                "--spring.datasource.username=" + plan.database(),
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers()));
        IssuedFiles tls = authority.issue("flowanchor://service/" + plan.module());
        arguments.addAll(List.of(
                "--flowanchor.tls.certificate=" + tls.certificate(),
                "--flowanchor.tls.private-key=" + tls.privateKey(),
                "--flowanchor.tls.authorities=" + tls.authorities()));
        arguments.addAll(plan.settings());
        List<String> training = new ArrayList<>(List.of("-Dspring.context.exit=onRefresh"));
        training.addAll(arguments);
        return new Program(
                plan.module(),
                arguments,
                Map.of("SPRING_DATASOURCE_PASSWORD", postgres.password()),
                training,
                StartCache.of(Program.caches(repository), plan.module(), jar));
    }

    private static <T> CompletableFuture<T> begin(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, EACH_ITS_THREAD);
    }

    /** Waits for all, telling which became ready and, every few seconds, which did not yet; the first failure ends it. */
    private void await(Map<String, ? extends CompletableFuture<?>> tasks) {
        Map<String, CompletableFuture<?>> pending = new LinkedHashMap<>(tasks);
        long begin = System.nanoTime();
        while (!pending.isEmpty()) {
            CompletableFuture<?> any = CompletableFuture.anyOf(pending.values().toArray(CompletableFuture<?>[]::new));
            try {
                any.get(TELL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                console.detail("still starting after "
                        + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s: "
                        + String.join(", ", pending.keySet()));
            } catch (ExecutionException failure) {
                throw failure.getCause() instanceof LaunchException launch
                        ? launch
                        : new LaunchException(String.valueOf(failure.getCause()), failure);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new LaunchException("interrupted", interrupted);
            }
            for (String name : List.copyOf(pending.keySet())) {
                if (pending.get(name) instanceof CompletableFuture<?> task
                        && task.isDone()
                        && !task.isCompletedExceptionally()) {
                    pending.remove(name);
                    console.detail(name + " is ready");
                }
            }
        }
    }
}
