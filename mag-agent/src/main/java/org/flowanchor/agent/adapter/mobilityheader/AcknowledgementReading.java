package org.flowanchor.agent.adapter.mobilityheader;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.jspecify.annotations.Nullable;

/** What an acknowledgement of an anchor means. Whether it answers anything is the domain's (M-02, M-03). */
final class AcknowledgementReading {
    private static final AccessTechnologyType NO_ACCESS = new AccessTechnologyType(0);

    private AcknowledgementReading() {}

    /** @param request that has its sequence number, for anchors that do not repeat the attachment; null when there is none */
    static ProxyBindingAcknowledgement value(
            org.flowanchor.mobility.message.ProxyBindingAcknowledgement message,
            PeerProfile profile,
            @Nullable ProxyBindingUpdate request) {
        MobilityOptions options = message.options();
        return new ProxyBindingAcknowledgement(
                message.sequenceNumber(),
                message.status(),
                mobileNode(options),
                prefixes(options, profile, false),
                options.first(HandoffIndicatorOption.class)
                        .map(HandoffIndicatorOption::handoffIndicator)
                        .or(() -> omitted(profile, request).map(ProxyBindingUpdate::handoffIndicator))
                        .orElse(HandoffIndicator.RESERVED),
                options.first(AccessTechnologyTypeOption.class)
                        .map(AccessTechnologyTypeOption::accessTechnologyType)
                        .or(() -> omitted(profile, request).map(ProxyBindingUpdate::accessTechnologyType))
                        .orElse(NO_ACCESS),
                linkLayerIdentifier(options),
                message.lifetime() * profile.lifetimeUnitSeconds(),
                prefixes(options, profile, true));
    }

    private static Optional<ProxyBindingUpdate> omitted(PeerProfile profile, @Nullable ProxyBindingUpdate request) {
        return profile.echoesAttachment() ? Optional.empty() : Optional.ofNullable(request);
    }

    private static @Nullable MobileNodeIdentifier mobileNode(MobilityOptions options) {
        return options.first(MobileNodeIdentifierOption.class)
                .flatMap(MobileNodeIdentifierOption::networkAccessIdentifier)
                .orElse(null);
    }

    /** With L, or without: anchored at another gateway, or at this one (RFC 7864 section 4.1). */
    static Set<HomeNetworkPrefix> prefixes(MobilityOptions options, PeerProfile profile, boolean offLink) {
        Set<HomeNetworkPrefix> prefixes = new LinkedHashSet<>();
        for (HomeNetworkPrefixOption option : options.all(HomeNetworkPrefixOption.class)) {
            if (option.offLink() == offLink) {
                prefixes.add(profile.prefix(option));
            }
        }
        return prefixes;
    }

    private static @Nullable LinkLayerIdentifier linkLayerIdentifier(MobilityOptions options) {
        return options.first(LinkLayerIdentifierOption.class)
                .map(LinkLayerIdentifierOption::linkLayerIdentifier)
                .orElse(null);
    }
}
