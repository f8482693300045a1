package org.flowanchor.binding.boot;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * How every client of this service gets into Kafka: its addresses, and what {@code spring.kafka} says of credentials, as with the other
 * services.
 */
record KafkaConnection(Map<String, Object> properties) {
    KafkaConnection {
        properties = Map.copyOf(properties);
    }

    /** @param spring its {@code properties}, {@code security} and {@code ssl} */
    static KafkaConnection of(String bootstrapServers, KafkaProperties spring) {
        Map<String, Object> properties = new HashMap<>();
        properties.putAll(spring.getSecurity().buildProperties());
        properties.putAll(spring.getSsl().buildProperties());
        properties.putAll(spring.getProperties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return new KafkaConnection(properties);
    }
}
