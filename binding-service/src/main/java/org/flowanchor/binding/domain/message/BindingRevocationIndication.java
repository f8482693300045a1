package org.flowanchor.binding.domain.message;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Binding Revocation Indication (RFC 5846 section 5.1). P is always 1, V always 0.
 *
 * @param sequenceNumber 0..65535, of this anchor with this gateway
 * @param global the G flag: with trigger 128 every binding with this gateway, with 129 those of a realm
 * @param mobileNodeIdentifier empty exactly with trigger 128; {@code @realm} with 129
 * @param homeNetworkPrefixes of the bindings meant; none: all of the mobile node
 * @param proxyCareOfAddress of the bindings: Alternate Care-of Address where the message goes to another address of the gateway
 */
public record BindingRevocationIndication(
        int sequenceNumber,
        RevocationTrigger trigger,
        boolean global,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes,
        ProxyCareOfAddress proxyCareOfAddress)
        implements GatewayMessage {
    public BindingRevocationIndication {
        Range.unsigned16(sequenceNumber, "sequence number");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
        if (global != trigger.global()) {
            throw new IllegalArgumentException("trigger " + trigger + " and the G flag contradict each other");
        }
        if (mobileNodeIdentifier.isEmpty() != trigger.equals(RevocationTrigger.PER_PEER_POLICY)) {
            throw new IllegalArgumentException(
                    "trigger " + trigger + " and the mobile node identifier contradict each other");
        }
        if (global && !homeNetworkPrefixes.isEmpty()) {
            throw new IllegalArgumentException("a global revocation names no prefix");
        }
    }
}
