package org.flowanchor.binding.domain.message;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Binding Revocation Indication that a gateway sent (RFC 5846 section 9.2), as it came: what is wrong with it is the answer's to say.
 *
 * @param sequenceNumber 0..65535, of the gateway
 * @param proxyBinding the P flag
 * @param scope what is to go
 * @param global the G flag
 * @param identifier of the mobile node; with G and trigger 128 the gateway's own
 * @param homeNetworkPrefixes of the bindings meant; none: all of the mobile node
 */
public record ReceivedRevocation(
        int sequenceNumber,
        RevocationTrigger trigger,
        boolean proxyBinding,
        boolean global,
        Scope scope,
        Optional<MobileNodeIdentifier> identifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes) {
    /** What is to go. */
    public enum Scope {
        BINDINGS,
        /** The V flag with the option that names the address. */
        IPV4_HOME_ADDRESS,
        /** The V flag without that option. */
        IPV4_HOME_ADDRESS_UNNAMED,
        /** Sessions of a group (RFC 6602). */
        GROUP
    }

    public ReceivedRevocation {
        Range.unsigned16(sequenceNumber, "sequence number");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
    }

    /** The answer that says no more than its status. */
    public BindingRevocationAcknowledgement answered(RevocationStatus status) {
        return new BindingRevocationAcknowledgement(sequenceNumber, status, global, Optional.empty(), List.of());
    }
}
