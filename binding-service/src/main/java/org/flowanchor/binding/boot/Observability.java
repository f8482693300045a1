package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.flowanchor.binding.adapter.grpc.GrpcServer;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayState;
import org.flowanchor.binding.application.StreamRegistry;
import org.flowanchor.mobility.LmaAddress;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics and health of the parts that are not on the update path. */
@Configuration(proxyBeanMethods = false)
class Observability {
    @Bean
    MeterBinder bindingMeters(
            AnchorLoops loops, RelayState relay, StreamRegistry streams, RelayRegistry relays, GrpcServer server) {
        return registry -> {
            Gauge.builder("flowanchor.binding.waiting", loops, AnchorLoops::waiting)
                    .description("Updates that wait for their transaction")
                    .register(registry);
            Gauge.builder("flowanchor.binding.gateways", server, GrpcServer::gateways)
                    .description("Gateways connected to this replica")
                    .register(registry);
            Gauge.builder(
                            "flowanchor.binding.relays",
                            relays,
                            all -> all.relays().size())
                    .description("Relays of signalling on the wire that this replica serves")
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

    /** An anchor whose loop ended is served by a new process only. */
    @Bean
    HealthIndicator anchorsHealthIndicator(AnchorLoops loops) {
        return () -> loops.brokenOff().isEmpty()
                ? Health.up().build()
                : Health.down()
                        .withDetail(
                                "brokenOff",
                                loops.brokenOff().stream()
                                        .map(LmaAddress::toString)
                                        .toList())
                        .build();
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

    /** Who carries signalling on the wire, and what protects it. */
    @Bean
    HealthIndicator signallingHealthIndicator(RelayRegistry relays) {
        return () -> {
            Health.Builder health = Health.up();
            for (RelayRegistry.Relay relay : relays.relays()) {
                health.withDetail(relay.lmaAddress() + " by " + relay.peer(), relay.protection());
            }
            return health.build();
        };
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
