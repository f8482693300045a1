package org.flowanchor.agent.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.TimestampOption;

/** An update as an anchor of a certain make reads it (RFC 5213 section 6.9.1.5). */
final class UpdateWriting {
    private UpdateWriting() {}

    static org.flowanchor.mobility.message.ProxyBindingUpdate message(ProxyBindingUpdate update, PeerProfile profile) {
        List<MobilityOption> options = new ArrayList<>();
        options.add(
                profile.identifierOctets() == 0
                        ? MobileNodeIdentifierOption.of(update.mobileNodeIdentifier())
                        : MobileNodeIdentifierOption.padded(update.mobileNodeIdentifier(), profile.identifierOctets()));
        update.prefixes().stream()
                .sorted()
                // An anchor that reads a fixed identifier reads the first prefix only, and chokes on a second.
                .limit(profile.identifierOctets() == 0 ? Long.MAX_VALUE : 1)
                .map(HomeNetworkPrefixOption::of)
                .forEach(options::add);
        options.add(new HandoffIndicatorOption(update.handoffIndicator()));
        options.add(new AccessTechnologyTypeOption(update.accessTechnologyType()));
        options.add(new LinkLayerIdentifierOption(update.linkLayerIdentifier()));
        update.serviceSelection()
                .map(service -> ServiceSelectionOption.of(service.value()))
                .ifPresent(options::add);
        options.add(new TimestampOption(update.timestamp()));
        return new org.flowanchor.mobility.message.ProxyBindingUpdate(
                update.sequenceNumber(),
                org.flowanchor.mobility.message.ProxyBindingUpdate.USUAL_FLAGS,
                update.lifetimeSeconds() / profile.lifetimeUnitSeconds(),
                new MobilityOptions(options).inSendingOrder());
    }
}
