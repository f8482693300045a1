package org.flowanchor.testbed.launcher;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerIT {
    @TempDir
    Path directory;

    @Test
    void keepsRecordsOverARestartAndOverBeingKilled() throws Exception {
        Ports ports = FreePorts.all();
        try (Supervisor supervisor = newSupervisor("first")) {
            KafkaServer server = start(supervisor, ports);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            send(server, "stopped");
        }
        try (Supervisor supervisor = newSupervisor("second")) {
            KafkaServer server = start(supervisor, ports);
            send(server, "killed");
            server.process().kill();
        }
        try (Supervisor supervisor = newSupervisor("third")) {
            assertThat(read(start(supervisor, ports))).containsExactly("stopped", "killed");
        }
    }

    private KafkaServer start(Supervisor supervisor, Ports ports) {
        Program program = KafkaServer.program(
                directory.resolve("kafka"), directory.resolve("training"), ports, directory.resolve("caches"));
        return KafkaServer.start(supervisor, program, ports.kafka());
    }

    private static void send(KafkaServer server, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", server.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("kept", value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(KafkaServer server) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", server.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition("kept", 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = requireNonNull(consumer.endOffsets(partitions).get(partitions.getFirst()));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < end && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
            return values;
        }
    }

    private Supervisor newSupervisor(String name) {
        return new Supervisor(
                CleanupRecord.open(directory.resolve("run-" + name), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                new Console(System.out, InstantSource.system()));
    }
}
