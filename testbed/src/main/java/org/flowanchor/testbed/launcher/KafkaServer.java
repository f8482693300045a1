package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Embedded Kafka as a process of its own, data kept between runs, on loopback. */
final class KafkaServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final ServiceProcess process;
    private final int port;

    private KafkaServer(ServiceProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts the broker and waits until it takes requests.
     *
     * @param data its log directory
     * @param java the words that start the virtual machine
     */
    static KafkaServer start(Supervisor supervisor, Path data, int port, int controllerPort, List<String> java) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaBroker.class.getName(),
                data.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort)));
        ServiceProcess process =
                supervisor.start("kafka", command, Map.of(), Readiness.logLine(KafkaBroker.READY), StopRule.KAFKA);
        process.awaitReady(START_LIMIT);
        return new KafkaServer(process, port);
    }

    ServiceProcess process() {
        return process;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }
}
