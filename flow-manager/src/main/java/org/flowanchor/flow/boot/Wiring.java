package org.flowanchor.flow.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.swagger.v3.oas.models.OpenAPI;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.flow.adapter.grpc.FlowMobilityClient;
import org.flowanchor.flow.adapter.grpc.GrpcServerLifecycle;
import org.flowanchor.flow.adapter.grpc.SteeringEndpoint;
import org.flowanchor.flow.adapter.kafka.TopicInputs;
import org.flowanchor.flow.adapter.kafka.TopicOutputs;
import org.flowanchor.flow.adapter.persistence.JdbcAnchorStore;
import org.flowanchor.flow.adapter.persistence.JdbcOperatorRequests;
import org.flowanchor.flow.adapter.persistence.Schema;
import org.flowanchor.flow.application.AnchorOwnership;
import org.flowanchor.flow.application.AnchorStore;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.application.FlowSettings;
import org.flowanchor.flow.application.FlowSteering;
import org.flowanchor.flow.application.OperatorRequests;
import org.flowanchor.service.OpenApiDocument;
import org.flowanchor.service.RestSecurity;
import org.flowanchor.service.ServiceConfiguration;
import org.flowanchor.service.TlsMeters;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.TransportSecurity;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
@Import(ServiceConfiguration.class)
class Wiring {
    @Bean
    FlowSettings settings(FlowProperties properties) {
        return properties.settings();
    }

    /** The first take-over migrates: a database that is late delays that, and not the start. */
    @Bean
    FlywayMigrationStrategy migrationStrategy() {
        return flyway -> {};
    }

    @Bean
    Schema schema(Flyway flyway) {
        return new Schema(flyway::migrate);
    }

    @Bean
    AnchorStore store(JdbcClient jdbc, PlatformTransactionManager transactions, Schema schema) {
        return new JdbcAnchorStore(jdbc, new TransactionTemplate(transactions), schema);
    }

    @Bean
    OperatorRequests operatorRequests(JdbcClient jdbc, Schema schema) {
        return new JdbcOperatorRequests(jdbc, schema);
    }

    @Bean
    TopicOutputs topicOutputs(KafkaProperties kafka, FlowMetrics metrics, InstantSource clock) {
        return new TopicOutputs(
                kafka.buildProducerProperties(), kafka.buildAdminProperties(), metrics::recordDropped, clock);
    }

    @Bean
    FlowMobilityClient flowMobilityClient(BindingServiceProperties properties, TransportSecurity security) {
        return new FlowMobilityClient(
                properties.addresses(), security.client(PeerIdentity.BINDING_SERVICE), properties.answerTimeout());
    }

    @Bean
    Anchors anchors(
            FlowSettings settings,
            AnchorStore store,
            TopicOutputs outputs,
            FlowMobilityClient preparer,
            FlowMetrics metrics,
            InstantSource clock) {
        Anchors anchors = new Anchors(
                settings,
                store,
                outputs,
                preparer,
                metrics,
                AnchorOwnership.SOLE_INSTANCE,
                clock,
                () -> ThreadLocalRandom.current().nextLong());
        outputs.deliverLocally(anchors::linkSampled);
        metrics.observe(anchors);
        return anchors;
    }

    @Bean
    TopicInputs topicInputs(KafkaProperties kafka, Anchors anchors, FlowMetrics metrics, InstantSource clock) {
        return new TopicInputs(kafka.buildConsumerProperties(), anchors, metrics::recordRejected, clock);
    }

    @Bean
    FlowSteering flowSteering(Anchors anchors, AnchorStore store, FlowSettings settings, InstantSource clock) {
        return new FlowSteering(anchors, store, settings, clock);
    }

    @Bean
    TlsMeters tlsMeters(MeterRegistry registry) {
        return new TlsMeters("flow", registry);
    }

    @Bean
    TransportSecurity tlsHealthIndicator(
            TlsProperties tls, RestProtection rest, TlsMeters meters, InstantSource clock) {
        return TransportSecurity.ofGrpc(PeerIdentity.FLOW_MANAGER, tls, rest, meters, clock);
    }

    /** Before every other filter: they answer only whom it lets in. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RestSecurity restSecurity(TransportSecurity security) {
        return RestSecurity.forThePolicyService(security);
    }

    @Bean
    OpenAPI openApi() {
        return OpenApiDocument.behindThePolicyService(
                "flow-manager",
                "IP flows of mobile nodes, the access that carries each, and why (RFC 7864 section 3.2)."
                        + " Directions are the mobile node's: downlink is towards it. Errors are RFC 9457 problem"
                        + " details with a stable type.");
    }

    @Bean
    GrpcServerLifecycle grpcServer(
            GrpcProperties properties,
            TransportSecurity security,
            Anchors anchors,
            TopicOutputs outputs,
            MeterRegistry registry,
            InstantSource clock) {
        return new GrpcServerLifecycle(
                new InetSocketAddress(properties.address(), properties.port()),
                security.grpc(),
                security.callers(),
                new MetricCollectingServerInterceptor(registry),
                new SteeringEndpoint(anchors, outputs, clock));
    }
}
