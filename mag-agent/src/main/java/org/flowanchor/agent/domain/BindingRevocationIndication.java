package org.flowanchor.agent.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * RFC 5846 section 5.1.
 *
 * @param sequenceNumber 0..65535
 * @param proxyBinding the P flag
 * @param ipv4BindingOnly the V flag
 * @param global the G flag
 * @param mobileNode empty: none is named; with {@code global} the realm, "@" before it
 * @param proxyCareOfAddress that the bindings have, when the message says it (R-02)
 * @param group names a group of bindings (RFC 6602)
 * @param prefixes of the bindings that are meant; none: all of the mobile node
 */
public record BindingRevocationIndication(
        int sequenceNumber,
        RevocationTrigger trigger,
        boolean proxyBinding,
        boolean ipv4BindingOnly,
        boolean global,
        Optional<MobileNodeIdentifier> mobileNode,
        Optional<ProxyCareOfAddress> proxyCareOfAddress,
        boolean group,
        Set<HomeNetworkPrefix> prefixes)
        implements AnchorMessage {
    public BindingRevocationIndication {
        prefixes = Set.copyOf(prefixes);
    }
}
