/**
 * What the services do alike at their edges: how REST is protected, what it refuses before any controller, certificates and what is told of
 * them. {@code boot} and {@code adapter.rest} of the services may use it; what belongs to one of them stays there.
 */
@NullMarked
package org.flowanchor.service;

import org.jspecify.annotations.NullMarked;
