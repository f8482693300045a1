package org.flowanchor.binding.application;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.domain.MobileNodeFacts;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ServiceSelection;

/** Profiles as the contract names them. */
public final class SubscriberMessages {
    private SubscriberMessages() {}

    /** @throws IllegalArgumentException when it is no legal profile of this mobile node */
    public static void check(MobileNodeIdentifier mobileNode, SubscriberEvent event) {
        if (!event.getMobileNodeIdentifier().equals(mobileNode.value())) {
            throw new IllegalArgumentException(
                    "the profile is another mobile node's: " + event.getMobileNodeIdentifier());
        }
        if (event.getPolicyGroup().isBlank()) {
            throw new IllegalArgumentException("the profile has no policy group");
        }
        ProtoMapping.prefixModel(event.getPrefixModel());
        ProtoMapping.hostModel(event.getHostModel());
        ProtoMapping.decisionAuthority(event.getDecisionAuthority());
        event.getAllowedAccessTechnologyTypesList().forEach(AccessTechnologyType::new);
        event.getStaticPrefixesList().forEach(ProtoMapping::homeNetworkPrefix);
        event.getServiceSelectionsList().forEach(ServiceSelection::new);
        event.getAuthorizedGatewaysList().forEach(ProtoMapping::proxyCareOfAddress);
        interfaces(event);
    }

    /** A legal profile as the anchor's decisions use it. */
    public static MobileNodeProfile profile(SubscriberEvent event) {
        return new MobileNodeProfile(
                new MobileNodeFacts(
                        event.getPolicyGroup(),
                        event.getAllowedAccessTechnologyTypesList().stream()
                                .map(AccessTechnologyType::new)
                                .collect(Collectors.toSet()),
                        ProtoMapping.hostModel(event.getHostModel()),
                        ProtoMapping.decisionAuthority(event.getDecisionAuthority()),
                        Optional.of(ProtoMapping.prefixModel(event.getPrefixModel()))),
                event.getProxyRegistrationEnabled(),
                event.getStaticPrefixesList().stream()
                        .map(ProtoMapping::homeNetworkPrefix)
                        .toList(),
                event.getServiceSelectionsList().stream()
                        .map(ServiceSelection::new)
                        .collect(Collectors.toSet()),
                event.getAuthorizedGatewaysList().stream()
                        .map(ProtoMapping::proxyCareOfAddress)
                        .collect(Collectors.toSet()));
    }

    /** @throws IllegalArgumentException with the fault */
    public static List<LinkLayerIdentifier> interfaces(SubscriberEvent event) {
        return event.getLinkLayerIdentifiersList().stream()
                .map(octets -> LinkLayerIdentifier.of(octets.toByteArray()))
                .toList();
    }
}
