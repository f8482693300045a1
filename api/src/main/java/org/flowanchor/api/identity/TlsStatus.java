package org.flowanchor.api.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A process's own proof, for health and metrics.
 *
 * @param expires end of the certificate's validity
 * @param fault why the present files cannot be used; those before are
 */
public record TlsStatus(PeerIdentity identity, Instant expires, Optional<String> fault) {}
