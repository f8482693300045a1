package org.flowanchor.binding.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The control side of the local mobility anchor. */
@SpringBootApplication(exclude = KafkaAutoConfiguration.class, scanBasePackages = "org.flowanchor.binding.adapter.rest")
@Import({BindingServiceConfiguration.class, Observability.class, SubscriberConfiguration.class})
public class BindingServiceApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(BindingServiceApplication.class, arguments);
    }
}
