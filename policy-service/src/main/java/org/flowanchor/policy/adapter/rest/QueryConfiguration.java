package org.flowanchor.policy.adapter.rest;

import org.flowanchor.service.DeclaredParameters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is forwarded is the owner's to judge. */
@Configuration(proxyBeanMethods = false)
class QueryConfiguration {
    @Bean
    DeclaredParameters declaredParameters() {
        return new DeclaredParameters((name, fault) -> Problem.invalidRequest(name + ": " + fault));
    }
}
