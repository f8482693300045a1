package org.flowanchor.policy.adapter.kafka;

import org.flowanchor.api.Topics;
import org.flowanchor.policy.application.CompactedTopic;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ProducerFactory;

/** The topics this service owns. They share the producer: what one of them gave up cannot come late to the other. */
@Configuration(proxyBeanMethods = false)
class TopicConfiguration {
    @Bean
    CompactedTopic policyTopic(KafkaProperties properties, ProducerFactory<byte[], byte[]> producers) {
        return new KafkaTopic(Topics.POLICIES, properties, producers);
    }

    @Bean
    CompactedTopic subscriberTopic(KafkaProperties properties, ProducerFactory<byte[], byte[]> producers) {
        return new KafkaTopic(Topics.SUBSCRIBERS, properties, producers);
    }
}
