package org.flowanchor.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One broker that keeps its port and its data while it is stopped. */
final class RestartableKafka {
    private final Map<String, String> settings;
    private final int port;
    private KafkaRaftServer server;

    RestartableKafka() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "kafka");
            port = freePort();
            int controllerPort = freePort();
            settings = Map.ofEntries(
                    Map.entry("process.roles", "broker,controller"),
                    Map.entry("node.id", "1"),
                    Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                    Map.entry("controller.listener.names", "CONTROLLER"),
                    Map.entry(
                            "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                    Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                    Map.entry("log.dirs", directory.toString()),
                    Map.entry("num.partitions", "3"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("offsets.topic.num.partitions", "1"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"));
            try {
                new Formatter()
                        .setPrintStream(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8))
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(1)
                        .setControllerListenerName("CONTROLLER")
                        .setReleaseVersion(MetadataVersion.latestProduction())
                        .setHasDynamicQuorum(false)
                        .setDirectories(List.of(directory.toString()))
                        .setMetadataLogDirectory(directory.toString())
                        .run();
            } catch (Exception e) {
                throw new IllegalStateException("cannot format " + directory, e);
            }
            server = started();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KafkaRaftServer started() {
        KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        starting.startup();
        return starting;
    }

    void stop() {
        server.shutdown();
    }

    void start() {
        server = started();
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
