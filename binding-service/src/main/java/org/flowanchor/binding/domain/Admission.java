package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Who may register whom (RFC 5213 section 4: "the local mobility anchor MUST be locally configurable"). */
public interface Admission {
    boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode);

    /** Whether prefixes that the gateway names for new sessions are granted when they are free; otherwise 155. */
    default boolean mayProposePrefixes(ProxyCareOfAddress gateway) {
        return false;
    }

    /**
     * What a gateway calls itself that may revoke all its bindings with one message (RFC 5846 section 13: "the local mobility anchor MUST be
     * locally configurable to authorize such specific functionality"). Empty: it may not.
     */
    default Optional<MobileNodeIdentifier> globalRevocationIdentity(ProxyCareOfAddress gateway) {
        return Optional.empty();
    }

    /** What is known of a node that is nobody's subscriber. Empty: it cannot be identified. */
    Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode);

    /** A subscriber's profile, otherwise what is known beside it. Empty: the node cannot be identified. */
    default Optional<MobileNodeProfile> profile(MobileNodeBindings bindings) {
        return bindings.subscriber().or(() -> profile(bindings.mobileNodeIdentifier()));
    }

    /** Otherwise who cannot be identified may still be somebody's subscriber: no answer rather than a refusal. */
    default boolean knowsEverySubscriber() {
        return true;
    }
}
