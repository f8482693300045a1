package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.PrefixModel;

/**
 * What the anchor knows of a mobile node beforehand (RFC 5213 section 6.2).
 *
 * @param policyGroup travels with every binding of the node
 * @param proxyRegistrationEnabled whether network-based mobility is allowed for it
 * @param prefixModel how its sessions come to prefixes; empty: as the gateway's handoff indicator says
 * @param hostModel whether it takes packets for an address of another interface
 * @param decisionAuthority who moves its flows (RFC 7864 section 3.2)
 */
public record MobileNodeProfile(
        String policyGroup,
        boolean proxyRegistrationEnabled,
        Optional<PrefixModel> prefixModel,
        HostModel hostModel,
        DecisionAuthority decisionAuthority) {
    public MobileNodeProfile {
        if (policyGroup.isBlank()) {
            throw new IllegalArgumentException("a policy group has a name");
        }
    }

    /** With a logical interface, moved by the network, prefixes as the gateway says. */
    public static MobileNodeProfile of(String policyGroup, boolean proxyRegistrationEnabled) {
        return new MobileNodeProfile(
                policyGroup, proxyRegistrationEnabled, Optional.empty(), HostModel.LIF, DecisionAuthority.NETWORK);
    }

    boolean decidesItself() {
        return decisionAuthority == DecisionAuthority.MOBILE_NODE;
    }

    /** Whether the anchor may send packets for a prefix of one interface to another one. */
    boolean isFlowMobile() {
        return hostModel != HostModel.STRONG && decisionAuthority == DecisionAuthority.NETWORK;
    }
}
