package org.flowanchor.testbed.signalling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.testbed.signalling.RegistrationLoad.Registered;

/** The topic {@code bindings}, folded as a consumer folds it: the last record of a key counts. */
public final class BindingTopic {
    private static final Duration POLL = Duration.ofMillis(200);

    private BindingTopic() {}

    /**
     * What it says now.
     *
     * @param registered active bindings by mobile node
     * @param faults records that cannot be read
     */
    public record Folded(Map<String, Registered> registered, long records, List<String> faults) {}

    /** Reads a partition from its beginning to its present end, keeping mobile nodes whose name begins with {@code run}. */
    public static Folded fold(String bootstrapServers, int partition, String run) {
        Map<String, Object> configuration = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                20_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition topic = new TopicPartition(Topics.BINDINGS, partition);
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
            Fold fold = new Fold(run);
            while (consumer.position(topic) < end) {
                consumer.poll(POLL).forEach(fold::add);
            }
            return fold.folded();
        }
    }

    private static final class Fold {
        private final String run;
        private final Map<String, Registered> byKey = new HashMap<>();
        private final Map<String, String> mobileNodes = new HashMap<>();
        private final Map<String, Long> versions = new HashMap<>();
        private final List<String> faults = new ArrayList<>();
        private long records;

        Fold(String run) {
            this.run = run;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            String key = new String(record.key(), UTF_8);
            // <LMA address>/<mobile node>/<BID>
            String mobileNode = key.substring(key.indexOf('/') + 1, key.lastIndexOf('/'));
            if (!mobileNode.startsWith(run)) {
                return;
            }
            records++;
            mobileNodes.put(key, mobileNode);
            long version = version(record);
            long before = versions.getOrDefault(key, 0L);
            versions.put(key, Math.max(before, version));
            if (version < before) {
                // A batch of unknown outcome is sent again whole: its last record of the key comes again, too.
                return;
            }
            if (record.value() == null) {
                byKey.remove(key);
                return;
            }
            try {
                BindingEvent event = BindingEvent.parseFrom(record.value());
                if (event.getEntry().getState() == BindingState.BINDING_STATE_ACTIVE) {
                    byKey.put(key, AnchorFollower.registered(event.getEntry()));
                } else {
                    byKey.remove(key);
                }
            } catch (InvalidProtocolBufferException e) {
                faults.add("not a binding event at offset " + record.offset() + ": " + e.getMessage());
            }
        }

        Folded folded() {
            Map<String, Registered> registered = new HashMap<>();
            byKey.forEach((key, one) -> registered.put(mobileNodes.get(key), one));
            return new Folded(registered, records, List.copyOf(faults));
        }

        private static long version(ConsumerRecord<byte[], byte[]> record) {
            Header header = record.headers().lastHeader(Topics.VERSION_HEADER);
            return header == null ? 0 : Long.parseLong(new String(header.value(), US_ASCII));
        }
    }
}
