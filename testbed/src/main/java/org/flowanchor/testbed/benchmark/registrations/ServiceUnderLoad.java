package org.flowanchor.testbed.benchmark.registrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flowanchor.testbed.launcher.PostgresServer;
import org.flowanchor.testbed.launcher.Readiness;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.launcher.Workshop;

/** binding-service as it is shipped, on a database of the benchmark's. Without a broker: its outbox waits, as while Kafka is down. */
final class ServiceUnderLoad implements AutoCloseable {
    /** As the chart has it: a small young generation is collected before the updates under way are answered, and copies them. */
    static final String YOUNG = "-XX:NewRatio=1";

    private static final int REST = 18081;
    private static final int GRPC = 19091;
    private static final Duration START_LIMIT = Duration.ofSeconds(180);

    private final ServiceProcess process;
    private final Duration startedWithin;

    private ServiceUnderLoad(ServiceProcess process, Duration startedWithin) {
        this.process = process;
        this.startedWithin = startedWithin;
    }

    /** Returns when it is ready. */
    static ServiceUnderLoad start(Workshop workshop, PostgresServer postgres, String database) {
        Path jar = workshop.jar("binding-service");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                YOUNG,
                "-jar",
                jar.toString(),
                "--server.port=" + REST,
                "--flowanchor.grpc.port=" + GRPC,
                "--spring.datasource.url=" + postgres.jdbcUrl(database),
                "--spring.datasource.username=" + postgres.user(database),
                "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                "--flowanchor.anchors[0].lma-address=" + Domain.LMA_ADDRESS,
                "--flowanchor.anchors[0].partition=0",
                "--flowanchor.anchors[0].pools[0].prefix=" + Domain.POOL,
                "--flowanchor.anchors[0].pools[0].prefix-length=64",
                "--flowanchor.tls.mode=plaintext",
                "--flowanchor.any-gateway-authorized=true",
                "--flowanchor.mobile-nodes-default-group=default",
                "--flowanchor.prefix-rest=" + Domain.PREFIX_REST.toSeconds() + "s",
                "--flowanchor.timestamp-validity-window=" + Domain.TIMESTAMP_VALIDITY_WINDOW.toSeconds() + "s",
                "--flowanchor.min-delay-before-bce-delete=" + Domain.MIN_DELAY_BEFORE_BCE_DELETE.toMillis() + "ms"));
        long began = System.nanoTime();
        ServiceProcess process = workshop.start(
                "binding-service-" + database,
                command,
                Map.of("SPRING_DATASOURCE_PASSWORD", postgres.password()),
                Readiness.http(base().resolve("/actuator/health/readiness")));
        process.awaitReady(START_LIMIT);
        return new ServiceUnderLoad(process, Duration.ofNanos(System.nanoTime() - began));
    }

    static URI base() {
        return URI.create("http://127.0.0.1:" + REST);
    }

    /** Loopback port of gRPC; the address is {@code ::1}. */
    static int grpcPort() {
        return GRPC;
    }

    /** From its start to its readiness. */
    Duration startedWithin() {
        return startedWithin;
    }

    double processorSeconds() {
        return ProcessorTime.seconds(process.pid());
    }

    /** Resident memory. */
    double mebibytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException("memory of " + process.name(), e);
        }
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(20));
    }
}
