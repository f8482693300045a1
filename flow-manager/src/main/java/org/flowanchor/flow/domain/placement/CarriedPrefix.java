package org.flowanchor.flow.domain.placement;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * A prefix of a mobile node at a gateway that does not anchor it (RFC 7864 section 3.2.2): what a Flow Mobility Initiate speaks of.
 *
 * @param gateway that is to carry it
 */
public record CarriedPrefix(MobileNodeIdentifier mobileNode, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {}
