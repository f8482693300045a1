package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.flowanchor.binding.adapter.grpc.GrpcServer;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.RelayState;
import org.flowanchor.binding.application.StreamRegistry;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics and health of the parts that are not on the update path. */
@Configuration(proxyBeanMethods = false)
class Observability {
    @Bean
    MeterBinder bindingMeters(
            Registrations registrations, RelayState relay, StreamRegistry streams, GrpcServer server) {
        return registry -> {
            Gauge.builder("flowanchor.binding.waiting", registrations, Registrations::waiting)
                    .description("Updates that wait for their transaction")
                    .register(registry);
            Gauge.builder("flowanchor.binding.gateways", server, GrpcServer::gateways)
                    .description("Gateways connected to this replica")
                    .register(registry);
            Gauge.builder(
                            "flowanchor.binding.streams",
                            streams,
                            all -> all.streams().size())
                    .description("Binding streams this replica serves")
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.stream.responses", streams, StreamRegistry::acknowledgements)
                    .tag("result", "ack")
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.stream.responses", streams, StreamRegistry::rejections)
                    .tag("result", "nack")
                    .register(registry);
            Gauge.builder("flowanchor.binding.outbox.pending", relay, RelayState::pending)
                    .description("Changes that are not in Kafka yet; the same on every replica")
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.relay.published", relay, RelayState::published)
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.relay.failures", relay, RelayState::failures)
                    .register(registry);
        };
    }

    /** Kafka being down is worth knowing, and no reason to take the service out of use. */
    @Bean
    HealthIndicator outboxHealthIndicator(RelayState relay) {
        return () -> Health.up()
                .withDetail("pending", relay.pending())
                .withDetail("relay", relay.condition().text())
                .withDetail("since", relay.condition().since().toString())
                .build();
    }

    /** Where durability ends. */
    @Bean
    HealthIndicator durabilityHealthIndicator(Persistence persistence) {
        return () -> {
            boolean standby = persistence.synchronousStandby().getAsBoolean();
            return Health.up()
                    .withDetail("synchronousStandby", standby)
                    .withDetail(
                            "meaning",
                            standby ? "commits are on two machines" : "durability ends at the database's disk")
                    .build();
        };
    }
}
