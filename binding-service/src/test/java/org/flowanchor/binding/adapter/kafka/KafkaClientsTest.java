package org.flowanchor.binding.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is configured for every client of Kafka reaches every client, and undoes nothing that the service relies on. */
class KafkaClientsTest {
    private static final Map<String, Object> CONNECTION = Map.of(
            "bootstrap.servers",
            "kafka:9092",
            "security.protocol",
            "SASL_SSL",
            "sasl.jaas.config",
            "the secret",
            "acks",
            "0",
            "enable.idempotence",
            "false",
            "enable.auto.commit",
            "true",
            "auto.offset.reset",
            "latest");

    @Test
    void everyClientGetsTheCredentials() {
        for (Map<String, Object> client : List.of(
                KafkaBindingPublisher.producerConfiguration(CONNECTION),
                KafkaBindingPublisher.adminConfiguration(CONNECTION),
                KafkaSubscriberTopic.consumerConfiguration(CONNECTION),
                KafkaSubscriberTopic.adminConfiguration(CONNECTION))) {
            assertThat(client)
                    .containsEntry("bootstrap.servers", "kafka:9092")
                    .containsEntry("security.protocol", "SASL_SSL")
                    .containsEntry("sasl.jaas.config", "the secret");
        }
    }

    @Test
    void durabilityAndPositionAreNotConfigurable() {
        assertThat(KafkaBindingPublisher.producerConfiguration(CONNECTION))
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true);
        assertThat(KafkaSubscriberTopic.consumerConfiguration(CONNECTION))
                .containsEntry("enable.auto.commit", false)
                .containsEntry("auto.offset.reset", "none");
    }
}
