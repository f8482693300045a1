/**
 * Who speaks on a connection between agents and services, and how it is proven: mutual TLS with the identity in the certificate.
 * Adapters and {@code boot} of every module may use it; domains do not.
 */
@NullMarked
package org.flowanchor.api.identity;

import org.jspecify.annotations.NullMarked;
