package org.flowanchor.policy.adapter.kafka;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.flowanchor.api.Topics;
import org.flowanchor.policy.application.CompactedTopic;
import org.flowanchor.policy.application.OutboxRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.ProducerFactory;

/**
 * One topic: one partition, so that the order of the outbox is the order of the topic; compacted, so that it is the whole set for ever.
 *
 * <p>Traps: the factory keeps one producer, also after failures, because its idempotence is what makes a broker refuse a late copy of a
 * batch that was given up. A record that was given up may still be on the topic; it is then followed by itself and all after it.
 */
final class KafkaTopic implements CompactedTopic {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopic.class);
    private static final int PARTITION = 0;

    private final String name;
    private final KafkaProperties properties;
    private final ProducerFactory<byte[], byte[]> producers;

    KafkaTopic(String name, KafkaProperties properties, ProducerFactory<byte[], byte[]> producers) {
        this.name = name;
        this.properties = properties;
        this.producers = producers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare() {
        try (Admin admin = Admin.create(properties.buildAdminProperties())) {
            NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty())
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            try {
                await(admin.createTopics(List.of(topic)).all());
                LOG.info("topic {} created", name);
            } catch (TopicExistsException e) {
                compact(admin);
            }
        }
    }

    /** A topic that a consumer's subscription made has the broker's defaults. */
    private void compact(Admin admin) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config = Objects.requireNonNull(
                await(admin.describeConfigs(List.of(topic)).all()).get(topic));
        ConfigEntry present = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (!TopicConfig.CLEANUP_POLICY_COMPACT.equals(present.value())) {
            ConfigEntry wanted = new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            await(admin.incrementalAlterConfigs(
                            Map.of(topic, List.of(new AlterConfigOp(wanted, AlterConfigOp.OpType.SET))))
                    .all());
            LOG.info("topic {} is compacted now, it was {}", name, present.value());
        }
    }

    @Override
    public void publish(List<OutboxRecord> records) {
        Producer<byte[], byte[]> producer = producers.createProducer();
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        for (OutboxRecord record : records) {
            sent.add(producer.send(producerRecord(record)));
        }
        producer.flush();
        sent.forEach(KafkaTopic::await);
    }

    private ProducerRecord<byte[], byte[]> producerRecord(OutboxRecord record) {
        var producerRecord = new ProducerRecord<byte[], byte[]>(
                name,
                PARTITION,
                record.key().getBytes(StandardCharsets.UTF_8),
                record.event().map(ByteString::toByteArray).orElse(null));
        producerRecord
                .headers()
                .add(Topics.VERSION_HEADER, Long.toString(record.version()).getBytes(StandardCharsets.US_ASCII));
        record.traceparent()
                .ifPresent(traceparent -> producerRecord
                        .headers()
                        .add(Topics.TRACEPARENT_HEADER, traceparent.getBytes(StandardCharsets.US_ASCII)));
        return producerRecord;
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        }
    }
}
