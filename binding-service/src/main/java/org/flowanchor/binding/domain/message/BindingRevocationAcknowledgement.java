package org.flowanchor.binding.domain.message;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;

/**
 * Binding Revocation Acknowledgement (RFC 5846 section 5.2).
 *
 * @param sequenceNumber copied from the indication
 * @param global copied
 * @param mobileNodeIdentifier of what failed, with partial success
 * @param homeNetworkPrefixes of what failed, with partial success
 */
public record BindingRevocationAcknowledgement(
        int sequenceNumber,
        RevocationStatus status,
        boolean global,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes)
        implements GatewayAnswer {
    public BindingRevocationAcknowledgement {
        Range.unsigned16(sequenceNumber, "sequence number");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
    }
}
