package org.flowanchor.policy.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.swagger.v3.oas.models.OpenAPI;
import java.time.InstantSource;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.policy.adapter.rest.Owners;
import org.flowanchor.policy.application.CompactedTopic;
import org.flowanchor.policy.application.OffloadPolicies;
import org.flowanchor.policy.application.Outbox;
import org.flowanchor.policy.application.OutboxRelay;
import org.flowanchor.policy.application.PolicyStore;
import org.flowanchor.policy.application.SubscriberStore;
import org.flowanchor.policy.application.Subscribers;
import org.flowanchor.service.OpenApiDocument;
import org.flowanchor.service.RestSecurity;
import org.flowanchor.service.ServiceConfiguration;
import org.flowanchor.service.TlsMeters;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.TransportSecurity;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@Configuration(proxyBeanMethods = false)
@Import(ServiceConfiguration.class)
class PolicyServiceConfiguration {
    /** A policy has up to 256 KiB. */
    private static final int POLICY_BATCH = 100;

    /** A profile has some hundred octets, 64 KiB at most. */
    private static final int SUBSCRIBER_BATCH = 1000;

    @Bean
    OutboxRelay policyRelay(
            @Qualifier("policyOutbox") Outbox outbox,
            @Qualifier("policyTopic") CompactedTopic topic,
            InstantSource clock) {
        return new OutboxRelay(outbox, topic, POLICY_BATCH, clock);
    }

    @Bean
    OutboxRelay subscriberRelay(
            @Qualifier("subscriberOutbox") Outbox outbox,
            @Qualifier("subscriberTopic") CompactedTopic topic,
            InstantSource clock) {
        return new OutboxRelay(outbox, topic, SUBSCRIBER_BATCH, clock);
    }

    @Bean
    OutboxRelayThread policyRelayThread(@Qualifier("policyRelay") OutboxRelay relay) {
        return new OutboxRelayThread("policy-outbox", relay);
    }

    @Bean
    OutboxRelayThread subscriberRelayThread(@Qualifier("subscriberRelay") OutboxRelay relay) {
        return new OutboxRelayThread("subscriber-outbox", relay);
    }

    @Bean
    OffloadPolicies offloadPolicies(
            PolicyStore store, @Qualifier("policyRelay") OutboxRelay relay, InstantSource clock) {
        return new OffloadPolicies(store, relay::wake, clock);
    }

    @Bean
    Subscribers subscribers(
            SubscriberStore store, @Qualifier("subscriberRelay") OutboxRelay relay, InstantSource clock) {
        return new Subscribers(store, relay::wake, clock);
    }

    @Bean
    TlsMeters tlsMeters(MeterRegistry registry) {
        return new TlsMeters("policy", registry);
    }

    @Bean
    TransportSecurity tlsHealthIndicator(
            TlsProperties tls, OwnersProperties owners, RestProtection rest, TlsMeters meters, InstantSource clock) {
        return OwnerConnections.security(tls, owners, rest, meters, clock);
    }

    @Bean
    RestSecurity restSecurity(TransportSecurity security) {
        return RestSecurity.forOperators(security);
    }

    @Bean
    Owners owners(OwnersProperties properties, TransportSecurity security) {
        return OwnerConnections.to(properties, security.credentials());
    }

    @Bean
    HealthIndicator policyOutboxHealthIndicator(@Qualifier("policyRelay") OutboxRelay relay) {
        return health(relay);
    }

    @Bean
    HealthIndicator subscriberOutboxHealthIndicator(@Qualifier("subscriberRelay") OutboxRelay relay) {
        return health(relay);
    }

    /** Always up: a topic that is away delays what it is told, it does not make this service useless. */
    private static HealthIndicator health(OutboxRelay relay) {
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
    MeterBinder policyOutboxMetrics(@Qualifier("policyRelay") OutboxRelay relay) {
        return metrics("policy", relay);
    }

    @Bean
    MeterBinder subscriberOutboxMetrics(@Qualifier("subscriberRelay") OutboxRelay relay) {
        return metrics("policy.subscriber", relay);
    }

    private static MeterBinder metrics(String what, OutboxRelay relay) {
        return registry -> {
            Gauge.builder(
                            "flowanchor." + what + ".outbox.pending",
                            relay,
                            r -> r.status().pending().records())
                    .description("Records that are durable but not yet on the topic; the same on every replica")
                    .register(registry);
            FunctionCounter.builder("flowanchor." + what + ".outbox.published", relay, OutboxRelay::published)
                    .description("Records brought to the topic by this process")
                    .register(registry);
            FunctionCounter.builder("flowanchor." + what + ".outbox.failures", relay, OutboxRelay::failures)
                    .description("Rounds in which this process could not bring the outbox to the topic")
                    .register(registry);
        };
    }

    @Bean
    OpenAPI openApi() {
        return OpenApiDocument.of(
                "policy-service",
                "Offload policies and subscriber profiles. Errors are RFC 9457 problem details with a stable type;"
                        + " every write needs the ETag of what it changes.");
    }
}
