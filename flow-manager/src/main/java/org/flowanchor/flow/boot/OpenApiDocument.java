package org.flowanchor.flow.boot;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What {@code /v3/api-docs} says of the whole. */
@Configuration(proxyBeanMethods = false)
class OpenApiDocument {
    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                // Relative: the same document is read at the policy-service's address.
                .servers(List.of(new Server().url("/")))
                .info(new Info()
                        .title("FlowAnchor flow-manager")
                        .version("v1")
                        .description(
                                "IP flows of mobile nodes, the access that carries each, and why (RFC 7864 section 3.2)."
                                        + " Directions are the mobile node's: downlink is towards it. Errors are RFC 9457 problem"
                                        + " details with a stable type."));
    }
}
