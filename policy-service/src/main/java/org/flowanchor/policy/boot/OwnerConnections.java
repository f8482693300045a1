package org.flowanchor.policy.boot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.identity.TlsStatus;
import org.flowanchor.policy.adapter.rest.Owners;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * How the owners of resources are reached: an {@code https} address by mutual TLS, as the policy-service and to that owner only; plain
 * {@code http} on this host, elsewhere only when TLS is switched off.
 */
final class OwnerConnections implements HealthIndicator, AutoCloseable {
    private final OwnersProperties properties;
    private final Optional<PeerCredentials> credentials;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("certificates").daemon().factory());

    OwnerConnections(OwnersProperties properties, TlsProperties tls, MeterRegistry registry, InstantSource clock) {
        this.properties = properties;
        this.clock = clock;
        boolean wanted = isTls(properties.bindingService()) || isTls(properties.flowManager());
        credentials = wanted
                ? tls.settings().credentials(PeerIdentity.POLICY_SERVICE, new TlsMeters(registry), clock)
                : Optional.empty();
        if (wanted && credentials.isEmpty()) {
            throw new TlsConfigurationException(
                    "flowanchor.owners.*: https with flowanchor.tls.mode=plaintext",
                    "give http addresses, or set flowanchor.tls.mode=mutual");
        }
        refuseInTheClear("binding-service", properties.bindingService(), tls);
        refuseInTheClear("flow-manager", properties.flowManager(), tls);
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

    Owners owners() {
        return new Owners(
                new Owners.Owner(
                        properties.bindingService(), tls(properties.bindingService(), PeerIdentity.BINDING_SERVICE)),
                new Owners.Owner(properties.flowManager(), tls(properties.flowManager(), PeerIdentity.FLOW_MANAGER)),
                properties.connectTimeout(),
                properties.answerTimeout());
    }

    private Optional<SSLContext> tls(URI address, PeerIdentity.Service owner) {
        return isTls(address) ? credentials.map(own -> own.httpClient(owner)) : Optional.empty();
    }

    private static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }

    private static void refuseInTheClear(String owner, URI address, TlsProperties tls) {
        if (!isTls(address) && !tls.mode().equals("plaintext") && !isThisHost(address.getHost())) {
            throw new TlsConfigurationException(
                    "flowanchor.owners." + owner + ": " + address + " leaves this host in the clear",
                    "give an https address, or set flowanchor.tls.mode=plaintext where nobody else reaches the network");
        }
    }

    /** Never resolves a name. */
    private static boolean isThisHost(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Health health() {
        if (credentials.isEmpty()) {
            boolean local = isThisHost(properties.bindingService().getHost())
                    && isThisHost(properties.flowManager().getHost());
            return Health.up()
                    .withDetail("tls", local ? "not needed: owners are on this host" : "off")
                    .build();
        }
        TlsStatus status = credentials.get().status();
        boolean expired = clock.instant().isAfter(status.expires());
        Health.Builder health = (expired ? Health.down() : Health.up())
                .withDetail("tls", "mutual")
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
