package org.flowanchor.agent.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;

/**
 * RFC 5846 section 5.2. Sequence number and flags are copied.
 *
 * @param mobileNode copied unless all succeeded
 * @param prefixes that failed, with partial success
 */
public record BindingRevocationAcknowledgement(
        int sequenceNumber,
        RevocationStatus status,
        boolean proxyBinding,
        boolean ipv4BindingOnly,
        boolean global,
        Optional<MobileNodeIdentifier> mobileNode,
        Set<HomeNetworkPrefix> prefixes)
        implements GatewayMessage {
    public BindingRevocationAcknowledgement {
        prefixes = Set.copyOf(prefixes);
    }

    static BindingRevocationAcknowledgement of(BindingRevocationIndication indication, RevocationStatus status) {
        return failing(indication, status, status.accepted() ? Optional.empty() : indication.mobileNode(), Set.of());
    }

    /** some were gone. */
    static BindingRevocationAcknowledgement partial(
            BindingRevocationIndication indication, Set<HomeNetworkPrefix> failed) {
        return failing(indication, RevocationStatus.PARTIAL_SUCCESS, indication.mobileNode(), failed);
    }

    private static BindingRevocationAcknowledgement failing(
            BindingRevocationIndication indication,
            RevocationStatus status,
            Optional<MobileNodeIdentifier> mobileNode,
            Set<HomeNetworkPrefix> prefixes) {
        return new BindingRevocationAcknowledgement(
                indication.sequenceNumber(),
                status,
                indication.proxyBinding(),
                indication.ipv4BindingOnly(),
                indication.global(),
                mobileNode,
                prefixes);
    }
}
