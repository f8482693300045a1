package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.policy;
import static org.flowanchor.policy.RunningPolicyService.send;
import static org.flowanchor.policy.RunningPolicyService.subscriber;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class StoreOutageIT {
    @Test
    void withoutItsDatabaseTheServiceSaysSoAndStillForwards() {
        DurablePostgres postgres = new DurablePostgres();
        try (ConfigurableApplicationContext instance = RunningPolicyService.instance(postgres)) {
            URI address = RunningPolicyService.addressOf(instance);
            assertThat(send(address, "GET", "/actuator/health/readiness", "").statusCode())
                    .isEqualTo(200);
            postgres.stop();

            for (HttpResponse<String> answer : List.of(
                    send(address, "GET", "/api/v1/policies", ""),
                    send(address, "GET", "/api/v1/policies/p", ""),
                    send(address, "POST", "/api/v1/policies", policy("p", 1)),
                    send(address, "DELETE", "/api/v1/policies/p", "", "If-Match", "*"),
                    send(address, "GET", "/api/v1/subscribers", ""),
                    send(address, "GET", "/api/v1/subscribers/mn1", ""),
                    send(address, "POST", "/api/v1/subscribers", subscriber("mn1")),
                    send(address, "DELETE", "/api/v1/subscribers/mn1", "", "If-Match", "*"))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(json(answer).get("type").asString()).isEqualTo("urn:flowanchor:problem:store-unavailable");
            }
            assertThat(send(address, "POST", "/api/v1/policies", "{}").statusCode())
                    .isEqualTo(400);
            assertThat(send(address, "GET", "/actuator/health/readiness", "").statusCode())
                    .isEqualTo(503);
            assertThat(send(address, "GET", "/actuator/health/liveness", "").statusCode())
                    .isEqualTo(200);
            assertThat(send(address, "GET", "/api/v1/flows", "").statusCode()).isEqualTo(202);
        }
    }
}
