package org.flowanchor.binding.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.SubscriberFeed;
import org.flowanchor.binding.application.SubscriberFeedState;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** From a real Kafka to a real PostgreSQL. Each test has a database, a topic and readers of its own. */
class SubscriberFeedIT {
    private static EmbeddedKafkaKraftBroker kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private TestDatabase database;
    private final AtomicInteger rejected = new AtomicInteger();

    @BeforeAll
    static void startKafka() {
        kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.getBrokersAsString()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stopKafka() {
        producer.close();
        kafka.destroy();
    }

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        recreateTopic();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static void recreateTopic() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBrokersAsString()))) {
            Await.until("the topic is gone", () -> {
                try {
                    if (!admin.listTopics().names().get().contains(Topics.SUBSCRIBERS)) {
                        return true;
                    }
                    admin.deleteTopics(List.of(Topics.SUBSCRIBERS)).all().get();
                    return false;
                } catch (InterruptedException | ExecutionException e) {
                    return false;
                }
            });
        }
    }

    /** A replica's feed. */
    private final class Reader implements AutoCloseable {
        final SubscriberFeedState state = new SubscriberFeedState();
        final SubscriberStore store;
        private final SubscriberFeed feed;
        private final Thread thread;
        private final AutoCloseable background;

        Reader(String bootstrapServers, InstantSource clock) {
            Persistence persistence = Persistence.open(
                    database.pool(),
                    List.of(new Anchor(Scene.ANCHOR, 0, List.of(Replica.POOL))),
                    Duration.ofSeconds(60),
                    new AnchorVersions(),
                    new MessageHints());
            background = persistence.background();
            store = persistence.subscriberStore();
            feed = new SubscriberFeed(
                    store,
                    () -> new KafkaSubscriberTopic(
                            Map.of("bootstrap.servers", bootstrapServers), (short) 1, rejected::incrementAndGet),
                    state,
                    clock,
                    Duration.ofHours(12));
            thread = Thread.ofPlatform().daemon().start(feed);
        }

        @Override
        public void close() {
            feed.close();
            try {
                thread.join();
                background.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Reader reader() {
        return new Reader(kafka.getBrokersAsString(), InstantSource.system());
    }

    private static SubscriberEvent.Builder profile(String node) {
        return SubscriberEvent.newBuilder()
                .setMobileNodeIdentifier(node)
                .setPolicyGroup("gold")
                .setProxyRegistrationEnabled(true);
    }

    private static ByteString octets(String identifier) {
        return ByteString.copyFrom(LinkLayerIdentifier.parse(identifier).octets());
    }

    private static void publish(String node, long version, SubscriberEvent.@Nullable Builder event) {
        publishRaw(node, version, event == null ? null : event.build().toByteArray());
    }

    private static void publishRaw(String node, long version, byte @Nullable [] value) {
        ProducerRecord<byte[], byte[]> row =
                new ProducerRecord<>(Topics.SUBSCRIBERS, 0, node.getBytes(StandardCharsets.UTF_8), value);
        row.headers().add(Topics.VERSION_HEADER, Long.toString(version).getBytes(StandardCharsets.US_ASCII));
        try {
            producer.send(row).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> stored() {
        return database.query("SELECT mobile_node || ' ' || version FROM subscriber ORDER BY mobile_node");
    }

    private void awaitStored(String... expected) {
        Await.until("stored " + List.of(expected) + ", not " + stored(), () -> stored().equals(List.of(expected)));
    }

    private static void awaitComplete(Reader reader) {
        Await.until("the end of the topic", () -> reader.state.condition().complete());
    }

    @Test
    void anEmptyTopicIsMadeAndReadToItsEnd() throws Exception {
        try (Reader reader = reader()) {
            assertThat(reader.store.isComplete()).isFalse();
            awaitComplete(reader);
            Await.until("the store knows", reader.store::isComplete);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBrokersAsString()))) {
                assertThat(admin.describeTopics(List.of(Topics.SUBSCRIBERS))
                                .allTopicNames()
                                .get())
                        .extractingByKey(Topics.SUBSCRIBERS)
                        .satisfies(topic -> assertThat(topic.partitions()).hasSize(1));
            }
        }
    }

    @Test
    void recordsAreTakenOverInOrderAndNotNewerOnesAreDropped() {
        publish("a", 1, profile("a"));
        publish("b", 2, profile("b"));
        publish("a", 3, profile("a").setPolicyGroup("silver"));
        try (Reader reader = reader()) {
            awaitComplete(reader);
            awaitStored("a 3", "b 2");
            publish("a", 1, profile("a"));
            publish("b", 4, null);
            publish("b", 2, profile("b"));
            publish("c", 5, profile("c"));
            awaitStored("a 3", "b 2", "c 5");
        }
    }

    @Test
    void t09_interfacesAreTheirNodesAndMoveWithTheProfile() {
        LinkLayerIdentifier one = LinkLayerIdentifier.parse("02:00:00:00:00:01");
        LinkLayerIdentifier two = LinkLayerIdentifier.parse("02:00:00:00:00:02");
        LinkLayerIdentifier stranger = LinkLayerIdentifier.parse("02:00:00:00:00:03");
        MobileNodeIdentifier a = new MobileNodeIdentifier("a");
        MobileNodeIdentifier b = new MobileNodeIdentifier("b");
        try (Reader reader = reader()) {
            MobileNodeDirectory directory =
                    new MobileNodeDirectory(reader.store, Map.of(stranger, b), Duration.ofMinutes(1));
            assertThat(directory.resolve(List.of(one)))
                    .as("before the end of the topic nobody is nobody's")
                    .isEmpty();
            publish(
                    "a",
                    1,
                    profile("a")
                            .addLinkLayerIdentifiers(octets("02:00:00:00:00:01"))
                            .addLinkLayerIdentifiers(octets("02:00:00:00:00:02")));
            awaitComplete(reader);
            awaitStored("a 1");
            assertThat(directory.resolve(List.of(one, two, one, stranger)))
                    .extracting(MobileNodeDirectory.Mapping::mobileNode)
                    .as("two interfaces are one node's; what is configured stands behind")
                    .containsExactly(Optional.of(a), Optional.of(a), Optional.of(b));
            publish("a", 2, profile("a").addLinkLayerIdentifiers(octets("02:00:00:00:00:01")));
            publish("b", 3, profile("b").addLinkLayerIdentifiers(octets("02:00:00:00:00:02")));
            awaitStored("a 2", "b 3");
            assertThat(reader.store.mobileNodes(List.of(one, two, stranger))).isEqualTo(Map.of(one, a, two, b));
            publish("a", 4, null);
            awaitStored("b 3");
            assertThat(directory.resolve(List.of(one)))
                    .containsExactly(new MobileNodeDirectory.Mapping(one, Optional.empty(), Duration.ofSeconds(5)));
        }
    }

    @Test
    void staticPrefixesAreKeptForTheirNode() {
        HomeNetworkPrefix prefix = HomeNetworkPrefix.parse("2001:db8:100:7::/64");
        try (Reader reader = reader()) {
            awaitComplete(reader);
            publish("a", 1, profile("a").addStaticPrefixes(ProtoMapping.toProto(prefix)));
            awaitStored("a 1");
            assertThat(database.query("SELECT text(prefix) || ' ' || mobile_node FROM subscriber_prefix"))
                    .containsExactly("2001:db8:100:7::/64 a");
            publish("a", 2, profile("a"));
            awaitStored("a 2");
            assertThat(database.query("SELECT prefix FROM subscriber_prefix")).isEmpty();
        }
    }

    @Test
    void aRecordThatIsNoProfileIsLeftOutAndCountedAndWhatWasKnownStays() {
        try (Reader reader = reader()) {
            awaitComplete(reader);
            publish("a", 1, profile("a"));
            publishRaw("a", 2, new byte[] {1, 2, 3});
            publish("a", 3, profile("somebody else"));
            publish("a", 4, profile("a").setPolicyGroup(""));
            publish("a", 5, profile("a").setHostModelValue(77));
            publish("x/y", 6, null);
            publish("b", 7, profile("b"));
            awaitStored("a 1", "b 7");
            assertThat(rejected).hasValue(5);
        }
    }

    @Test
    void anotherReplicaGoesOnWhereTheFirstOneStopped() {
        publish("a", 1, profile("a"));
        try (Reader second = twoReaders()) {
            publish("b", 2, profile("b"));
            awaitStored("a 1", "b 2");
            assertThat(second.state.applied()).as("only what is new").isEqualTo(1);
        }
    }

    private Reader twoReaders() {
        try (Reader first = reader()) {
            awaitComplete(first);
            awaitStored("a 1");
            Reader second = reader();
            Await.until("the second one looks", () -> second.state.condition().complete());
            assertThat(second.state.applied()).isZero();
            return second;
        }
    }

    @Test
    void withoutKafkaWhatIsStoredStays() {
        publish("a", 1, profile("a").addLinkLayerIdentifiers(octets("02:00:00:00:00:01")));
        try (Reader reader = reader()) {
            awaitComplete(reader);
            awaitStored("a 1");
        }
        try (Reader reader = new Reader("127.0.0.1:1", InstantSource.system())) {
            Await.until(
                    "the failure", () -> reader.state.condition().failingSince().isPresent());
            assertThat(reader.state.condition().complete()).isTrue();
            assertThat(reader.store.isComplete()).isTrue();
            assertThat(reader.store.mobileNodes(List.of(LinkLayerIdentifier.parse("02:00:00:00:00:01"))))
                    .hasSize(1);
            assertThat(reader.state.failures()).isPositive();
        }
    }

    @Test
    void aTopicThatWasMadeAgainReplacesTheOldOneAtItsEndAndNotBefore() {
        publish("a", 100, profile("a"));
        publish("b", 101, profile("b"));
        try (Reader reader = reader()) {
            awaitComplete(reader);
            awaitStored("a 100", "b 101");
        }
        recreateTopic();
        try (Reader first = reader()) {
            Await.until("the new topic is read", () -> stored().isEmpty());
            assertThat(first.state.condition().complete()).isTrue();
        }
        recreateTopic();
        try (Reader maker = new Reader(kafka.getBrokersAsString(), InstantSource.system())) {
            awaitComplete(maker);
            publish("b", 1, profile("b"));
            publish("c", 2, profile("c"));
            awaitStored("b 1", "c 2");
        }
    }

    @Test
    void aPositionThatWasNotLookedAtForLongIsNotContinued() throws Exception {
        publish("a", 1, profile("a"));
        publish("b", 2, profile("b"));
        try (Reader reader = reader()) {
            awaitComplete(reader);
            awaitStored("a 1", "b 2");
        }
        // As if the tombstone of a was compacted away while nobody read: it is simply not in the topic.
        database.execute("INSERT INTO subscriber VALUES ('ghost', 3, (SELECT profile FROM subscriber LIMIT 1))");
        try (Reader soon = reader()) {
            publish("c", 4, profile("c"));
            awaitStored("a 1", "b 2", "c 4", "ghost 3");
        }
        Instant later = Instant.now().plus(Duration.ofHours(13));
        try (Reader late = new Reader(kafka.getBrokersAsString(), () -> later)) {
            awaitStored("a 1", "b 2", "c 4");
        }
    }

    @Test
    void manyProfilesAreTakenOverInPortions() {
        for (int i = 1; i <= 3_500; i++) {
            SubscriberEvent event = profile("bulk" + i)
                    .addLinkLayerIdentifiers(ByteString.copyFrom(new byte[] {2, 0, 0, 0, (byte) (i >> 8), (byte) i}))
                    .build();
            ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(
                    Topics.SUBSCRIBERS, 0, ("bulk" + i).getBytes(StandardCharsets.UTF_8), event.toByteArray());
            row.headers().add(Topics.VERSION_HEADER, Long.toString(i).getBytes(StandardCharsets.US_ASCII));
            var _ = producer.send(row);
        }
        producer.flush();
        try (Reader reader = reader()) {
            awaitComplete(reader);
            assertThat(database.number("SELECT count(*) FROM subscriber")).isEqualTo(3_500);
            assertThat(database.number("SELECT count(*) FROM subscriber_link_layer_identifier"))
                    .isEqualTo(3_500);
            assertThat(database.number("SELECT position FROM subscriber_feed")).isEqualTo(3_500);
            assertThat(reader.state.applied()).isEqualTo(3_500);
        }
    }
}
