package org.flowanchor.agent.adapter.mobilityheader;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.BindingErrorReceived;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.flowanchor.mobility.option.VendorSpecificOption;

/** What a message that an anchor starts means to a gateway. */
final class AnchorMessageReading {
    private AnchorMessageReading() {}

    /** Empty: no message that an anchor starts. */
    static Optional<AnchorMessage> value(MobilityMessage message, PeerProfile profile) {
        return switch (message) {
            case org.flowanchor.mobility.message.UpdateNotification notification ->
                Optional.of(notification(notification, profile));
            case org.flowanchor.mobility.message.BindingRevocationIndication indication ->
                Optional.of(indication(indication, profile));
            case org.flowanchor.mobility.message.Heartbeat heartbeat ->
                Optional.of(new Heartbeat(
                        heartbeat.response(),
                        heartbeat.unsolicited(),
                        heartbeat.sequenceNumber(),
                        heartbeat
                                .options()
                                .first(RestartCounterOption.class)
                                .map(counter -> OptionalLong.of(counter.counter()))
                                .orElseGet(OptionalLong::empty)));
            case BindingError error -> Optional.of(new BindingErrorReceived(error.status()));
            default -> Optional.empty();
        };
    }

    private static UpdateNotification notification(
            org.flowanchor.mobility.message.UpdateNotification message, PeerProfile profile) {
        MobilityOptions options = message.options();
        return new UpdateNotification(
                message.sequenceNumber(),
                message.reason(),
                message.acknowledge(),
                message.retransmission(),
                mobileNode(options),
                options.first(MobileNodeGroupIdentifierOption.class)
                        .filter(MobileNodeGroupIdentifierOption.ALL_SESSIONS::equals)
                        .isPresent(),
                options.contains(VendorSpecificOption.class),
                AcknowledgementReading.prefixes(options, profile, false),
                AcknowledgementReading.prefixes(options, profile, true));
    }

    private static BindingRevocationIndication indication(
            org.flowanchor.mobility.message.BindingRevocationIndication message, PeerProfile profile) {
        MobilityOptions options = message.options();
        Set<HomeNetworkPrefix> prefixes = AcknowledgementReading.prefixes(options, profile, false);
        prefixes.addAll(AcknowledgementReading.prefixes(options, profile, true));
        return new BindingRevocationIndication(
                message.sequenceNumber(),
                message.trigger(),
                message.proxyBinding(),
                message.ipv4BindingOnly(),
                message.global(),
                mobileNode(options),
                options.first(AlternateCareOfAddressOption.class)
                        .map(option -> new ProxyCareOfAddress(option.careOfAddress())),
                options.contains(MobileNodeGroupIdentifierOption.class),
                prefixes);
    }

    private static Optional<MobileNodeIdentifier> mobileNode(MobilityOptions options) {
        return options.first(MobileNodeIdentifierOption.class)
                .flatMap(MobileNodeIdentifierOption::networkAccessIdentifier);
    }
}
