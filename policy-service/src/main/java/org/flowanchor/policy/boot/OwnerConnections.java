package org.flowanchor.policy.boot;

import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.policy.adapter.rest.Owners;

/**
 * How the owners of resources are reached: an {@code https} address by mutual TLS, as the policy-service and to that owner only; plain
 * {@code http} on this host, elsewhere only when TLS is switched off.
 */
final class OwnerConnections {
    private OwnerConnections() {}

    /** @param credentials present if one of them has an {@code https} address, see {@link TransportSecurity} */
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
