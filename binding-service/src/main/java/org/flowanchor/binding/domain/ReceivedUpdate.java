package org.flowanchor.binding.domain;

import java.time.Instant;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * An update with what the transport knows about it.
 *
 * @param sender the authenticated gateway, which may act for itself only
 * @param receivedAt when it arrived; its timestamp is compared with this, so that waiting in line never makes it stale
 */
public record ReceivedUpdate(ProxyBindingUpdate update, ProxyCareOfAddress sender, Instant receivedAt) {}
