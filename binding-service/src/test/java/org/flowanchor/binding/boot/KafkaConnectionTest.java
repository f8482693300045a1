package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class KafkaConnectionTest {
    /** The variables that the chart's {@code kafka.existingSecret} holds. */
    @Test
    void credentialsComeFromTheVariablesOfTheChartsSecret() {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addFirst(new SystemEnvironmentPropertySource(
                "systemEnvironment",
                Map.of(
                        "SPRING_KAFKA_PROPERTIES_SECURITY_PROTOCOL",
                        "SASL_PLAINTEXT",
                        "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM",
                        "PLAIN",
                        "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
                        "the secret")));
        KafkaProperties spring = new Binder(ConfigurationPropertySources.from(sources))
                .bind("spring.kafka", KafkaProperties.class)
                .get();
        assertThat(KafkaConnection.of("kafka:9092", spring).properties())
                .containsOnly(
                        Map.entry("bootstrap.servers", "kafka:9092"),
                        Map.entry("security.protocol", "SASL_PLAINTEXT"),
                        Map.entry("sasl.mechanism", "PLAIN"),
                        Map.entry("sasl.jaas.config", "the secret"));
    }
}
