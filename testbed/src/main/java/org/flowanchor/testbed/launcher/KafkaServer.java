package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Embedded Kafka as a process of its own, data kept between runs, on loopback. */
final class KafkaServer {
    private static final String NAME = "kafka";
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final ServiceProcess process;
    private final int port;

    private KafkaServer(ServiceProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * The broker as a program.
     *
     * @param data its log directory
     * @param trainingData log directory of a training run
     * @param caches where start caches are kept
     */
    static Program program(Path data, Path trainingData, Ports ports, Path caches) {
        String classPath = System.getProperty("java.class.path");
        return new Program(
                NAME,
                arguments(classPath, data, ports.kafka(), ports.kafkaController(), List.of()),
                Map.of(),
                arguments(classPath, trainingData, unusedPort(), unusedPort(), List.of(KafkaBroker.END_WHEN_READY)),
                StartCache.of(caches, NAME, Path.of(classPath.split(java.io.File.pathSeparator, 2)[0])));
    }

    /** Starts the broker and waits until it takes requests. */
    static KafkaServer start(Supervisor supervisor, Program program, int port) {
        ServiceProcess process = supervisor.start(
                program.name(),
                program.command(),
                program.environment(),
                Readiness.logLine(KafkaBroker.READY),
                StopRule.KAFKA);
        process.awaitReady(START_LIMIT);
        return new KafkaServer(process, port);
    }

    ServiceProcess process() {
        return process;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    private static List<String> arguments(
            String classPath, Path data, int port, int controllerPort, List<String> more) {
        List<String> words = new java.util.ArrayList<>(List.of(
                "-cp",
                classPath,
                KafkaBroker.class.getName(),
                data.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort)));
        words.addAll(more);
        return words;
    }

    private static int unusedPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new LaunchException("no unused port: " + failure.getMessage(), failure);
        }
    }
}
