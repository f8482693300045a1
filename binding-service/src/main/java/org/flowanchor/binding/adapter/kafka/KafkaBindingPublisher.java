package org.flowanchor.binding.adapter.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingPublisher;
import org.flowanchor.mobility.LmaAddress;

/**
 * Publishes changes with an idempotent producer that waits for all in-sync replicas. It gives up after seconds: the relay then starts
 * again from its stored position with a new one.
 */
public final class KafkaBindingPublisher implements BindingPublisher {
    /** With {@link #METADATA_MILLIS}, which sending may wait for before, less than {@link #PUBLISHING_MOST}. */
    private static final int GIVE_UP_MILLIS = 8_000;

    private static final int REQUEST_MILLIS = 3_000;
    private static final int METADATA_MILLIS = 3_000;

    private final Settings settings;
    private final Producer<byte[], byte[]> producer;

    /**
     * How to reach Kafka and how to create the topic.
     *
     * @param connection properties of every client: addresses, credentials; what the publisher relies on is not theirs to set
     * @param partitions of the topic when it is created; fixed from then on
     * @param replicationFactor of the topic when it is created; -1: the broker's default
     */
    public record Settings(Map<String, Object> connection, int partitions, short replicationFactor) {
        public Settings {
            connection = Map.copyOf(connection);
        }
    }

    public KafkaBindingPublisher(Settings settings) {
        this.settings = settings;
        this.producer = new KafkaProducer<>(
                producerConfiguration(settings.connection()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Map<String, Object> producerConfiguration(Map<String, Object> connection) {
        Map<String, Object> configuration = new HashMap<>(connection);
        configuration.put(ProducerConfig.ACKS_CONFIG, "all");
        configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Somebody waits for every batch.
        configuration.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        configuration.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        configuration.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, GIVE_UP_MILLIS);
        configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, METADATA_MILLIS);
        configuration.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        return configuration;
    }

    @Override
    public String prepare(int partition) {
        try (Admin admin = Admin.create(adminConfiguration(settings.connection()))) {
            Optional<TopicDescription> existing = topic(admin);
            if (existing.isEmpty()) {
                create(admin);
                existing = topic(admin);
            }
            TopicDescription topic = existing.orElseThrow(
                    () -> new KafkaException("topic " + Topics.BINDINGS + " is made, and not known yet"));
            int partitions = topic.partitions().size();
            if (partition >= partitions) {
                throw new KafkaException(
                        "topic " + Topics.BINDINGS + " has " + partitions + " partitions, none is " + partition);
            }
            return topic.topicId().toString();
        }
    }

    static Map<String, Object> adminConfiguration(Map<String, Object> connection) {
        Map<String, Object> configuration = new HashMap<>(connection);
        configuration.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        configuration.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, GIVE_UP_MILLIS);
        return configuration;
    }

    private static Optional<TopicDescription> topic(Admin admin) {
        try {
            return admin.describeTopics(List.of(Topics.BINDINGS)).allTopicNames().get().values().stream()
                    .findFirst();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failure(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void create(Admin admin) {
        NewTopic topic = new NewTopic(Topics.BINDINGS, settings.partitions(), settings.replicationFactor())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            // Another replica may be faster.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failure(e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void publish(LmaAddress anchor, int partition, List<LoggedChange> changes) {
        List<Future<?>> sent = new ArrayList<>(changes.size());
        for (LoggedChange change : changes) {
            Future<?> one = producer.send(record(anchor, partition, change));
            // Without metadata every send waits for them anew.
            if (one.isDone()) {
                await(one);
            }
            sent.add(one);
        }
        sent.forEach(KafkaBindingPublisher::await);
    }

    private static void await(Future<?> one) {
        try {
            one.get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(LmaAddress anchor, int partition, LoggedChange change) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.BINDINGS,
                partition,
                BindingMessages.key(anchor, change.key()).getBytes(UTF_8),
                change.entry()
                        .map(entry -> BindingEvent.newBuilder()
                                .setEntry(entry)
                                .build()
                                .toByteArray())
                        .orElse(null));
        record.headers()
                .add(Topics.VERSION_HEADER, Long.toString(change.version()).getBytes(US_ASCII));
        change.traceparent()
                .ifPresent(
                        traceparent -> record.headers().add(Topics.TRACEPARENT_HEADER, traceparent.getBytes(US_ASCII)));
        return record;
    }

    private static RuntimeException failure(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new KafkaException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
    }

    private static RuntimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KafkaException("interrupted", e);
    }

    @Override
    public void close() {
        // Closing waits for a thread of its own and refuses to when interrupted, which is when it is needed.
        boolean interrupted = Thread.interrupted();
        try {
            producer.close(Duration.ZERO);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
