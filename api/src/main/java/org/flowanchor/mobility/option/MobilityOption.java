package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;

/**
 * One option of the Mobility Header (RFC 6275 section 6.2). Padding is no option: the encoder makes it.
 */
public sealed interface MobilityOption
        permits AccessNetworkIdentifierOption,
                AccessTechnologyTypeOption,
                ActiveMulticastSubscriptionOption,
                AlternateCareOfAddressOption,
                AlternateIpv4CareOfAddressOption,
                AnchoredPrefixOption,
                BindingIdentifierOption,
                BindingRefreshAdviceOption,
                ContextRequestOption,
                DelegatedMobileNetworkPrefixOption,
                DlifLinkLayerAddressOption,
                DlifLinkLocalAddressOption,
                DynamicIpMulticastSelectorOption,
                FlowIdentificationOption,
                FlowSummaryOption,
                GreKeyOption,
                HandoffIndicatorOption,
                HomeNetworkPrefixOption,
                Ipv4AddressAcknowledgementOption,
                Ipv4CareOfAddressOption,
                Ipv4DefaultRouterOption,
                Ipv4DhcpSupportModeOption,
                Ipv4HomeAddressOption,
                Ipv4HomeAddressReplyOption,
                Ipv4HomeAddressRequestOption,
                Ipv4TrafficOffloadSelectorOption,
                LinkLayerIdentifierOption,
                LinkLocalAddressOption,
                LmaAddressOption,
                LmaControlledMagParametersOption,
                LmaUserPlaneAddressOption,
                LoadInformationOption,
                LocalPrefixOption,
                MagIdentifierOption,
                MagIpv6AddressOption,
                MagMultipathBindingOption,
                MobileNodeGroupIdentifierOption,
                MobileNodeIdentifierOption,
                MobileNodeLinkLocalInterfaceIdentifierOption,
                MulticastAcknowledgementOption,
                MulticastMobilityOption,
                NatDetectionOption,
                PreviousMaarOption,
                QualityOfServiceOption,
                RedirectCapabilityOption,
                RedirectOption,
                RestartCounterOption,
                ServiceSelectionOption,
                ServingMaarOption,
                TimestampOption,
                TransientBindingOption,
                UnknownOption,
                VendorSpecificOption {
    /** Option type of the IANA registry, 2..255. */
    int type();

    /** Refuses octets whose number no layout can carry. */
    static void requireLength(Octets octets, int min, int max, String what) {
        if (octets.length() < min || octets.length() > max) {
            throw new IllegalArgumentException(what + " has " + min + ".." + max + " octets, not " + octets.length());
        }
    }
}
