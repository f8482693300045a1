package org.flowanchor.binding.adapter.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.OutboxRelay;
import org.flowanchor.binding.application.RelayState;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** From the outbox of a real PostgreSQL to a real Kafka, which stops and comes back. The tests follow one another on one topic. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutboxRelayIT {
    private static final int PARTITION = 2;
    private static TestDatabase database;
    private static EmbeddedKafkaKraftBroker kafka;
    private static Replica replica;
    private static Consumer<byte[], byte[]> consumer;
    private static final List<ConsumerRecord<byte[], byte[]>> RECEIVED = new ArrayList<>();
    private static final RelayState STATE = new RelayState();

    private record Running(OutboxRelay relay, Thread thread) implements AutoCloseable {
        @Override
        public void close() {
            relay.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        replica = new Replica(database);
        kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        Properties properties = new Properties();
        properties.put("bootstrap.servers", kafka.getBrokersAsString());
        properties.put("auto.offset.reset", "earliest");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterAll
    static void stop() {
        consumer.close();
        replica.close();
        kafka.destroy();
        database.close();
    }

    private static Running relay(Replica of) {
        KafkaBindingPublisher.Settings settings = new KafkaBindingPublisher.Settings(
                Map.of("bootstrap.servers", kafka.getBrokersAsString()), 4, (short) 1);
        OutboxRelay relay = new OutboxRelay(
                new Anchor(ANCHOR, PARTITION, List.of(Replica.POOL)),
                of.relays(),
                of.log(),
                () -> new KafkaBindingPublisher(settings),
                of.versions(),
                STATE,
                InstantSource.system(),
                Duration.ofMinutes(10));
        return new Running(relay, Thread.ofPlatform().daemon().start(relay));
    }

    /** Polls until the topic brought the anchor to {@code version}. */
    private static void receiveUpTo(long version) {
        if (consumer.assignment().isEmpty()) {
            Await.until("the topic exists", () -> consumer.listTopics().containsKey(Topics.BINDINGS));
            consumer.assign(List.of(new TopicPartition(Topics.BINDINGS, PARTITION)));
            consumer.seekToBeginning(consumer.assignment());
        }
        Await.until("version " + version + " in Kafka", () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(RECEIVED::add);
            return !RECEIVED.isEmpty() && version(RECEIVED.getLast()) >= version;
        });
    }

    private static long version(ConsumerRecord<byte[], byte[]> record) {
        return Long.parseLong(
                new String(record.headers().lastHeader(Topics.VERSION_HEADER).value(), US_ASCII));
    }

    private static void assertInOrder() {
        for (int i = 1; i < RECEIVED.size(); i++) {
            assertThat(version(RECEIVED.get(i))).isEqualTo(version(RECEIVED.get(i - 1)) + 1);
        }
    }

    @Test
    @Order(1)
    void changesArriveInOrderWithVersionAndTombstone() throws Exception {
        List<HomeNetworkPrefix> prefixes = replica.accepted(wlan()).homeNetworkPrefixes();
        replica.accepted(lte().handoff(SHARING));
        replica.accepted(wlan().deregistration().prefixes(prefixes).at(START.plusSeconds(5)));
        replica.expire(START.plusSeconds(15));
        try (Running running = relay(replica)) {
            assertThat(running.thread().isAlive()).isTrue();
            receiveUpTo(4);
        }
        assertThat(consumer.partitionsFor(Topics.BINDINGS)).hasSize(4);
        // The topic was new: first the entries there were, then the changes as they came.
        assertThat(RECEIVED).extracting(OutboxRelayIT::version).containsExactly(2L, 1L, 2L, 3L, 4L);
        RECEIVED.removeFirst();
        assertInOrder();
        assertThat(new String(RECEIVED.getFirst().key(), UTF_8)).isEqualTo("2001:db8::1/mn1@example.org/1");
        BindingEvent event = BindingEvent.parseFrom(RECEIVED.get(1).value());
        assertThat(event.getEntry().getVersion()).isEqualTo(2);
        assertThat(event.getEntry().getBindingIdentifier()).isEqualTo(2);
        assertThat(event.getEntry().getPolicyGroup()).isEqualTo("gold");
        assertThat(RECEIVED.getLast().value()).isNull();
        assertThat(replica.relays().pending()).isZero();
    }

    @Test
    @Order(2)
    void restartedRelayLosesAndRepeatsNothing() {
        for (int i = 0; i < 20; i++) {
            replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-" + i)).at(START.plusSeconds(20 + i)));
            if (i % 5 == 0) {
                try (Running running = relay(replica)) {
                    assertThat(running.thread().isAlive()).isTrue();
                    receiveUpTo(5 + i);
                }
            }
        }
        try (Running running = relay(replica)) {
            assertThat(running.thread().isAlive()).isTrue();
            receiveUpTo(24);
        }
        assertInOrder();
    }

    @Test
    @Order(3)
    void twoReplicasRelayOnceBetweenThem() {
        try (Replica second = new Replica(database);
                Running one = relay(replica);
                Running two = relay(second)) {
            assertThat(one.thread().isAlive() && two.thread().isAlive()).isTrue();
            for (int i = 0; i < 30; i++) {
                (i % 2 == 0 ? replica : second)
                        .accepted(wlan().of(new MobileNodeIdentifier("crowd-a" + i))
                                .at(START.plusSeconds(50)));
            }
            receiveUpTo(54);
        }
        assertInOrder();
        assertThat(database.number("SELECT position FROM relay")).isEqualTo(54);
    }

    @Test
    @Order(4)
    void registrationGoesOnWhileKafkaIsDownAndTheOutboxDrainsLater() {
        try (Running running = relay(replica)) {
            assertThat(running.thread().isAlive()).isTrue();
            replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-b")).at(START.plusSeconds(60)));
            receiveUpTo(55);
            var broker = Objects.requireNonNull(kafka.getCluster())
                    .brokers()
                    .values()
                    .iterator()
                    .next();
            broker.shutdown();
            broker.awaitShutdown();
            List<HomeNetworkPrefix> prefixes = List.of();
            for (int i = 0; i < 40; i++) {
                prefixes = replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-c"))
                                .handoff(prefixes.isEmpty() ? 1 : NOT_CHANGED)
                                .prefixes(prefixes.isEmpty() ? List.of(HomeNetworkPrefix.ALL_ZERO) : prefixes)
                                .at(START.plusSeconds(70 + i)))
                        .homeNetworkPrefixes();
            }
            assertThat(replica.relays().pending()).isEqualTo(40);
            Await.until("the relay says so", () -> STATE.failures() > 0 && STATE.pending() == 40);
            assertThat(STATE.condition().text()).isNotEqualTo("ok");
            broker.startup();
            receiveUpTo(95);
            Await.until("nothing is pending", () -> STATE.pending() == 0);
            assertThat(STATE.condition().text()).isEqualTo("ok");
        }
        // A batch whose outcome was unknown may come twice, whole: per key the last is the newest and what follows is
        // what was committed.
        Map<String, Long> newest = new HashMap<>();
        List<Long> applied = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : RECEIVED) {
            String key = new String(record.key(), UTF_8);
            if (version(record) > newest.getOrDefault(key, 0L)) {
                newest.put(key, version(record));
                applied.add(version(record));
            }
        }
        assertThat(applied).isSorted().hasSize(95).endsWith(95L);
        Map<String, Long> last = new HashMap<>();
        RECEIVED.forEach(record -> last.put(new String(record.key(), UTF_8), version(record)));
        assertThat(last).isEqualTo(newest);
    }

    /** Somebody builds the cluster anew: the producer goes on as if nothing had happened. */
    @Test
    @Order(5)
    void topicMadeAgainUnderARunningRelayBeginsWithEveryEntry() throws Exception {
        try (Running running = relay(replica);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBrokersAsString()))) {
            assertThat(running.thread().isAlive()).isTrue();
            replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-e")).at(START.plusSeconds(190)));
            Await.until(
                    "the relay publishes",
                    () -> database.number("SELECT a.version - r.position FROM anchor a JOIN relay r USING (anchor)")
                            == 0);
            Uuid before = topic(admin);
            admin.deleteTopics(List.of(Topics.BINDINGS)).all().get();
            Await.until("the topic is another one", () -> isAnother(admin, before));
            replica.accepted(wlan().of(new MobileNodeIdentifier("crowd-d")).at(START.plusSeconds(200)));
            Set<String> keys = new HashSet<>();
            try (Consumer<byte[], byte[]> anew = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", kafka.getBrokersAsString(), "allow.auto.create.topics", false),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                TopicPartition partition = new TopicPartition(Topics.BINDINGS, PARTITION);
                anew.assign(List.of(partition));
                anew.seekToBeginning(List.of(partition));
                long entries = database.number("SELECT count(*) FROM binding_cache_entry");
                Await.until("every entry is there", () -> {
                    anew.poll(Duration.ofMillis(100)).forEach(record -> keys.add(new String(record.key(), UTF_8)));
                    return keys.size() >= entries;
                });
                assertThat(keys).hasSize((int) entries).anyMatch(key -> key.contains("crowd-d"));
            }
        }
    }

    private static Uuid topic(Admin admin) throws Exception {
        return admin.describeTopics(List.of(Topics.BINDINGS))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .topicId();
    }

    private static boolean isAnother(Admin admin, Uuid before) {
        try {
            return !topic(admin).equals(before);
        } catch (Exception notThere) {
            return false;
        }
    }
}
