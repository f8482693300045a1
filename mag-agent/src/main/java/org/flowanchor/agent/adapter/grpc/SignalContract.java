package org.flowanchor.agent.adapter.grpc;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.BindingErrorReceived;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.MobileNodeAnswer;
import org.flowanchor.api.v1.MobileNodeQuery;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;

/** What an anchor starts, and its answers, as signals of the registration stream. */
final class SignalContract {
    private SignalContract() {}

    /**
     * Empty: no message that an anchor starts.
     *
     * @throws IllegalArgumentException naming the fault
     */
    static Optional<AnchorMessage> anchorMessage(AnchorSignal signal, LmaAddress lmaAddress) {
        return switch (signal.getMessageCase()) {
            case UPDATE_NOTIFICATION -> Optional.of(notification(signal.getUpdateNotification(), lmaAddress));
            case BINDING_REVOCATION_INDICATION ->
                Optional.of(indication(signal.getBindingRevocationIndication(), lmaAddress));
            case HEARTBEAT -> Optional.of(heartbeat(signal.getHeartbeat()));
            case BINDING_ERROR ->
                Optional.of(new BindingErrorReceived(
                        new BindingErrorStatus(signal.getBindingError().getStatus())));
            // This agent gives up its bindings by de-registration, one by one.
            case PROXY_BINDING_ACKNOWLEDGEMENT,
                    MOBILE_NODE_ANSWER,
                    BINDING_REVOCATION_ACKNOWLEDGEMENT,
                    MESSAGE_NOT_SET -> Optional.empty();
        };
    }

    private static UpdateNotification notification(
            org.flowanchor.api.v1.UpdateNotification message, LmaAddress lmaAddress) {
        require(ProtoMapping.lmaAddress(message.getLmaAddress()), lmaAddress);
        return new UpdateNotification(
                Unsigned.sixteen(message.getSequenceNumber(), "sequence number"),
                new UpdateNotificationReason(message.getNotificationReason()),
                message.getAcknowledge(),
                message.getRetransmission(),
                mobileNode(message.getMobileNodeIdentifier()),
                false,
                false,
                Contract.prefixes(message.getHomeNetworkPrefixesList(), false),
                Contract.prefixes(message.getHomeNetworkPrefixesList(), true));
    }

    private static BindingRevocationIndication indication(
            org.flowanchor.api.v1.BindingRevocationIndication message, LmaAddress lmaAddress) {
        require(ProtoMapping.lmaAddress(message.getLmaAddress()), lmaAddress);
        return new BindingRevocationIndication(
                Unsigned.sixteen(message.getSequenceNumber(), "sequence number"),
                new RevocationTrigger(message.getRevocationTrigger()),
                true,
                false,
                message.getGlobal(),
                mobileNode(message.getMobileNodeIdentifier()),
                Optional.empty(),
                false,
                Contract.prefixes(message.getHomeNetworkPrefixesList(), false));
    }

    private static Heartbeat heartbeat(org.flowanchor.api.v1.Heartbeat message) {
        return new Heartbeat(
                message.getResponse(),
                message.getUnsolicited(),
                Integer.toUnsignedLong(message.getSequenceNumber()),
                message.hasRestartCounter()
                        ? OptionalLong.of(Integer.toUnsignedLong(message.getRestartCounter()))
                        : OptionalLong.empty());
    }

    private static void require(LmaAddress of, LmaAddress lmaAddress) {
        if (!of.equals(lmaAddress)) {
            throw new IllegalArgumentException("it is of " + of + ", not of " + lmaAddress);
        }
    }

    private static Optional<MobileNodeIdentifier> mobileNode(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new MobileNodeIdentifier(text));
    }

    static GatewaySignal toProto(GatewayMessage message, LmaAddress lmaAddress) {
        GatewaySignal.Builder signal = GatewaySignal.newBuilder();
        switch (message) {
            case UpdateNotificationAcknowledgement acknowledgement ->
                signal.setUpdateNotificationAcknowledgement(
                        org.flowanchor.api.v1.UpdateNotificationAcknowledgement.newBuilder()
                                .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                                .setSequenceNumber(acknowledgement.sequenceNumber())
                                .setStatus(acknowledgement.status().value())
                                .setMobileNodeIdentifier(text(acknowledgement.mobileNode()))
                                .addAllHomeNetworkPrefixes(toProto(acknowledgement.anchored(), false))
                                .addAllHomeNetworkPrefixes(toProto(acknowledgement.foreign(), true)));
            case BindingRevocationAcknowledgement acknowledgement ->
                signal.setBindingRevocationAcknowledgement(
                        org.flowanchor.api.v1.BindingRevocationAcknowledgement.newBuilder()
                                .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                                .setSequenceNumber(acknowledgement.sequenceNumber())
                                .setStatus(acknowledgement.status().value())
                                .setGlobal(acknowledgement.global())
                                .setMobileNodeIdentifier(text(acknowledgement.mobileNode()))
                                .addAllHomeNetworkPrefixes(toProto(acknowledgement.prefixes(), false)));
            case Heartbeat heartbeat -> {
                var proto = org.flowanchor.api.v1.Heartbeat.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                        .setResponse(heartbeat.response())
                        .setUnsolicited(heartbeat.unsolicited())
                        .setSequenceNumber((int) heartbeat.sequenceNumber());
                heartbeat.restartCounter().ifPresent(counter -> proto.setRestartCounter((int) counter));
                signal.setHeartbeat(proto);
            }
        }
        return signal.build();
    }

    static GatewaySignal query(List<LinkLayerIdentifier> identifiers) {
        MobileNodeQuery.Builder query = MobileNodeQuery.newBuilder();
        identifiers.forEach(identifier -> query.addLinkLayerIdentifiers(ByteString.copyFrom(identifier.octets())));
        return GatewaySignal.newBuilder().setMobileNodeQuery(query).build();
    }

    /** @throws IllegalArgumentException naming the fault */
    static List<MobileNodeMapping> mappings(MobileNodeAnswer answer) {
        return answer.getMappingsList().stream()
                .map(mapping -> new MobileNodeMapping(
                        LinkLayerIdentifier.of(mapping.getLinkLayerIdentifier().toByteArray()),
                        mobileNode(mapping.getMobileNodeIdentifier()),
                        Duration.ofMillis(Integer.toUnsignedLong(mapping.getValidForMs()))))
                .toList();
    }

    private static String text(Optional<MobileNodeIdentifier> mobileNode) {
        return mobileNode.map(MobileNodeIdentifier::value).orElse("");
    }

    private static List<org.flowanchor.api.v1.HomeNetworkPrefix> toProto(
            Set<HomeNetworkPrefix> prefixes, boolean offLink) {
        return prefixes.stream()
                .sorted()
                .map(prefix -> ProtoMapping.toProto(prefix).toBuilder()
                        .setOffLink(offLink)
                        .build())
                .toList();
    }
}
