package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.swagger.v3.oas.models.OpenAPI;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.binding.adapter.grpc.GrpcServer;
import org.flowanchor.binding.adapter.kafka.KafkaBindingPublisher;
import org.flowanchor.binding.adapter.mobilityheader.AnchorSignalling;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.adapter.persistence.QueryConfiguration;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.AskingAgain;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingRelease;
import org.flowanchor.binding.application.ExpiryLoop;
import org.flowanchor.binding.application.GatewayAnswers;
import org.flowanchor.binding.application.GatewayChannels;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.MessageSender;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.OutboxRelay;
import org.flowanchor.binding.application.PeerCapabilities;
import org.flowanchor.binding.application.PeerLoop;
import org.flowanchor.binding.application.ProfileChanges;
import org.flowanchor.binding.application.RegistrationMetrics;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayState;
import org.flowanchor.binding.application.Signalling;
import org.flowanchor.binding.application.SignallingMetrics;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.binding.application.StreamRegistry;
import org.flowanchor.binding.application.SubscriberFeedState;
import org.flowanchor.binding.application.WireSignalling;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.service.OpenApiDocument;
import org.flowanchor.service.RestSecurity;
import org.flowanchor.service.ServiceConfiguration;
import org.flowanchor.service.TlsMeters;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.TransportSecurity;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Everything that is not Spring's own. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FlowAnchorProperties.class, KafkaProperties.class})
@Import({QueryConfiguration.class, ServiceConfiguration.class})
class BindingServiceConfiguration {
    /** Anchors of this service; a type of its own, since a list of beans means something else to Spring. */
    record ConfiguredAnchors(List<Anchor> all) {
        List<LmaAddress> addresses() {
            return all.stream().map(Anchor::lmaAddress).toList();
        }
    }

    @Bean
    KafkaConnection kafkaConnection(FlowAnchorProperties properties, KafkaProperties spring) {
        return KafkaConnection.of(properties.kafka().bootstrapServers(), spring);
    }

    @Bean
    ConfiguredAnchors configuredAnchors(FlowAnchorProperties properties) {
        return new ConfiguredAnchors(Configured.anchors(properties));
    }

    @Bean
    AnchorVersions anchorVersions() {
        return new AnchorVersions();
    }

    @Bean
    MessageHints messageHints() {
        return new MessageHints();
    }

    @Bean
    AnchorRules anchorRules(FlowAnchorProperties properties) {
        return Configured.rules(properties);
    }

    @Bean
    Admission admission(FlowAnchorProperties properties, SubscriberFeedState subscribers) {
        boolean read = properties.subscribers().enabled();
        return Configured.admission(
                properties, () -> !read || subscribers.condition().complete());
    }

    @Bean
    PeerCapabilities peerCapabilities(FlowAnchorProperties properties) {
        return new PeerCapabilities(Configured.unknownMessages(properties));
    }

    @Bean
    GatewayChannels gatewayChannels() {
        return new GatewayChannels();
    }

    @Bean
    BindingCache bindingCache(AnchorRules rules, Admission admission, PeerCapabilities capabilities) {
        return new BindingCache(rules, admission, capabilities);
    }

    @Bean
    @DependsOnDatabaseInitialization
    Persistence persistence(
            DataSource dataSource,
            ConfiguredAnchors anchors,
            FlowAnchorProperties properties,
            AnchorVersions versions,
            MessageHints messages) {
        return Persistence.open(dataSource, anchors.all(), properties.prefixRest(), versions, messages);
    }

    @Bean
    OperatorQueries operatorQueries(Persistence persistence) {
        return persistence.operatorQueries();
    }

    @Bean
    BindingRelease bindingRelease(
            BindingQueries queries, Signalling signalling, Persistence persistence, ConfiguredAnchors anchors) {
        return new BindingRelease(queries, signalling, persistence.operatorRequests(), anchors.addresses());
    }

    @Bean
    AskingAgain askingAgain(OperatorQueries queries, Signalling signalling, ConfiguredAnchors anchors) {
        return new AskingAgain(queries, signalling, anchors.addresses());
    }

    @Bean
    BindingLog bindingLog(Persistence persistence) {
        return persistence.bindingLog();
    }

    @Bean
    SignallingMetrics signallingMetrics(MeterRegistry registry) {
        return new SignallingMeters(registry);
    }

    @Bean
    RegistrationMetrics registrationMetrics(MeterRegistry registry) {
        return new RegistrationMeters(registry);
    }

    @Bean(destroyMethod = "")
    AnchorLoops anchorLoops(
            ConfiguredAnchors anchors,
            Persistence persistence,
            AnchorVersions versions,
            MessageHints messages,
            RegistrationMetrics metrics) {
        return new AnchorLoops(anchors.addresses(), persistence.bindingStore(), versions, messages, metrics);
    }

    @Bean(destroyMethod = "")
    Registrations registrations(
            BindingCache cache, AnchorLoops loops, RegistrationMetrics metrics, InstantSource clock) {
        return new Registrations(cache, loops, metrics, clock);
    }

    /** Its tasks may block. */
    @Bean(destroyMethod = "close")
    ExecutorService signallingExecutor() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("signalling-", 0).factory());
    }

    @Bean
    NodeSignalling nodeSignalling(AnchorRules rules, Admission admission, PeerCapabilities capabilities) {
        return new NodeSignalling(rules, admission, capabilities);
    }

    @Bean
    Signalling signalling(
            NodeSignalling domain,
            AnchorRules rules,
            PeerCapabilities capabilities,
            Registrations registrations,
            Persistence persistence,
            MessageHints messages,
            SignallingMetrics metrics,
            InstantSource clock) {
        return new Signalling(
                domain,
                rules.signalling(),
                registrations,
                persistence.gatewayStore(),
                capabilities,
                messages,
                metrics,
                clock);
    }

    @Bean
    GatewayAnswers gatewayAnswers(
            ConfiguredAnchors anchors,
            NodeSignalling domain,
            Admission admission,
            AnchorRules rules,
            Signalling signalling,
            Registrations registrations,
            Persistence persistence,
            GatewayChannels channels,
            MessageHints messages,
            SignallingMetrics metrics,
            InstantSource clock,
            ExecutorService signallingExecutor) {
        return new GatewayAnswers(
                anchors.addresses(),
                domain,
                admission,
                rules.signalling(),
                signalling,
                registrations,
                persistence.gatewayStore(),
                channels,
                messages,
                metrics,
                clock,
                signallingExecutor);
    }

    @Bean(destroyMethod = "")
    ExpiryLoop expiryLoop(
            ConfiguredAnchors anchors,
            BindingCache cache,
            Persistence persistence,
            AnchorLoops loops,
            RegistrationMetrics metrics,
            SignallingMetrics signalling,
            InstantSource clock,
            FlowAnchorProperties properties) {
        return new ExpiryLoop(
                anchors.addresses(),
                cache,
                persistence.bindingStore(),
                loops,
                metrics,
                kind -> signalling.answered(kind, SignallingMetrics.Result.UNANSWERED),
                clock,
                RandomGenerator.getDefault(),
                properties.expiryPeriod());
    }

    @Bean
    StreamRegistry streamRegistry(Persistence persistence, InstantSource clock) {
        return new StreamRegistry(persistence.bindingLog(), clock);
    }

    @Bean
    RelayState relayState() {
        return new RelayState();
    }

    @Bean
    TlsMeters tlsMeters(MeterRegistry registry) {
        return new TlsMeters("binding", registry);
    }

    @Bean
    TransportSecurity tlsHealthIndicator(
            TlsProperties tls, RestProtection rest, TlsMeters meters, InstantSource clock) {
        return TransportSecurity.ofGrpc(PeerIdentity.BINDING_SERVICE, tls, rest, meters, clock);
    }

    @Bean
    RestSecurity restSecurity(TransportSecurity security) {
        return RestSecurity.forThePolicyService(security);
    }

    @Bean
    OpenAPI openApi() {
        return OpenApiDocument.behindThePolicyService(
                "binding-service",
                "Bindings, gateways and prefix pools of local mobility anchors (RFC 5213, RFC 7864)."
                        + " Errors are RFC 9457 problem details with a stable type.");
    }

    @Bean
    RelayRegistry relayRegistry(InstantSource clock) {
        return new RelayRegistry(clock);
    }

    @Bean
    AnchorSignalling wireSignalling(
            FlowAnchorProperties properties,
            Registrations registrations,
            GatewayAnswers answers,
            GatewayChannels channels,
            RelayRegistry relays,
            MeterRegistry registry,
            InstantSource clock) {
        AnchorSignalling wire = new AnchorSignalling(
                Configured.peers(properties),
                registrations::register,
                answers,
                relays,
                new WireMeters(registry),
                clock);
        channels.add(wire);
        return wire;
    }

    @Bean(destroyMethod = "")
    GrpcServer grpcServer(
            FlowAnchorProperties properties,
            TransportSecurity security,
            ConfiguredAnchors anchors,
            Registrations registrations,
            MobileNodeDirectory directory,
            GatewayAnswers answers,
            Signalling signalling,
            SignallingMetrics signallingMetrics,
            GatewayChannels channels,
            Persistence persistence,
            AnchorVersions versions,
            StreamRegistry registry,
            WireSignalling wireSignalling,
            RelayRegistry relays,
            BindingQueries bindingQueries,
            OperatorQueries operatorQueries,
            BindingRelease release,
            AskingAgain askingAgain,
            MeterRegistry meters,
            InstantSource clock) {
        FlowAnchorProperties.GrpcProperties grpc = properties.grpc();
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.ofLiteral(grpc.address()), grpc.port());
        } catch (IllegalArgumentException e) {
            throw new StartRefusedException(
                    "flowanchor.grpc.address: not an IP address: " + grpc.address(),
                    "set flowanchor.grpc.address to an address of this host");
        }
        GrpcServer server = new GrpcServer(
                address,
                security.grpc(),
                security.callers(),
                new MetricCollectingServerInterceptor(meters),
                anchors.all(),
                registrations,
                directory,
                answers,
                signalling,
                signallingMetrics,
                persistence.bindingLog(),
                versions,
                registry,
                wireSignalling,
                relays,
                bindingQueries,
                operatorQueries,
                release,
                askingAgain,
                clock);
        channels.add(server.gatewayChannel());
        return server;
    }

    @Bean
    ServiceLifecycle serviceLifecycle(
            ConfiguredAnchors anchors,
            FlowAnchorProperties properties,
            Persistence persistence,
            AnchorVersions versions,
            AnchorLoops loops,
            Registrations registrations,
            ExpiryLoop expiry,
            Signalling signalling,
            GatewayChannels channels,
            MessageHints messages,
            SignallingMetrics signallingMetrics,
            ProfileChanges profiles,
            KafkaConnection kafkaConnection,
            RelayState state,
            GrpcServer server,
            InstantSource clock) {
        KafkaBindingPublisher.Settings kafka = new KafkaBindingPublisher.Settings(
                kafkaConnection.properties(),
                properties.kafka().bindingsPartitions(),
                properties.kafka().replicationFactor());
        List<OutboxRelay> relays = new ArrayList<>();
        for (Anchor anchor : anchors.all()) {
            relays.add(new OutboxRelay(
                    anchor,
                    persistence.relayStore(),
                    persistence.bindingLog(),
                    () -> new KafkaBindingPublisher(kafka),
                    versions,
                    state,
                    clock,
                    properties.outboxRetention()));
        }
        List<MessageSender> senders = anchors.addresses().stream()
                .map(anchor ->
                        new MessageSender(anchor, persistence.gatewayStore(), channels, messages, signallingMetrics))
                .toList();
        PeerLoop peers = new PeerLoop(anchors.addresses(), signalling, properties.expiryPeriod());
        return new ServiceLifecycle(
                persistence, loops, registrations, expiry, peers, profiles, senders, relays, server);
    }
}
