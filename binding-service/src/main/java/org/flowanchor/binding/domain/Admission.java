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

    /** Empty: the node cannot be identified. */
    Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode);
}
