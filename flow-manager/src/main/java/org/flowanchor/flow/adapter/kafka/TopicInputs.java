package org.flowanchor.flow.adapter.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.flow.adapter.ContractMapping;
import org.flowanchor.flow.application.Anchors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Bindings, policies and link samples from their topics. A record that cannot be read is logged, counted and left out: what was known of
 * its entity stays.
 */
public final class TopicInputs implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(TopicInputs.class);
    private static final Duration RECENT = Duration.ofSeconds(15);

    private final Anchors anchors;
    private final Runnable rejected;
    private final List<TopicReader> readers;
    private final PublishedPolicies policies = new PublishedPolicies();
    private final AtomicInteger unread = new AtomicInteger(2);
    private boolean bindingsRead;
    private boolean policiesRead;
    private volatile boolean running;

    /** @param rejected called with each record that could not be read */
    public TopicInputs(Map<String, Object> configuration, Anchors anchors, Runnable rejected, InstantSource clock) {
        this.anchors = anchors;
        this.rejected = rejected;
        this.readers = List.of(
                new TopicReader(
                        configuration, Topics.BINDINGS, null, guarded(this::binding), this::bindingsRead, clock),
                new TopicReader(configuration, Topics.POLICIES, null, guarded(this::policy), this::policiesRead, clock),
                new TopicReader(
                        configuration, Topics.LINK_SAMPLES, RECENT, guarded(this::linkSample), () -> {}, clock));
    }

    private void binding(ConsumerRecord<byte[], byte[]> row) {
        EventMapping.BindingRecord binding = EventMapping.binding(row.key(), row.value(), row.headers());
        anchors.bindingChanged(binding.anchor(), binding.key(), binding.version(), binding.binding(), binding.trace());
    }

    private void policy(ConsumerRecord<byte[], byte[]> row) {
        EventMapping.PolicyRecord policy = EventMapping.policy(row.key(), row.value(), row.headers());
        if (policies.apply(policy.name(), policy.version(), policy.policy()) && policiesRead) {
            anchors.policiesChanged(policies.all(), EventMapping.trace(row.headers()));
        }
    }

    private void linkSample(ConsumerRecord<byte[], byte[]> row) {
        var message = EventMapping.linkSample(row.value());
        anchors.linkSampled(
                ProtoMapping.lmaAddress(message.getLmaAddress()),
                ContractMapping.linkSample(message),
                Instant.ofEpochMilli(row.timestamp()));
    }

    private void bindingsRead() {
        if (!bindingsRead) {
            bindingsRead = true;
            oneReadMore();
        }
    }

    private void policiesRead() {
        if (!policiesRead) {
            policiesRead = true;
            anchors.policiesChanged(policies.all(), Optional.empty());
            oneReadMore();
        }
    }

    private void oneReadMore() {
        if (unread.decrementAndGet() == 0) {
            anchors.inputsRead();
        }
    }

    private Consumer<ConsumerRecord<byte[], byte[]>> guarded(Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        return row -> {
            try {
                handler.accept(row);
            } catch (IllegalArgumentException e) {
                rejected.run();
                LOG.warn("Record {} of {} left out: {}", EventMapping.text(row.key()), row.topic(), e.getMessage());
            }
        };
    }

    /** Whether Kafka answers. */
    public boolean isConnected() {
        return readers.stream().allMatch(TopicReader::isConnected);
    }

    @Override
    public void start() {
        running = true;
        readers.forEach(TopicReader::start);
    }

    @Override
    public void stop() {
        running = false;
        readers.forEach(TopicReader::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
