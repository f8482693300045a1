package org.flowanchor.flow.adapter.rest;

import org.flowanchor.service.DeclaredParameters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who asks for what no operation declares is told so. */
@Configuration(proxyBeanMethods = false)
class QueryConfiguration {
    @Bean
    DeclaredParameters declaredParameters() {
        return new DeclaredParameters(InvalidRequestException::new);
    }
}
