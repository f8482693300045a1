package org.flowanchor.policy.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** The operator's door. */
@SpringBootApplication(scanBasePackages = "org.flowanchor.policy")
@ConfigurationPropertiesScan
@EntityScan("org.flowanchor.policy.adapter.persistence")
@EnableJpaRepositories("org.flowanchor.policy.adapter.persistence")
public class PolicyServiceApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(PolicyServiceApplication.class, arguments);
    }
}
