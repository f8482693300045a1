package org.flowanchor.policy.adapter.rest;

import java.net.URI;
import java.time.Duration;

/**
 * Where the services are whose resources are offered here.
 *
 * @param bindingService REST address of binding-service
 * @param flowManager REST address of flow-manager
 * @param connectTimeout after which an owner counts as unavailable
 * @param answerTimeout for the first byte of an answer
 */
public record Owners(URI bindingService, URI flowManager, Duration connectTimeout, Duration answerTimeout) {}
