package org.flowanchor.service;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;

/** What {@code /v3/api-docs} says of the whole. */
public final class OpenApiDocument {
    private OpenApiDocument() {}

    /** Of a service that is asked at its own address. */
    public static OpenAPI of(String service, String description) {
        return new OpenAPI()
                .info(new Info().title("FlowAnchor " + service).version("v1").description(description));
    }

    /** Of a service whose document is read at the policy-service's address, too: the server is relative. */
    public static OpenAPI behindThePolicyService(String service, String description) {
        return of(service, description).servers(List.of(new Server().url("/")));
    }
}
