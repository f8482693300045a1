package org.flowanchor.binding.adapter.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.application.SubscriberMessages;
import org.flowanchor.binding.application.SubscriberRecord;
import org.flowanchor.binding.application.SubscriberSource;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code subscribers}, one partition, read outside of any consumer group: the position is the database's.
 *
 * <p>Traps: a poll says nothing when the broker is away, a question for the end does; an interrupt would disturb the consumer's farewell.
 */
public final class KafkaSubscriberTopic implements SubscriberSource {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSubscriberTopic.class);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.SUBSCRIBERS, 0);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int BATCH_MAX = 1000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topicIdentifier;
    private final Runnable rejected;

    /**
     * @param connection properties of every client: addresses, credentials; what reading relies on is not theirs to set
     * @param rejected called with each record that is no legal one
     */
    public KafkaSubscriberTopic(Map<String, Object> connection, short replicationFactor, Runnable rejected) {
        this.rejected = rejected;
        this.topicIdentifier = prepare(connection, replicationFactor);
        this.consumer = new KafkaConsumer<>(
                consumerConfiguration(connection), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
    }

    static Map<String, Object> consumerConfiguration(Map<String, Object> connection) {
        Map<String, Object> configuration = new HashMap<>(connection);
        configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configuration.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        configuration.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH_MAX);
        configuration.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        // A position outside the topic is noticed before, and never silently corrected.
        configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return configuration;
    }

    static Map<String, Object> adminConfiguration(Map<String, Object> connection) {
        Map<String, Object> configuration = new HashMap<>(connection);
        configuration.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        configuration.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis() / 2);
        return configuration;
    }

    /** Before policy-service has come up for the first time there is no topic, and no subscriber. */
    private static String prepare(Map<String, Object> connection, short replicationFactor) {
        try (Admin admin = Admin.create(adminConfiguration(connection))) {
            NewTopic topic = new NewTopic(
                            Topics.SUBSCRIBERS,
                            Optional.of(1),
                            replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor))
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            try {
                await(admin.createTopics(List.of(topic)).all());
                LOG.info("topic {} created", Topics.SUBSCRIBERS);
            } catch (TopicExistsException e) {
                LOG.debug("topic {} is there", Topics.SUBSCRIBERS);
            }
            return Objects.requireNonNull(await(admin.describeTopics(List.of(Topics.SUBSCRIBERS))
                                    .allTopicNames())
                            .get(Topics.SUBSCRIBERS))
                    .topicId()
                    .toString();
        }
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the broker does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        }
    }

    @Override
    public String topicIdentifier() {
        return topicIdentifier;
    }

    @Override
    public long beginning() {
        return offset(consumer.beginningOffsets(List.of(PARTITION), ANSWER));
    }

    @Override
    public long end() {
        return offset(consumer.endOffsets(List.of(PARTITION), ANSWER));
    }

    private static long offset(Map<TopicPartition, Long> offsets) {
        return Objects.requireNonNull(offsets.get(PARTITION));
    }

    @Override
    public void seek(long position) {
        consumer.seek(PARTITION, position);
    }

    @Override
    public Batch poll() {
        List<SubscriberRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
            try {
                records.add(record(row));
            } catch (IllegalArgumentException e) {
                // What was known of the mobile node stays.
                rejected.run();
                LOG.warn("record {} of {} left out: {}", row.offset(), Topics.SUBSCRIBERS, e.getMessage());
            }
        }
        return new Batch(records, consumer.position(PARTITION));
    }

    private static SubscriberRecord record(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            throw new IllegalArgumentException("no key");
        }
        MobileNodeIdentifier mobileNode = new MobileNodeIdentifier(new String(row.key(), StandardCharsets.UTF_8));
        Header header = row.headers().lastHeader(Topics.VERSION_HEADER);
        if (header == null) {
            throw new IllegalArgumentException("no version");
        }
        long version = Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
        if (version < 1) {
            throw new IllegalArgumentException("version " + version);
        }
        if (row.value() == null) {
            return new SubscriberRecord(mobileNode, version, Optional.empty());
        }
        try {
            SubscriberEvent event = SubscriberEvent.parseFrom(row.value());
            SubscriberMessages.check(mobileNode, event);
            return new SubscriberRecord(mobileNode, version, Optional.of(event));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not the topic's message: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
