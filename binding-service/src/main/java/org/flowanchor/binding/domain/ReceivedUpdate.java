package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * An update with what the transport knows about it.
 *
 * @param sender the authenticated gateway, which may act for itself only
 * @param receivedAt when it arrived; its timestamp is compared with this, so that waiting in line never makes it stale
 * @param notOffered what it asks for and no anchor here has, as the status that says so; the gateway learns it once it is known to be
 *     entitled to ask and the message is in order (RFC 5844 section 3.1.2.1)
 */
public record ReceivedUpdate(
        ProxyBindingUpdate update, ProxyCareOfAddress sender, Instant receivedAt, Optional<BindingStatus> notOffered) {
    /** One that asks for what every anchor has. */
    public ReceivedUpdate(ProxyBindingUpdate update, ProxyCareOfAddress sender, Instant receivedAt) {
        this(update, sender, receivedAt, Optional.empty());
    }
}
