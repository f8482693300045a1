package org.flowanchor.policy.boot;

import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.policy.adapter.rest.Owners;
import org.flowanchor.service.TlsMeters;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.TransportSecurity;

/**
 * How the owners of resources are reached: an {@code https} address by mutual TLS, as the policy-service and to that owner only; plain
 * {@code http} on this host, elsewhere only when TLS is switched off.
 */
final class OwnerConnections {
    private OwnerConnections() {}

    /**
     * Certificates are read only where something needs them: REST beyond this host, or an owner with an {@code https} address.
     *
     * @throws TlsConfigurationException when requests to an owner would not be protected as their addresses say
     */
    static TransportSecurity security(
            TlsProperties tls, OwnersProperties owners, RestProtection rest, TlsMeters meters, InstantSource clock) {
        owners.requireNothingInTheClear(tls);
        boolean wanted = owners.needTls() || rest == RestProtection.MUTUAL_TLS;
        Optional<PeerCredentials> credentials =
                wanted ? tls.settings().credentials(PeerIdentity.POLICY_SERVICE, meters, clock) : Optional.empty();
        if (owners.needTls() && credentials.isEmpty()) {
            throw new TlsConfigurationException(
                    "flowanchor.owners.*: https with flowanchor.tls.mode=plaintext",
                    "give http addresses, or set flowanchor.tls.mode=mutual");
        }
        String without = owners.areLocal() ? "not needed: owners are on this host" : "off";
        return new TransportSecurity(credentials, without, rest, meters, clock);
    }

    /** @param credentials present if one of them has an {@code https} address, see {@link #security} */
    static Owners to(OwnersProperties properties, Optional<PeerCredentials> credentials) {
        return new Owners(
                owner(properties.bindingService(), PeerIdentity.BINDING_SERVICE, credentials),
                owner(properties.flowManager(), PeerIdentity.FLOW_MANAGER, credentials),
                properties.connectTimeout(),
                properties.answerTimeout());
    }

    private static Owners.Owner owner(
            URI address, PeerIdentity.Service identity, Optional<PeerCredentials> credentials) {
        Optional<SSLContext> tls =
                OwnersProperties.isTls(address) ? credentials.map(own -> own.httpClient(identity)) : Optional.empty();
        return new Owners.Owner(address, tls);
    }
}
