package org.flowanchor.flow.adapter.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flowanchor.api.Topics;
import org.flowanchor.flow.adapter.ContractMapping;
import org.flowanchor.flow.application.FlowMoveJournal;
import org.flowanchor.flow.application.FlowMoveRefused;
import org.flowanchor.flow.application.FlowMoved;
import org.flowanchor.flow.application.LinkSampleJournal;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Link samples and moves to their topics, which it creates. Callers never wait: a thread of its own sends. While Kafka is away, link
 * samples that arrive here go to this instance's anchors directly, so that it goes on deciding; moves wait in a bounded queue.
 */
public final class TopicOutputs implements LinkSampleJournal, FlowMoveJournal, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(TopicOutputs.class);
    private static final int QUEUE = 10_000;
    private static final String LINK_SAMPLE_RETENTION_MILLIS = "600000";
    private static final String LINK_SAMPLE_SEGMENT_MILLIS = "60000";
    private static final String FLOW_MOVE_RETENTION_MILLIS = "604800000";
    private static final long RETRY_MILLIS = 1000;
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    /** One anchor partition for now: the topics have one. */
    private static final int PARTITION = 0;

    private final Map<String, Object> producerConfiguration;
    private final Map<String, Object> adminConfiguration;
    private final Runnable dropped;
    private final InstantSource clock;
    private final BlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean running;
    private volatile boolean publishing = true;
    private volatile LocalDelivery local = (anchor, sample, at) -> {};

    private record Outgoing(ProducerRecord<byte[], byte[]> row, boolean worthRepeating) {}

    /** Takes link samples while Kafka does not. */
    public interface LocalDelivery {
        void linkSampled(LmaAddress anchor, LinkSample sample, Instant at);
    }

    /** @param dropped called with each record that is lost */
    public TopicOutputs(
            Map<String, Object> producerConfiguration,
            Map<String, Object> adminConfiguration,
            Runnable dropped,
            InstantSource clock) {
        this.producerConfiguration = new HashMap<>(producerConfiguration);
        this.producerConfiguration.put("key.serializer", ByteArraySerializer.class);
        this.producerConfiguration.put("value.serializer", ByteArraySerializer.class);
        this.producerConfiguration.put("acks", "all");
        this.producerConfiguration.put("linger.ms", 0);
        this.producerConfiguration.put("max.block.ms", 2000);
        this.producerConfiguration.put("request.timeout.ms", 3000);
        this.producerConfiguration.put("delivery.timeout.ms", 6000);
        this.adminConfiguration = adminConfiguration;
        this.dropped = dropped;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("write-topics").unstarted(this::run);
    }

    /** Where link samples go while Kafka is away. */
    public void deliverLocally(LocalDelivery delivery) {
        local = delivery;
    }

    @Override
    public void publish(LmaAddress anchor, LinkSample sample) {
        if (!publishing) {
            local.linkSampled(anchor, sample, clock.instant());
        }
        if (queue.size() > QUEUE / 2) {
            // The other half is for moves: a sample is worth less, and less with every second.
            dropped.run();
            return;
        }
        offer(new Outgoing(
                row(
                        Topics.LINK_SAMPLES,
                        sample.key().toString(),
                        ContractMapping.toProto(anchor, sample).toByteArray()),
                false));
    }

    @Override
    public void publish(FlowMoved moved) {
        offer(new Outgoing(
                row(
                        Topics.FLOW_MOVES,
                        moved.move().flow().id().toString(),
                        EventMapping.toProto(moved).toByteArray(),
                        moved.move().move().trace()),
                true));
    }

    @Override
    public void publish(FlowMoveRefused refused) {
        offer(new Outgoing(
                row(
                        Topics.FLOW_MOVES,
                        refused.preparation().flow().toString(),
                        EventMapping.toProto(refused).toByteArray(),
                        refused.preparation().move().trace()),
                true));
    }

    private ProducerRecord<byte[], byte[]> row(String topic, String key, byte[] value, Optional<TraceContext> trace) {
        ProducerRecord<byte[], byte[]> row = row(topic, key, value);
        trace.ifPresent(known ->
                row.headers().add(Topics.TRACEPARENT_HEADER, known.traceparent().getBytes(StandardCharsets.US_ASCII)));
        return row;
    }

    private ProducerRecord<byte[], byte[]> row(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, PARTITION, clock.millis(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private void offer(Outgoing outgoing) {
        if (!queue.offer(outgoing)) {
            dropped.run();
        }
    }

    private void run() {
        try {
            while (running) {
                createTopics();
                write();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("Writing topics ends", e);
        }
    }

    /** Returns when Kafka's client gave up, or could not be made: then another is tried. */
    private void write() throws InterruptedException {
        try {
            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerConfiguration);
            try {
                while (running) {
                    send(queue.take(), producer);
                }
            } finally {
                // Only the way out of a wait; the producer's own farewell is not to be disturbed.
                boolean wasInterrupted = Thread.interrupted();
                LOG.debug("Writing topics ended, interrupted {}", wasInterrupted);
                producer.close(FAREWELL);
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            publishing = false;
            LOG.warn("Topics cannot be written, trying on: {}", e.getMessage(), e.getCause());
            Thread.sleep(RETRY_MILLIS);
        }
    }

    private void send(Outgoing next, KafkaProducer<byte[], byte[]> producer) {
        try {
            producer.send(next.row(), (metadata, failure) -> sent(next, Optional.ofNullable(failure)));
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            sent(next, Optional.of(e));
            throw e;
        }
    }

    private void sent(Outgoing outgoing, Optional<Exception> failure) {
        boolean works = failure.isEmpty();
        if (publishing != works) {
            publishing = works;
            if (works) {
                LOG.info("Kafka takes records again");
            } else {
                LOG.warn("Kafka does not take records: {}", failure.get().getMessage());
            }
        }
        if (!works && outgoing.worthRepeating()) {
            offer(outgoing);
        } else if (!works) {
            dropped.run();
        }
    }

    private void createTopics() throws InterruptedException {
        NewTopic linkSamples = new NewTopic(Topics.LINK_SAMPLES, Optional.of(1), Optional.empty())
                .configs(Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", LINK_SAMPLE_RETENTION_MILLIS,
                        "segment.ms", LINK_SAMPLE_SEGMENT_MILLIS));
        NewTopic flowMoves = new NewTopic(Topics.FLOW_MOVES, Optional.of(1), Optional.empty())
                .configs(Map.of("cleanup.policy", "delete", "retention.ms", FLOW_MOVE_RETENTION_MILLIS));
        boolean complained = false;
        while (running) {
            try (Admin admin = Admin.create(adminConfiguration)) {
                Set<String> existing = admin.listTopics().names().get();
                List<NewTopic> missing = List.of(linkSamples, flowMoves).stream()
                        .filter(topic -> !existing.contains(topic.name()))
                        .toList();
                admin.createTopics(missing).all().get();
                missing.forEach(topic -> LOG.info("Topic {} created", topic.name()));
                return;
            } catch (ExecutionException | KafkaException e) {
                if (e.getCause() instanceof TopicExistsException) {
                    continue;
                }
                publishing = false;
                if (!complained) {
                    complained = true;
                    LOG.warn("Topics cannot be created, trying on: {}", e.getMessage());
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    /** Whether the last record was taken. */
    public boolean isPublishing() {
        return publishing;
    }

    @Override
    public void start() {
        running = true;
        thread.start();
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
