package org.flowanchor.flow.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

class TopicOutputsIT {
    private static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8:b::1");
    private final List<LinkSample> local = new CopyOnWriteArrayList<>();

    private static LinkSample sample(long packets) {
        return new LinkSample(
                new LinkKey(ProxyCareOfAddress.parse("2001:db8:b::11"), LinkKey.Kind.ACCESS_LINK, "wlan0"),
                Optional.of(AccessTechnologyType.IEEE_802_11),
                true,
                InstantSource.system().instant(),
                Duration.ofSeconds(1),
                packets,
                1000 * packets,
                0,
                0,
                OptionalLong.empty());
    }

    /** Kafka's clients read the address from {@code servers} whenever one is made, as they ask the name service in the field. */
    private static Map<String, Object> configuration(Path servers) {
        return Map.of(
                "bootstrap.servers",
                "${file:" + servers + ":bootstrap.servers}",
                "config.providers",
                "file",
                "config.providers.file.class",
                FileConfigProvider.class.getName());
    }

    private static void name(Path servers, String address) throws IOException {
        Files.writeString(servers, "bootstrap.servers=" + address + "\n");
    }

    @Test
    void aNameThatIsNotKnownYetIsWaitedForAndSamplesArriveHereMeanwhile(@TempDir Path directory) throws Exception {
        Path servers = directory.resolve("servers.properties");
        name(servers, "nowhere.invalid:9092");
        TopicOutputs outputs =
                new TopicOutputs(configuration(servers), configuration(servers), () -> {}, InstantSource.system());
        outputs.deliverLocally((anchor, sample, at) -> local.add(sample));
        EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        try {
            outputs.start();
            await("Kafka is known to be away", () -> !outputs.isPublishing());
            LinkSample sample = sample(10);
            outputs.publish(ANCHOR, sample);
            assertThat(local).containsExactly(sample);

            name(servers, kafka.getBrokersAsString());
            await("the sample that waited is taken", outputs::isPublishing);
            outputs.publish(ANCHOR, sample(20));
            assertThat(local).as("no longer").containsExactly(sample);
        } finally {
            outputs.stop();
            kafka.destroy();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline: %s", what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
