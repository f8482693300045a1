package org.flowanchor.flow.adapter.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all partitions of a topic on a thread of its own, outside of any consumer group, from the beginning or from a while ago, and says
 * when it has come to where the topic ended at the start. Waits for a broker or a topic that is not there yet; never creates one.
 */
final class TopicReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final long CHECK_MILLIS = 5000;

    private final Map<String, Object> configuration;
    private final String topic;
    private final @Nullable Duration lookBack;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Runnable caughtUp;
    private final InstantSource clock;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean running = true;
    private volatile boolean connected;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private boolean complained;

    /**
     * @param lookBack null: from the beginning
     * @param handler must not throw
     * @param caughtUp called once with each connection that came to the end
     */
    TopicReader(
            Map<String, Object> configuration,
            String topic,
            @Nullable Duration lookBack,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Runnable caughtUp,
            InstantSource clock) {
        this.configuration = new HashMap<>(configuration);
        this.configuration.remove("group.id");
        this.configuration.put("enable.auto.commit", false);
        this.configuration.put("allow.auto.create.topics", false);
        this.configuration.put("key.deserializer", ByteArrayDeserializer.class);
        this.configuration.put("value.deserializer", ByteArrayDeserializer.class);
        this.topic = topic;
        this.lookBack = lookBack;
        this.handler = handler;
        this.caughtUp = caughtUp;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("read-" + topic).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether the broker answered the last time it was asked. */
    boolean isConnected() {
        return connected;
    }

    private void run() {
        while (running) {
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(configuration)) {
                current = consumer;
                read(consumer);
            } catch (WakeupException e) {
                LOG.debug("Reading {} ends", topic, e);
            } catch (KafkaException e) {
                connected = false;
                complain(e.getMessage());
                pause();
            } finally {
                current = null;
            }
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        seek(consumer, partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions, ANSWER);
        connected = true;
        complained = false;
        boolean atEnd = false;
        long checkedAt = clock.millis();
        while (running) {
            for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                handler.accept(row);
            }
            if (!atEnd
                    && end.entrySet().stream().allMatch(last -> consumer.position(last.getKey()) >= last.getValue())) {
                atEnd = true;
                LOG.info("Topic {} read to its end", topic);
                caughtUp.run();
            }
            if (clock.millis() - checkedAt >= CHECK_MILLIS) {
                checkedAt = clock.millis();
                check(consumer, partitions);
            }
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        var known = consumer.partitionsFor(topic, ANSWER);
        if (known == null || known.isEmpty()) {
            throw new KafkaException("topic " + topic + " does not exist yet");
        }
        return known.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private void seek(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        if (lookBack == null) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, Long> since = new HashMap<>();
        partitions.forEach(partition -> since.put(partition, clock.millis() - lookBack.toMillis()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(since, ANSWER);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = found.get(partition);
            if (start == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, start.offset());
            }
        }
    }

    /** A consumer polls in silence when its broker is away: ask it something. */
    private void check(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        try {
            consumer.endOffsets(partitions, ANSWER);
            connected = true;
            complained = false;
        } catch (KafkaException e) {
            connected = false;
            complain(e.getMessage());
        }
    }

    private void complain(@Nullable String why) {
        if (!complained) {
            complained = true;
            LOG.warn("Topic {} cannot be read, trying on: {}", topic, why);
        }
    }

    private void pause() {
        try {
            if (closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                running = false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }

    /** No interrupt: it would disturb the consumer's own farewell. */
    @Override
    public void close() {
        running = false;
        closed.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }
}
