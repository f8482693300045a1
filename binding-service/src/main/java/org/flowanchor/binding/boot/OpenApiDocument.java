package org.flowanchor.binding.boot;

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
                        .title("FlowAnchor binding-service")
                        .version("v1")
                        .description(
                                "Bindings, gateways and prefix pools of local mobility anchors (RFC 5213, RFC 7864)."
                                        + " Errors are RFC 9457 problem details with a stable type."));
    }
}
