package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.LTE_LINK;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.next;
import static org.flowanchor.binding.boot.GatewayStream.open;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.api.v1.BindingRevocationIndication;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.api.v1.HostModel;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** Profiles as the policy-service publishes them, to what gateways and the topic {@code bindings} say: real Kafka, real PostgreSQL. */
class SubscriberBindingsIT {
    private static final AtomicInteger NODE = new AtomicInteger();
    private static EmbeddedKafkaKraftBroker kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private static TestDatabase database;
    private static RunningService service;
    private static long version;
    private final String node = "subscriber-" + NODE.incrementAndGet() + "@example.org";

    @BeforeAll
    static void start() {
        kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.getBrokersAsString()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        database = TestDatabase.empty();
        service = new RunningService(
                database,
                "--spring.kafka.bootstrap-servers=" + kafka.getBrokersAsString(),
                "--flowanchor.kafka.bootstrap-servers=" + kafka.getBrokersAsString(),
                "--flowanchor.kafka.bindings-partitions=1",
                "--flowanchor.min-delay-before-bce-delete=60s");
        Await.until(
                "ready: the topic was read to its end",
                () -> service.get("/actuator/health/readiness").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
        producer.close();
        kafka.destroy();
    }

    private SubscriberEvent.Builder profile() {
        return SubscriberEvent.newBuilder()
                .setMobileNodeIdentifier(node)
                .setPolicyGroup("premium")
                .setProxyRegistrationEnabled(true);
    }

    private void publish(SubscriberEvent.@Nullable Builder event) {
        long of = ++version;
        ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(
                Topics.SUBSCRIBERS,
                0,
                node.getBytes(StandardCharsets.UTF_8),
                event == null ? null : event.build().toByteArray());
        row.headers().add(Topics.VERSION_HEADER, Long.toString(of).getBytes(StandardCharsets.US_ASCII));
        try {
            producer.send(row).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        String stored = "SELECT count(*) FROM subscriber WHERE mobile_node = '" + node + "'"
                + (event == null ? "" : " AND version = " + of);
        Await.until("the profile is stored", () -> database.number(stored) == (event == null ? 0 : 1));
    }

    private static Conversation<GatewaySignal, AnchorSignal> gateway(ProxyCareOfAddress address) {
        return open(service.channel(), address, 1);
    }

    private ProxyBindingUpdate.Builder update(
            ProxyCareOfAddress gateway, AccessTechnologyType type, LinkLayerIdentifier link, int handoff) {
        return GatewayStream.update(node, gateway, type, link, handoff);
    }

    private ProxyBindingUpdate.Builder wlan() {
        return update(MAG1, WLAN, WLAN_LINK, 1);
    }

    /** The node's bindings on the topic, oldest first. */
    private List<BindingCacheEntry> published() {
        List<BindingCacheEntry> entries = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.getBrokersAsString()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(Topics.BINDINGS, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(last -> last)
                    .sum();
            while (consumer.position(partitions.getFirst()) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> {
                    if (row.value() != null) {
                        try {
                            entries.add(BindingEvent.parseFrom(row.value()).getEntry());
                        } catch (InvalidProtocolBufferException e) {
                            throw new AssertionError(e);
                        }
                    }
                });
            }
        }
        return entries.stream()
                .filter(entry -> entry.getMobileNodeIdentifier().equals(node))
                .toList();
    }

    @Test
    void l06_aNodeIsRegisteredOnceItIsASubscriberAndRefusedWhenItIsNoneAnyMore() {
        try (var mag1 = gateway(MAG1)) {
            assertThat(exchange(mag1, wlan()).getStatus()).isEqualTo(153);
            publish(profile());
            assertThat(exchange(mag1, wlan()).getStatus()).isZero();
            publish(null);
            assertThat(exchange(mag1, wlan()).getStatus()).isEqualTo(153);
        }
    }

    @Test
    void l05_t11_eachRefusalHasItsStatus() {
        try (var mag1 = gateway(MAG1);
                var mag2 = gateway(MAG2)) {
            publish(profile()
                    .addAuthorizedGateways(ProtoMapping.toProto(MAG1))
                    .addAllowedAccessTechnologyTypes(WLAN.value())
                    .addServiceSelections("ims"));
            assertThat(exchange(mag2, update(MAG2, WLAN, LTE_LINK, 1)).getStatus())
                    .isEqualTo(154);
            assertThat(exchange(mag1, update(MAG1, LTE, LTE_LINK, 1)).getStatus())
                    .isEqualTo(152);
            assertThat(exchange(mag1, wlan().setServiceSelection("flow1:udp/5060"))
                            .getStatus())
                    .isEqualTo(151);
            ProxyBindingAcknowledgement accepted = exchange(mag1, wlan().setServiceSelection("ims"));
            assertThat(accepted.getStatus()).isZero();
            assertThat(accepted.getServiceSelection()).isEqualTo("ims");
        }
    }

    @Test
    void aChangedProfileReachesTheTopicOfBindingsWithoutAnUpdateOfTheGateway() {
        try (var mag1 = gateway(MAG1)) {
            publish(profile());
            assertThat(exchange(mag1, wlan()).getStatus()).isZero();
            publish(profile().setPolicyGroup("night").setHostModel(HostModel.HOST_MODEL_WEAK));
            Await.until("the binding is published anew", () -> {
                List<BindingCacheEntry> entries = published();
                return !entries.isEmpty()
                        && entries.getLast().getPolicyGroup().equals("night")
                        && entries.getLast().getHostModel() == HostModel.HOST_MODEL_WEAK;
            });
        }
    }

    @Test
    void r01_aSubscriberThatIsBarredIsRevokedAtItsGateway() {
        try (var mag1 = gateway(MAG1)) {
            publish(profile());
            assertThat(exchange(mag1, wlan()).getStatus()).isZero();
            publish(profile().setProxyRegistrationEnabled(false));
            BindingRevocationIndication indication =
                    next(mag1, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            assertThat(indication.getRevocationTrigger()).isEqualTo(1);
            assertThat(indication.getMobileNodeIdentifier()).isEqualTo(node);
            assertThat(exchange(mag1, wlan()).getStatus()).isEqualTo(152);
        }
    }

    @Test
    void r01_aSubscriberThatIsDeletedIsRevokedAtItsGateway() {
        try (var mag1 = gateway(MAG1)) {
            publish(profile());
            assertThat(exchange(mag1, wlan()).getStatus()).isZero();
            publish(null);
            BindingRevocationIndication indication =
                    next(mag1, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            assertThat(indication.getRevocationTrigger()).isEqualTo(1);
            assertThat(indication.getMobileNodeIdentifier()).isEqualTo(node);
        }
    }

    @Test
    void aKeptPrefixComesFromTheProfile() {
        HomeNetworkPrefix kept =
                ProtoMapping.toProto(org.flowanchor.mobility.HomeNetworkPrefix.parse("2001:db8:1ff:7::/64"));
        try (var mag1 = gateway(MAG1);
                var mag2 = gateway(MAG2)) {
            publish(profile().addStaticPrefixes(kept));
            assertThat(exchange(mag1, wlan()).getHomeNetworkPrefixesList()).containsExactly(kept);
            assertThat(exchange(mag2, update(MAG2, LTE, LTE_LINK, 1)).getHomeNetworkPrefixesList())
                    .as("shared, whatever the handoff indicator says")
                    .containsExactly(kept);
        }
    }

    @Test
    void t03_bothBindingsOfANodeAreListedAndTheEndOfOneLeavesTheOther() {
        try (var mag1 = gateway(MAG1);
                var mag2 = gateway(MAG2)) {
            publish(profile());
            HomeNetworkPrefix shared = exchange(mag1, wlan()).getHomeNetworkPrefixes(0);
            assertThat(exchange(mag2, update(MAG2, LTE, LTE_LINK, 6)).getHomeNetworkPrefixesList())
                    .containsExactly(shared);
            assertThat(service.get("/api/v1/bindings/" + node).body())
                    .contains("\"bindingIdentifier\":1", "\"bindingIdentifier\":2")
                    .contains("\"proxyCareOfAddress\":\"" + MAG1 + "\"", "\"proxyCareOfAddress\":\"" + MAG2 + "\"")
                    .contains("\"accessTechnologyType\":\"IEEE_802_11\"", "\"accessTechnologyType\":\"E_UTRAN\"");
            ProxyBindingUpdate.Builder leave = wlan().clearHomeNetworkPrefixes()
                    .addHomeNetworkPrefixes(shared)
                    .setHandoffIndicator(4)
                    .setLifetime(0);
            assertThat(exchange(mag1, leave).getStatus()).isZero();
            assertThat(service.get("/api/v1/bindings?state=ACTIVE&mobileNode=" + node)
                            .body())
                    .contains("\"proxyCareOfAddress\":\"" + MAG2 + "\"", "\"bindingIdentifier\":2");
            assertThat(published())
                    .filteredOn(entry -> entry.getBindingIdentifier() == 2)
                    .allSatisfy(entry -> assertThat(entry.getStateValue()).isEqualTo(1));
        }
    }
}
