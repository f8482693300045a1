package org.flowanchor.agent.adapter.mobilityheader;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.adapter.mobilityheader.SentAttachments.Attachment;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
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

    /**
     * What an acknowledgement says.
     *
     * @param sent for anchors that do not repeat the attachment
     * @throws IllegalArgumentException when such an anchor answers an update that was not sent
     */
    static ProxyBindingAcknowledgement value(
            org.flowanchor.mobility.message.ProxyBindingAcknowledgement message,
            PeerProfile profile,
            SentAttachments sent) {
        MobilityOptions options = message.options();
        return new ProxyBindingAcknowledgement(
                message.sequenceNumber(),
                message.status(),
                mobileNode(options),
                prefixes(options, profile, false),
                options.first(HandoffIndicatorOption.class)
                        .map(HandoffIndicatorOption::handoffIndicator)
                        .or(() -> omitted(message, profile, sent).map(Attachment::handoffIndicator))
                        .orElse(HandoffIndicator.RESERVED),
                options.first(AccessTechnologyTypeOption.class)
                        .map(AccessTechnologyTypeOption::accessTechnologyType)
                        .or(() -> omitted(message, profile, sent).map(Attachment::accessTechnologyType))
                        .orElse(NO_ACCESS),
                linkLayerIdentifier(options),
                message.lifetime() * profile.lifetimeUnitSeconds(),
                prefixes(options, profile, true));
    }

    private static Optional<Attachment> omitted(
            org.flowanchor.mobility.message.ProxyBindingAcknowledgement message,
            PeerProfile profile,
            SentAttachments sent) {
        if (profile.echoesAttachment()) {
            return Optional.empty();
        }
        Optional<Attachment> attachment = sent.of(message.sequenceNumber());
        if (attachment.isEmpty()) {
            // Not one that is no echo: that would block its terminal for good (M-03).
            throw new IllegalArgumentException("acknowledgement " + message.sequenceNumber() + " answers no update");
        }
        return attachment;
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
