package org.flowanchor.binding.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.RestartCounterOption;

/** Messages between anchor and gateway beside registration: the domain's words to the wire's and back. */
final class GatewayMessages {
    private static final boolean PROXY_BINDING = true;
    private static final boolean IPV4_ONLY = false;

    private GatewayMessages() {}

    /** @param destination of the packet: with another one than the Proxy-CoA a revocation names that (RFC 5846 section 8.1) */
    static MobilityMessage wire(GatewayMessage message, IpAddress destination, PeerProfile profile) {
        return switch (message) {
            case UpdateNotification notification -> {
                List<MobilityOption> options = new ArrayList<>();
                options.add(identifier(notification.mobileNodeIdentifier(), profile));
                notification.onLinkPrefixes().forEach(prefix -> options.add(HomeNetworkPrefixOption.of(prefix)));
                notification.offLinkPrefixes().forEach(prefix -> options.add(HomeNetworkPrefixOption.offLink(prefix)));
                yield new org.flowanchor.mobility.message.UpdateNotification(
                        notification.sequenceNumber(),
                        notification.reason(),
                        notification.acknowledge(),
                        notification.retransmission(),
                        new MobilityOptions(options));
            }
            case BindingRevocationIndication indication -> {
                List<MobilityOption> options = new ArrayList<>();
                indication.mobileNodeIdentifier().ifPresent(node -> options.add(identifier(node, profile)));
                indication.homeNetworkPrefixes().forEach(prefix -> options.add(HomeNetworkPrefixOption.of(prefix)));
                if (!indication.global()
                        && !indication.proxyCareOfAddress().address().equals(destination)) {
                    options.add(new AlternateCareOfAddressOption(
                            indication.proxyCareOfAddress().address()));
                }
                yield new org.flowanchor.mobility.message.BindingRevocationIndication(
                        indication.trigger(),
                        indication.sequenceNumber(),
                        PROXY_BINDING,
                        IPV4_ONLY,
                        indication.global(),
                        new MobilityOptions(options).inSendingOrder());
            }
            case Heartbeat heartbeat ->
                new org.flowanchor.mobility.message.Heartbeat(
                        heartbeat.unsolicited(),
                        heartbeat.response(),
                        heartbeat.sequenceNumber(),
                        heartbeat.restartCounter().isPresent()
                                ? MobilityOptions.of(new RestartCounterOption(
                                        heartbeat.restartCounter().getAsLong()))
                                : MobilityOptions.NONE);
            case BindingError error ->
                new org.flowanchor.mobility.message.BindingError(
                        error.status(), Ipv6Address.UNSPECIFIED, MobilityOptions.NONE);
        };
    }

    private static MobileNodeIdentifierOption identifier(MobileNodeIdentifier identifier, PeerProfile profile) {
        return profile.identifierOctets() == 0
                ? MobileNodeIdentifierOption.of(identifier)
                : MobileNodeIdentifierOption.padded(identifier, profile.identifierOctets());
    }

    /** Empty for a message that no gateway sends to an anchor, or that says nothing legal. */
    static Optional<GatewayAnswer> answer(MobilityMessage message) {
        try {
            return switch (message) {
                case org.flowanchor.mobility.message.UpdateNotificationAcknowledgement answer ->
                    Optional.of(new UpdateNotificationAcknowledgement(
                            answer.sequenceNumber(), answer.status(), node(answer), prefixes(answer)));
                case org.flowanchor.mobility.message.BindingRevocationAcknowledgement answer ->
                    Optional.of(new BindingRevocationAcknowledgement(
                            answer.sequenceNumber(), answer.status(), answer.global(), node(answer), prefixes(answer)));
                case org.flowanchor.mobility.message.Heartbeat heartbeat ->
                    Optional.of(new Heartbeat(
                            heartbeat.response(),
                            heartbeat.unsolicited(),
                            heartbeat.sequenceNumber(),
                            heartbeat.response() ? restartCounter(heartbeat) : OptionalLong.empty()));
                case org.flowanchor.mobility.message.BindingError error ->
                    Optional.of(new BindingError(error.status()));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A gateway begins a revocation. */
    static ReceivedRevocation revocation(org.flowanchor.mobility.message.BindingRevocationIndication message) {
        MobilityOptions options = message.options();
        ReceivedRevocation.Scope scope;
        if (options.contains(MobileNodeGroupIdentifierOption.class)) {
            scope = ReceivedRevocation.Scope.GROUP;
        } else if (!message.ipv4BindingOnly()) {
            scope = ReceivedRevocation.Scope.BINDINGS;
        } else {
            scope = options.contains(Ipv4HomeAddressRequestOption.class)
                    ? ReceivedRevocation.Scope.IPV4_HOME_ADDRESS
                    : ReceivedRevocation.Scope.IPV4_HOME_ADDRESS_UNNAMED;
        }
        return new ReceivedRevocation(
                message.sequenceNumber(),
                message.trigger(),
                message.proxyBinding(),
                message.global(),
                scope,
                node(message),
                prefixes(message));
    }

    /** sequence number and flags are copied. */
    static MobilityMessage wire(
            BindingRevocationAcknowledgement answer,
            org.flowanchor.mobility.message.BindingRevocationIndication request) {
        List<MobilityOption> options = new ArrayList<>();
        answer.mobileNodeIdentifier().ifPresent(node -> options.add(MobileNodeIdentifierOption.of(node)));
        answer.homeNetworkPrefixes().forEach(prefix -> options.add(HomeNetworkPrefixOption.of(prefix)));
        return new org.flowanchor.mobility.message.BindingRevocationAcknowledgement(
                answer.status(),
                request.sequenceNumber(),
                request.proxyBinding(),
                request.ipv4BindingOnly(),
                request.global(),
                new MobilityOptions(options));
    }

    private static OptionalLong restartCounter(MobilityMessage message) {
        Optional<RestartCounterOption> option = message.options().first(RestartCounterOption.class);
        return option.isPresent() ? OptionalLong.of(option.get().counter()) : OptionalLong.empty();
    }

    private static Optional<MobileNodeIdentifier> node(MobilityMessage message) {
        return message.options()
                .first(MobileNodeIdentifierOption.class)
                .flatMap(MobileNodeIdentifierOption::networkAccessIdentifier);
    }

    private static List<HomeNetworkPrefix> prefixes(MobilityMessage message) {
        return message.options().all(HomeNetworkPrefixOption.class).stream()
                .map(HomeNetworkPrefixOption::homeNetworkPrefix)
                .toList();
    }
}
