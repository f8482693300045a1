package org.flowanchor.flow.boot;

import com.google.protobuf.ByteString;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.flow.adapter.grpc.GrpcServerLifecycle;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real PostgreSQL, real Kafka, and the service, which can be stopped and started. */
final class Platform implements AutoCloseable {
    static final String ANCHOR = "2001:db8:b::1";
    private static final JsonMapper JSON = new JsonMapper();

    final EmbeddedPostgres postgres;
    final EmbeddedKafkaKraftBroker kafka;
    final ScriptedBindingService binding = new ScriptedBindingService();
    private final KafkaProducer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private long version;
    private volatile boolean kafkaUp = true;
    ConfigurableApplicationContext service;
    /** Header {@code traceparent} of records and requests from now on; empty: none. */
    String cause = "";

    Platform() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        kafka = new EmbeddedKafkaKraftBroker(1, 1, Topics.BINDINGS, Topics.POLICIES);
        kafka.afterPropertiesSet();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                kafka.getBrokersAsString(),
                "key.serializer",
                ByteArraySerializer.class,
                "value.serializer",
                ByteArraySerializer.class,
                "linger.ms",
                0));
        service = startService();
    }

    void restartService() {
        service.close();
        service = startService();
    }

    private ConfigurableApplicationContext startService() {
        return new SpringApplicationBuilder(FlowManagerApplication.class)
                .run(
                        "--server.port=0",
                        "--server.shutdown=immediate",
                        "--flowanchor.grpc.port=0",
                        "--flowanchor.tls.mode=plaintext",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--spring.kafka.bootstrap-servers=" + kafka.getBrokersAsString(),
                        "--flowanchor.flow.congestion-onset=400ms",
                        "--flowanchor.flow.settle-time=1s",
                        "--flowanchor.binding-service.addresses[0]=" + binding.address(),
                        "--flowanchor.flow.prepare-timeout=3s",
                        "--flowanchor.flow.move-timeout=1s",
                        "--flowanchor.flow.acknowledgement-timeout=1500ms");
    }

    int grpcPort() {
        return service.getBean(GrpcServerLifecycle.class).port();
    }

    // ---- topics

    static ByteString address(String text) {
        return ProtoMapping.toProto(Ipv6Address.parse(text));
    }

    void bind(String node, int bid, String gateway, int type, boolean active) {
        bind(node, bid, gateway, type, active, _ -> {});
    }

    /** @param profile adds what a subscriber profile says */
    void bind(
            String node,
            int bid,
            String gateway,
            int type,
            boolean active,
            Consumer<BindingCacheEntry.Builder> profile) {
        version++;
        BindingCacheEntry.Builder entry = BindingCacheEntry.newBuilder()
                .setLmaAddress(address(ANCHOR))
                .setMobileNodeIdentifier(node)
                .setBindingIdentifier(bid)
                .setBindingPriority(bid)
                .addHomeNetworkPrefixes(ProtoMapping.toProto(HomeNetworkPrefix.parse("2001:db8:100:1::/64")))
                .setProxyCareOfAddress(address(gateway))
                .setAccessTechnologyType(type)
                .setState(active ? BindingState.BINDING_STATE_ACTIVE : BindingState.BINDING_STATE_RELEASING)
                .setPolicyGroup("default")
                .setVersion(version);
        profile.accept(entry);
        ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(
                Topics.BINDINGS,
                0,
                bytes(ANCHOR + "/" + node + "/" + bid),
                BindingEvent.newBuilder().setEntry(entry).build().toByteArray());
        row.headers().add(Topics.VERSION_HEADER, bytes(Long.toString(version)));
        send(row);
    }

    void policy(OffloadPolicyEvent policy) {
        send(new ProducerRecord<>(Topics.POLICIES, bytes(policy.getName()), policy.toByteArray()));
    }

    private void send(ProducerRecord<byte[], byte[]> row) {
        if (!cause.isEmpty()) {
            row.headers().add(Topics.TRACEPARENT_HEADER, bytes(cause));
        }
        try {
            producer.send(row).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All records of a topic. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers", kafka.getBrokersAsString(),
                "key.deserializer", ByteArrayDeserializer.class,
                "value.deserializer", ByteArrayDeserializer.class))) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(last -> last)
                    .sum();
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            while (consumer.position(partitions.getFirst()) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
            return found;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- REST

    record Answer(int status, JsonNode body) {
        String type() {
            return body.path("type").asString();
        }
    }

    Answer get(String path) {
        return call(HttpRequest.newBuilder(uri(path)).GET());
    }

    Answer post(String path, String body) {
        return post(path, HttpRequest.BodyPublishers.ofString(body));
    }

    Answer postOnce(String key, String path, String body) {
        return call(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer post(String path, HttpRequest.BodyPublisher body) {
        return call(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(body));
    }

    private Answer call(HttpRequest.Builder request) {
        if (!cause.isEmpty()) {
            request.header("traceparent", cause);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode body = response.body().startsWith("{") ? JSON.readTree(response.body()) : JSON.createObjectNode();
            return new Answer(response.statusCode(), body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String text(String path) {
        try {
            return http.send(HttpRequest.newBuilder(uri(path)).GET().build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }

    // ---- database

    String setting(String name) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    long count(String table) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    // ---- waiting

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s: " + what);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    void stopPostgres() throws IOException {
        postgres.close();
    }

    void stopKafka() {
        producer.close();
        kafkaUp = false;
        kafka.destroy();
    }

    boolean isKafkaUp() {
        return kafkaUp;
    }

    @Override
    public void close() throws IOException {
        service.close();
        binding.close();
        if (kafkaUp) {
            stopKafka();
        }
        postgres.close();
    }
}
