package org.flowanchor.flow.boot;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.flowanchor.api.identity.CallerInterceptor;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.api.identity.TlsStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether and how this service proves who it is; what health says of it. */
final class TransportSecurity implements HealthIndicator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransportSecurity.class);

    private final Optional<PeerCredentials> credentials;
    private final RestProtection rest;
    private final TlsMeters meters;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("certificates").daemon().factory());

    TransportSecurity(TlsProperties properties, RestProtection rest, MeterRegistry registry, InstantSource clock) {
        this.rest = rest;
        this.clock = clock;
        meters = new TlsMeters(registry);
        credentials = properties.settings().credentials(PeerIdentity.FLOW_MANAGER, meters, clock);
        if (credentials.isEmpty()) {
            LOG.warn("TLS is off, as configured: whoever reaches the gRPC port is believed");
        }
        if (rest == RestProtection.NONE) {
            LOG.warn("REST is unauthenticated, as configured: whoever reaches its port is believed");
        }
        credentials.ifPresent(own -> {
            own.watch(watch);
            Gauge.builder(
                            "flowanchor.flow.tls.certificate.expires",
                            own,
                            all -> all.status().expires().getEpochSecond())
                    .description("End of the own certificate, seconds since 1970")
                    .baseUnit("seconds")
                    .register(registry);
        });
    }

    Optional<PeerCredentials> credentials() {
        return credentials;
    }

    RestProtection rest() {
        return rest;
    }

    TlsMeters meters() {
        return meters;
    }

    ServerCredentials grpc() {
        return credentials.map(PeerCredentials::server).orElseGet(InsecureServerCredentials::create);
    }

    /** To call another service. */
    ChannelCredentials client(PeerIdentity.Service service) {
        return credentials.map(own -> own.client(service)).orElseGet(InsecureChannelCredentials::create);
    }

    CallerInterceptor callers() {
        return credentials.map(PeerCredentials::callers).orElseGet(CallerInterceptor::plaintext);
    }

    @Override
    public Health health() {
        if (credentials.isEmpty()) {
            return Health.up()
                    .withDetail("tls", "off")
                    .withDetail("rest", rest.description())
                    .build();
        }
        TlsStatus status = credentials.get().status();
        boolean expired = clock.instant().isAfter(status.expires());
        Health.Builder health = (expired ? Health.down() : Health.up())
                .withDetail("tls", "mutual")
                .withDetail("rest", rest.description())
                .withDetail("identity", status.identity().toString())
                .withDetail(expired ? "expired" : "expires", status.expires().toString());
        status.fault().ifPresent(fault -> health.withDetail("notReloaded", fault));
        return health.build();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
