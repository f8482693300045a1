package org.flowanchor.agent.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.RestartCounterOption;

/** A gateway's answers as an anchor of a certain make reads them. */
final class GatewayMessageWriting {
    private GatewayMessageWriting() {}

    static MobilityMessage message(GatewayMessage message, PeerProfile profile) {
        return switch (message) {
            case UpdateNotificationAcknowledgement acknowledgement -> {
                List<MobilityOption> options = named(acknowledgement.mobileNode(), profile);
                if (acknowledgement.allSessions()) {
                    options.add(MobileNodeGroupIdentifierOption.ALL_SESSIONS);
                }
                add(acknowledgement.anchored(), false, options);
                add(acknowledgement.foreign(), true, options);
                yield new org.flowanchor.mobility.message.UpdateNotificationAcknowledgement(
                        acknowledgement.sequenceNumber(), acknowledgement.status(), inOrder(options));
            }
            case BindingRevocationAcknowledgement acknowledgement -> {
                List<MobilityOption> options = named(acknowledgement.mobileNode(), profile);
                add(acknowledgement.prefixes(), false, options);
                yield new org.flowanchor.mobility.message.BindingRevocationAcknowledgement(
                        acknowledgement.status(),
                        acknowledgement.sequenceNumber(),
                        acknowledgement.proxyBinding(),
                        acknowledgement.ipv4BindingOnly(),
                        acknowledgement.global(),
                        inOrder(options));
            }
            case Heartbeat heartbeat -> {
                List<MobilityOption> options = new ArrayList<>();
                heartbeat.restartCounter().ifPresent(counter -> options.add(new RestartCounterOption(counter)));
                yield new org.flowanchor.mobility.message.Heartbeat(
                        heartbeat.unsolicited(), heartbeat.response(), heartbeat.sequenceNumber(), inOrder(options));
            }
        };
    }

    private static List<MobilityOption> named(Optional<MobileNodeIdentifier> mobileNode, PeerProfile profile) {
        List<MobilityOption> options = new ArrayList<>();
        mobileNode
                .map(identifier -> profile.identifierOctets() == 0
                        ? MobileNodeIdentifierOption.of(identifier)
                        : MobileNodeIdentifierOption.padded(identifier, profile.identifierOctets()))
                .ifPresent(options::add);
        return options;
    }

    private static void add(Set<HomeNetworkPrefix> prefixes, boolean offLink, List<MobilityOption> options) {
        prefixes.stream()
                .sorted()
                .map(prefix -> offLink ? HomeNetworkPrefixOption.offLink(prefix) : HomeNetworkPrefixOption.of(prefix))
                .forEach(options::add);
    }

    private static MobilityOptions inOrder(List<MobilityOption> options) {
        return new MobilityOptions(options).inSendingOrder();
    }
}
