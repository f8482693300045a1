package org.flowanchor.flow.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.metrics.KafkaMetricsAutoConfiguration;

/** The flow-manager: decides which access carries each flow, and moves flows. */
@SpringBootApplication(
        scanBasePackages = {"org.flowanchor.flow.boot", "org.flowanchor.flow.adapter.rest"},
        // Topics are read outside of any consumer group, by plain clients.
        exclude = {KafkaAutoConfiguration.class, KafkaMetricsAutoConfiguration.class})
@EnableConfigurationProperties({
    BindingServiceProperties.class,
    FlowProperties.class,
    GrpcProperties.class,
    KafkaProperties.class
})
public class FlowManagerApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(FlowManagerApplication.class, arguments);
    }
}
