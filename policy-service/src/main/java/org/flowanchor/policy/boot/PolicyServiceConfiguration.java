package org.flowanchor.policy.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import java.time.InstantSource;
import org.apache.catalina.core.StandardHost;
import org.flowanchor.policy.adapter.rest.ContainerProblems;
import org.flowanchor.policy.adapter.rest.Owners;
import org.flowanchor.policy.application.OffloadPolicies;
import org.flowanchor.policy.application.Outbox;
import org.flowanchor.policy.application.OutboxRelay;
import org.flowanchor.policy.application.PolicyStore;
import org.flowanchor.policy.application.PolicyTopic;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PolicyServiceConfiguration {
    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    OutboxRelay outboxRelay(Outbox outbox, PolicyTopic topic, InstantSource clock) {
        return new OutboxRelay(outbox, topic, clock);
    }

    @Bean
    OutboxRelayThread outboxRelayThread(OutboxRelay relay) {
        return new OutboxRelayThread(relay);
    }

    @Bean
    OffloadPolicies offloadPolicies(PolicyStore store, OutboxRelay relay, InstantSource clock) {
        return new OffloadPolicies(store, relay::wake, clock);
    }

    @Bean
    Owners owners(OwnersProperties properties) {
        return new Owners(
                properties.bindingService(),
                properties.flowManager(),
                properties.connectTimeout(),
                properties.answerTimeout());
    }

    /** Always up: a topic that is away delays policies, it does not make this service useless. */
    @Bean
    HealthIndicator policyOutboxHealthIndicator(OutboxRelay relay) {
        return () -> {
            OutboxRelay.Status status = relay.status();
            Health.Builder health =
                    Health.up().withDetail("pending", status.pending().records());
            status.pending().oldest().ifPresent(oldest -> health.withDetail("oldest", oldest.toString()));
            status.failingSince()
                    .ifPresent(since -> health.withDetail("failingSince", since.toString())
                            .withDetail("failure", status.failure()));
            return health.build();
        };
    }

    @Bean
    MeterBinder outboxMetrics(OutboxRelay relay) {
        return registry -> {
            Gauge.builder(
                            "flowanchor.policy.outbox.pending",
                            relay,
                            r -> r.status().pending().records())
                    .description("Policy records that are durable but not yet on the topic; the same on every replica")
                    .register(registry);
            FunctionCounter.builder("flowanchor.policy.outbox.published", relay, OutboxRelay::published)
                    .description("Policy records brought to the topic by this process")
                    .register(registry);
            FunctionCounter.builder("flowanchor.policy.outbox.failures", relay, OutboxRelay::failures)
                    .description("Rounds in which this process could not bring the outbox to the topic")
                    .register(registry);
        };
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> containerProblems() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ContainerProblems.class.getName());
            }
        });
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("FlowAnchor policy-service")
                        .version("v1")
                        .description("Offload policies. Errors are RFC 9457 problem details with a stable type;"
                                + " every write needs the ETag of what it changes."));
    }
}
