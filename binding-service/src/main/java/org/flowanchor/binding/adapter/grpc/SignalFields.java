package org.flowanchor.binding.adapter.grpc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationStatus;

/** Signals beside registration: contract messages to values and back, faults named as in {@link Fields}. */
final class SignalFields {
    private SignalFields() {}

    /** An answer with the anchor it is for. */
    record Addressed(LmaAddress lmaAddress, GatewayAnswer answer) {}

    static Addressed answer(org.flowanchor.api.v1.UpdateNotificationAcknowledgement message) {
        String in = "update_notification_acknowledgement.";
        return new Addressed(
                anchor(in, message.getLmaAddress()),
                new UpdateNotificationAcknowledgement(
                        Fields.unsigned16(in + "sequence_number", message.getSequenceNumber()),
                        Fields.field(in + "status", () -> new UpdateNotificationStatus(message.getStatus())),
                        mobileNode(in, message.getMobileNodeIdentifier()),
                        Fields.prefixes(in + "home_network_prefixes", message.getHomeNetworkPrefixesList())));
    }

    static Addressed answer(org.flowanchor.api.v1.BindingRevocationAcknowledgement message) {
        String in = "binding_revocation_acknowledgement.";
        return new Addressed(
                anchor(in, message.getLmaAddress()),
                new BindingRevocationAcknowledgement(
                        Fields.unsigned16(in + "sequence_number", message.getSequenceNumber()),
                        Fields.field(in + "status", () -> new RevocationStatus(message.getStatus())),
                        message.getGlobal(),
                        mobileNode(in, message.getMobileNodeIdentifier()),
                        Fields.prefixes(in + "home_network_prefixes", message.getHomeNetworkPrefixesList())));
    }

    static Addressed answer(org.flowanchor.api.v1.Heartbeat message) {
        String in = "heartbeat.";
        return new Addressed(
                anchor(in, message.getLmaAddress()),
                Fields.field(
                        "heartbeat",
                        () -> new Heartbeat(
                                message.getResponse(),
                                message.getUnsolicited(),
                                Integer.toUnsignedLong(message.getSequenceNumber()),
                                message.hasRestartCounter()
                                        ? OptionalLong.of(Integer.toUnsignedLong(message.getRestartCounter()))
                                        : OptionalLong.empty())));
    }

    static Addressed answer(org.flowanchor.api.v1.BindingError message) {
        String in = "binding_error.";
        return new Addressed(
                anchor(in, message.getLmaAddress()),
                new BindingError(Fields.field(in + "status", () -> new BindingErrorStatus(message.getStatus()))));
    }

    /** With the anchor it is for. */
    record Revocation(LmaAddress lmaAddress, ReceivedRevocation revocation) {}

    static Revocation revocation(org.flowanchor.api.v1.BindingRevocationIndication message) {
        String in = "binding_revocation_indication.";
        return new Revocation(
                anchor(in, message.getLmaAddress()),
                new ReceivedRevocation(
                        Fields.unsigned16(in + "sequence_number", message.getSequenceNumber()),
                        Fields.field(
                                in + "revocation_trigger", () -> new RevocationTrigger(message.getRevocationTrigger())),
                        true,
                        message.getGlobal(),
                        ReceivedRevocation.Scope.BINDINGS,
                        mobileNode(in, message.getMobileNodeIdentifier()),
                        Fields.prefixes(in + "home_network_prefixes", message.getHomeNetworkPrefixesList())));
    }

    /** The answer to a gateway's revocation. */
    static AnchorSignal signal(LmaAddress anchor, String traceparent, BindingRevocationAcknowledgement answer) {
        return AnchorSignal.newBuilder()
                .setTraceparent(traceparent)
                .setBindingRevocationAcknowledgement(org.flowanchor.api.v1.BindingRevocationAcknowledgement.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(anchor))
                        .setSequenceNumber(answer.sequenceNumber())
                        .setStatus(answer.status().value())
                        .setGlobal(answer.global())
                        .setMobileNodeIdentifier(answer.mobileNodeIdentifier()
                                .map(MobileNodeIdentifier::value)
                                .orElse(""))
                        .addAllHomeNetworkPrefixes(prefixes(answer.homeNetworkPrefixes(), List.of())))
                .build();
    }

    private static LmaAddress anchor(String in, ByteString octets) {
        return Fields.lmaAddress(in + "lma_address", octets);
    }

    private static Optional<MobileNodeIdentifier> mobileNode(String in, String identifier) {
        return identifier.isEmpty()
                ? Optional.empty()
                : Optional.of(Fields.field(in + "mobile_node_identifier", () -> new MobileNodeIdentifier(identifier)));
    }

    static AnchorSignal signal(LmaAddress anchor, GatewayMessage message) {
        AnchorSignal.Builder signal = AnchorSignal.newBuilder();
        ByteString lmaAddress = ProtoMapping.toProto(anchor);
        switch (message) {
            case UpdateNotification notification ->
                signal.setUpdateNotification(org.flowanchor.api.v1.UpdateNotification.newBuilder()
                        .setLmaAddress(lmaAddress)
                        .setSequenceNumber(notification.sequenceNumber())
                        .setNotificationReason(notification.reason().value())
                        .setAcknowledge(notification.acknowledge())
                        .setRetransmission(notification.retransmission())
                        .setMobileNodeIdentifier(
                                notification.mobileNodeIdentifier().value())
                        .addAllHomeNetworkPrefixes(
                                prefixes(notification.onLinkPrefixes(), notification.offLinkPrefixes())));
            case BindingRevocationIndication indication ->
                signal.setBindingRevocationIndication(org.flowanchor.api.v1.BindingRevocationIndication.newBuilder()
                        .setLmaAddress(lmaAddress)
                        .setSequenceNumber(indication.sequenceNumber())
                        .setRevocationTrigger(indication.trigger().value())
                        .setGlobal(indication.global())
                        .setMobileNodeIdentifier(indication
                                .mobileNodeIdentifier()
                                .map(MobileNodeIdentifier::value)
                                .orElse(""))
                        .addAllHomeNetworkPrefixes(prefixes(indication.homeNetworkPrefixes(), List.of())));
            case Heartbeat heartbeat -> {
                var beat = org.flowanchor.api.v1.Heartbeat.newBuilder()
                        .setLmaAddress(lmaAddress)
                        .setResponse(heartbeat.response())
                        .setUnsolicited(heartbeat.unsolicited())
                        .setSequenceNumber((int) heartbeat.sequenceNumber());
                heartbeat.restartCounter().ifPresent(counter -> beat.setRestartCounter((int) counter));
                signal.setHeartbeat(beat);
            }
            case BindingError error ->
                signal.setBindingError(org.flowanchor.api.v1.BindingError.newBuilder()
                        .setLmaAddress(lmaAddress)
                        .setStatus(error.status().value()));
        }
        return signal.build();
    }

    /** First those anchored at the gateway, then, with the L flag, the others. */
    static List<HomeNetworkPrefix> prefixes(
            List<org.flowanchor.mobility.HomeNetworkPrefix> onLink,
            List<org.flowanchor.mobility.HomeNetworkPrefix> offLink) {
        List<HomeNetworkPrefix> prefixes = new ArrayList<>();
        onLink.forEach(prefix -> prefixes.add(ProtoMapping.toProto(prefix)));
        offLink.forEach(prefix -> prefixes.add(
                ProtoMapping.toProto(prefix).toBuilder().setOffLink(true).build()));
        return prefixes;
    }
}
