package org.flowanchor.policy.adapter.rest;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where the services are whose resources are offered here.
 *
 * @param connectTimeout after which an owner counts as unavailable
 * @param answerTimeout for the first byte of an answer
 */
public record Owners(Owner bindingService, Owner flowManager, Duration connectTimeout, Duration answerTimeout) {
    /**
     * One of them.
     *
     * @param address of its REST
     * @param tls believes that owner only; empty for an http address
     */
    public record Owner(URI address, Optional<SSLContext> tls) {}
}
