package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.RunningPolicyService.KAFKA;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.flowanchor.api.Topics;

/** A topic as its consumers read it. */
final class TopicRecords {
    private final TopicPartition partition;

    TopicRecords(String topic) {
        this.partition = new TopicPartition(topic, 0);
    }

    long end() {
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }

    private static KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Everything between {@code offset} and the end of the topic. */
    List<ConsumerRecord<String, byte[]>> from(long offset) {
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    static long version(ConsumerRecord<String, byte[]> record) {
        return Long.parseLong(
                new String(record.headers().lastHeader(Topics.VERSION_HEADER).value(), StandardCharsets.US_ASCII));
    }

    /** Empty: it has none. */
    static String traceparent(ConsumerRecord<String, byte[]> record) {
        Header header = record.headers().lastHeader(Topics.TRACEPARENT_HEADER);
        return header == null ? "" : new String(header.value(), StandardCharsets.US_ASCII);
    }

    static void assertDense(List<ConsumerRecord<String, byte[]>> records) {
        for (int i = 1; i < records.size(); i++) {
            assertThat(version(records.get(i))).isEqualTo(version(records.get(i - 1)) + 1);
        }
    }
}
