package org.flowanchor.policy.boot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.identity.TlsStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether and how this service proves who it is; what health says of it. Certificates are read only where something needs them: REST
 * beyond this host, or an owner with an {@code https} address.
 */
final class TransportSecurity implements HealthIndicator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransportSecurity.class);

    private final Optional<PeerCredentials> credentials;
    private final RestProtection rest;
    private final boolean ownersAreLocal;
    private final TlsMeters meters;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("certificates").daemon().factory());

    TransportSecurity(
            TlsProperties tls,
            OwnersProperties owners,
            RestProtection rest,
            MeterRegistry registry,
            InstantSource clock) {
        this.rest = rest;
        this.clock = clock;
        meters = new TlsMeters(registry);
        owners.requireNothingInTheClear(tls);
        ownersAreLocal = owners.areLocal();
        boolean wanted = owners.needTls() || rest == RestProtection.MUTUAL_TLS;
        credentials =
                wanted ? tls.settings().credentials(PeerIdentity.POLICY_SERVICE, meters, clock) : Optional.empty();
        if (owners.needTls() && credentials.isEmpty()) {
            throw new TlsConfigurationException(
                    "flowanchor.owners.*: https with flowanchor.tls.mode=plaintext",
                    "give http addresses, or set flowanchor.tls.mode=mutual");
        }
        if (rest == RestProtection.NONE) {
            LOG.warn(
                    "REST is unauthenticated, as configured: whoever reaches its port may change policies and move flows");
        }
        credentials.ifPresent(own -> {
            own.watch(watch);
            Gauge.builder(
                            "flowanchor.policy.tls.certificate.expires",
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

    @Override
    public Health health() {
        if (credentials.isEmpty()) {
            return Health.up()
                    .withDetail("tls", ownersAreLocal ? "not needed: owners are on this host" : "off")
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
