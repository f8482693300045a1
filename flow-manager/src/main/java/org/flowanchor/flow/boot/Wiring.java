package org.flowanchor.flow.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.apache.catalina.core.StandardHost;
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
import org.flowanchor.flow.adapter.rest.ContainerProblems;
import org.flowanchor.flow.application.AnchorOwnership;
import org.flowanchor.flow.application.AnchorStore;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.application.FlowSettings;
import org.flowanchor.flow.application.FlowSteering;
import org.flowanchor.flow.application.OperatorRequests;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
class Wiring {
    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

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
        Anchors anchors =
                new Anchors(settings, store, outputs, preparer, metrics, AnchorOwnership.SOLE_INSTANCE, clock);
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
    TransportSecurity tlsHealthIndicator(
            TlsProperties tls,
            RestProperties rest,
            ServerProperties server,
            MeterRegistry registry,
            InstantSource clock) {
        RestProtection protection =
                RestProtection.of(server.getAddress(), tls.mode(), rest.unauthenticatedOffLoopback());
        return new TransportSecurity(tls, protection, registry, clock);
    }

    /** Before every other filter: they answer only whom it lets in. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RestSecurity restSecurity(TransportSecurity security) {
        return new RestSecurity(security);
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
    GrpcServerLifecycle grpcServer(
            GrpcProperties properties,
            TransportSecurity security,
            Anchors anchors,
            TopicOutputs outputs,
            InstantSource clock) {
        return new GrpcServerLifecycle(
                new InetSocketAddress(properties.address(), properties.port()),
                security.grpc(),
                security.callers(),
                new SteeringEndpoint(anchors, outputs, clock));
    }
}
