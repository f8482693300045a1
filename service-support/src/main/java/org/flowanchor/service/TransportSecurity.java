package org.flowanchor.service;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
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

/** Whether and how a service proves who it is; what health says of it. */
public final class TransportSecurity implements HealthIndicator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransportSecurity.class);

    private final Optional<PeerCredentials> credentials;
    private final String without;
    private final RestProtection rest;
    private final TlsMeters meters;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("certificates").daemon().factory());

    /**
     * @param credentials read with {@code meters} as their listener
     * @param without what health says of TLS where there are none
     */
    public TransportSecurity(
            Optional<PeerCredentials> credentials,
            String without,
            RestProtection rest,
            TlsMeters meters,
            InstantSource clock) {
        this.credentials = credentials;
        this.without = without;
        this.rest = rest;
        this.meters = meters;
        this.clock = clock;
        if (rest == RestProtection.NONE) {
            LOG.warn("REST is unauthenticated, as configured: whoever reaches its port is believed");
        }
        credentials.ifPresent(own -> {
            own.watch(watch);
            meters.expires(own);
        });
    }

    /** Of a service that is called by gRPC: without certificates only where TLS is switched off. */
    public static TransportSecurity ofGrpc(
            PeerIdentity.Service own, TlsProperties tls, RestProtection rest, TlsMeters meters, InstantSource clock) {
        Optional<PeerCredentials> credentials = tls.settings().credentials(own, meters, clock);
        if (credentials.isEmpty()) {
            LOG.warn("TLS is off, as configured: whoever reaches the gRPC port is believed");
        }
        return new TransportSecurity(credentials, "off", rest, meters, clock);
    }

    public Optional<PeerCredentials> credentials() {
        return credentials;
    }

    RestProtection rest() {
        return rest;
    }

    TlsMeters meters() {
        return meters;
    }

    public ServerCredentials grpc() {
        return credentials.map(PeerCredentials::server).orElseGet(InsecureServerCredentials::create);
    }

    /** To call another service. */
    public ChannelCredentials client(PeerIdentity.Service service) {
        return credentials.map(own -> own.client(service)).orElseGet(InsecureChannelCredentials::create);
    }

    public CallerInterceptor callers() {
        return credentials.map(PeerCredentials::callers).orElseGet(CallerInterceptor::plaintext);
    }

    @Override
    public Health health() {
        if (credentials.isEmpty()) {
            return Health.up()
                    .withDetail("tls", without)
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
