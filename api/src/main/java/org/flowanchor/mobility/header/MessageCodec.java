package org.flowanchor.mobility.header;

import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.message.BindingAcknowledgement;
import org.flowanchor.mobility.message.BindingAcknowledgementFlags;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.flowanchor.mobility.message.BindingRefreshRequest;
import org.flowanchor.mobility.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.message.BindingRevocationIndication;
import org.flowanchor.mobility.message.BindingUpdate;
import org.flowanchor.mobility.message.BindingUpdateFlags;
import org.flowanchor.mobility.message.FlowBindingAcknowledgement;
import org.flowanchor.mobility.message.FlowBindingIndication;
import org.flowanchor.mobility.message.FlowBindingStatus;
import org.flowanchor.mobility.message.FlowBindingTrigger;
import org.flowanchor.mobility.message.Heartbeat;
import org.flowanchor.mobility.message.LocalizedRoutingAcknowledgement;
import org.flowanchor.mobility.message.LocalizedRoutingInitiation;
import org.flowanchor.mobility.message.LocalizedRoutingStatus;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.SubscriptionQuery;
import org.flowanchor.mobility.message.SubscriptionResponse;
import org.flowanchor.mobility.message.UpdateNotification;
import org.flowanchor.mobility.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.jspecify.annotations.Nullable;

/**
 * One MH Type: the length of its fixed part and the reader of what follows the checksum. Writing is one switch, {@link #write}, since the
 * message itself says its type.
 *
 * @param fixedLength octets before the options, with the header
 */
record MessageCodec(int type, int fixedLength, String clause, Reading reading) {
    private static final int LAST_TYPE = 23;
    private static final int INDICATION = 1;
    private static final int ACKNOWLEDGEMENT = 2;
    private static final int FIRST_FLAG = 0x8000;
    private static final int SECOND_FLAG = 0x4000;
    private static final int THIRD_FLAG = 0x2000;
    private static final int HEARTBEAT_UNSOLICITED = 2;
    private static final int HEARTBEAT_RESPONSE = 1;
    private static final int OCTET_FLAG = 0x80;

    private static final @Nullable MessageCodec[] BY_TYPE = new MessageCodec[LAST_TYPE + 1];

    static {
        register(BindingRefreshRequest.TYPE, 8, "RFC 6275 section 6.1.2", MessageCodec::bindingRefreshRequest);
        register(BindingUpdate.TYPE, 12, "RFC 5213 section 8.1", MessageCodec::bindingUpdate);
        register(BindingAcknowledgement.TYPE, 12, "RFC 5213 section 8.2", MessageCodec::bindingAcknowledgement);
        register(BindingError.TYPE, 24, "RFC 6275 section 6.1.9", MessageCodec::bindingError);
        register(Heartbeat.TYPE, 12, "RFC 5847 section 3.3", MessageCodec::heartbeat);
        register(BindingRevocationIndication.TYPE, 12, "RFC 5846 section 5", MessageCodec::bindingRevocation);
        register(LocalizedRoutingInitiation.TYPE, 12, "RFC 6705 section 10.1", MessageCodec::localizedRouting);
        register(
                LocalizedRoutingAcknowledgement.TYPE,
                12,
                "RFC 6705 section 10.2",
                MessageCodec::localizedRoutingAcknowledgement);
        register(UpdateNotification.TYPE, 12, "RFC 7077 section 4.1", MessageCodec::updateNotification);
        register(
                UpdateNotificationAcknowledgement.TYPE,
                12,
                "RFC 7077 section 4.2",
                MessageCodec::updateNotificationAcknowledgement);
        register(FlowBindingIndication.TYPE, 12, "RFC 7109 section 6.1", MessageCodec::flowBinding);
        register(SubscriptionQuery.TYPE, 8, "RFC 7161 section 4.3.1.2", MessageCodec::subscriptionQuery);
        register(SubscriptionResponse.TYPE, 8, "RFC 7161 section 4.3.2.2", MessageCodec::subscriptionResponse);
    }

    /** Reads the fixed part and the options. */
    @FunctionalInterface
    interface Reading {
        MobilityMessage read(HeaderReader in) throws MalformedHeaderException;
    }

    private static void register(int type, int fixedLength, String clause, Reading reading) {
        BY_TYPE[type] = new MessageCodec(type, fixedLength, clause, reading);
    }

    /** Null for an MH Type that is not understood. */
    static @Nullable MessageCodec of(int type) {
        return type <= LAST_TYPE ? BY_TYPE[type] : null;
    }

    MobilityMessage read(HeaderReader in) throws MalformedHeaderException {
        in.clause(clause);
        return reading.read(in);
    }

    private static MobilityMessage bindingRefreshRequest(HeaderReader in) throws MalformedHeaderException {
        in.skip(2);
        return new BindingRefreshRequest(OptionList.read(in));
    }

    private static MobilityMessage bindingUpdate(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned16();
        BindingUpdateFlags flags = new BindingUpdateFlags(in.unsigned16());
        int lifetime = in.unsigned16();
        MobilityOptions options = OptionList.read(in);
        OptionList.requireSingletons(in, options);
        if (!flags.has(BindingUpdateFlags.PROXY_REGISTRATION)) {
            return new BindingUpdate(sequence, flags, lifetime, options);
        }
        if (!flags.has(BindingUpdateFlags.ACKNOWLEDGE)) {
            in.note(Quirk.ACKNOWLEDGE_FLAG_CLEAR);
        }
        options.first(AccessTechnologyTypeOption.class)
                .filter(option -> option.accessTechnologyType().value() == 0)
                .ifPresent(option -> in.note(Quirk.ACCESS_TECHNOLOGY_TYPE_RESERVED));
        return new ProxyBindingUpdate(sequence, flags, lifetime, options);
    }

    private static MobilityMessage bindingAcknowledgement(HeaderReader in) throws MalformedHeaderException {
        BindingStatus status = new BindingStatus(in.unsigned8());
        BindingAcknowledgementFlags flags = new BindingAcknowledgementFlags(in.unsigned8());
        int sequence = in.unsigned16();
        int lifetime = in.unsigned16();
        MobilityOptions options = OptionList.read(in);
        OptionList.requireSingletons(in, options);
        if (!flags.has(BindingAcknowledgementFlags.PROXY_REGISTRATION)) {
            if (!in.lenient() || !options.contains(MobileNodeIdentifierOption.class)) {
                return new BindingAcknowledgement(status, flags, sequence, lifetime, options);
            }
            in.note(Quirk.PROXY_FLAG_CLEAR);
            flags = flags.with(BindingAcknowledgementFlags.PROXY_REGISTRATION);
        }
        return new ProxyBindingAcknowledgement(status, flags, sequence, lifetime, options);
    }

    private static MobilityMessage bindingError(HeaderReader in) throws MalformedHeaderException {
        BindingErrorStatus status = new BindingErrorStatus(in.unsigned8());
        in.skip(1);
        return new BindingError(status, in.ipv6Address(), OptionList.read(in));
    }

    private static MobilityMessage heartbeat(HeaderReader in) throws MalformedHeaderException {
        int flags = in.unsigned16();
        return new Heartbeat(
                (flags & HEARTBEAT_UNSOLICITED) != 0,
                (flags & HEARTBEAT_RESPONSE) != 0,
                in.unsigned32(),
                OptionList.read(in));
    }

    private static MobilityMessage bindingRevocation(HeaderReader in) throws MalformedHeaderException {
        int type = in.unsigned8();
        int code = in.unsigned8();
        int sequence = in.unsigned16();
        int flags = in.unsigned16();
        boolean proxy = (flags & FIRST_FLAG) != 0;
        boolean ipv4 = (flags & SECOND_FLAG) != 0;
        boolean global = (flags & THIRD_FLAG) != 0;
        return switch (type) {
            case INDICATION ->
                new BindingRevocationIndication(
                        new RevocationTrigger(code), sequence, proxy, ipv4, global, OptionList.read(in));
            case ACKNOWLEDGEMENT ->
                new BindingRevocationAcknowledgement(
                        new RevocationStatus(code), sequence, proxy, ipv4, global, OptionList.read(in));
            default -> throw in.malformed("binding revocation type " + type);
        };
    }

    private static MobilityMessage localizedRouting(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned16();
        in.skip(2);
        return new LocalizedRoutingInitiation(sequence, in.unsigned16(), OptionList.read(in));
    }

    private static MobilityMessage localizedRoutingAcknowledgement(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned16();
        boolean unsolicited = (in.unsigned8() & OCTET_FLAG) != 0;
        LocalizedRoutingStatus status = new LocalizedRoutingStatus(in.unsigned8());
        return new LocalizedRoutingAcknowledgement(sequence, unsolicited, status, in.unsigned16(), OptionList.read(in));
    }

    private static MobilityMessage updateNotification(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned16();
        UpdateNotificationReason reason = new UpdateNotificationReason(in.unsigned16());
        int flags = in.unsigned16();
        return new UpdateNotification(
                sequence, reason, (flags & FIRST_FLAG) != 0, (flags & SECOND_FLAG) != 0, OptionList.read(in));
    }

    private static MobilityMessage updateNotificationAcknowledgement(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned16();
        UpdateNotificationStatus status = new UpdateNotificationStatus(in.unsigned8());
        in.skip(3);
        return new UpdateNotificationAcknowledgement(sequence, status, OptionList.read(in));
    }

    private static MobilityMessage flowBinding(HeaderReader in) throws MalformedHeaderException {
        int type = in.unsigned16();
        int sequence = in.unsigned16();
        int code = in.unsigned8();
        int flags = in.unsigned8();
        return switch (type) {
            case INDICATION ->
                new FlowBindingIndication(
                        sequence, new FlowBindingTrigger(code), (flags & OCTET_FLAG) != 0, OptionList.read(in));
            case ACKNOWLEDGEMENT ->
                new FlowBindingAcknowledgement(sequence, new FlowBindingStatus(code), OptionList.read(in));
            default -> throw in.malformed("flow binding type " + type);
        };
    }

    private static MobilityMessage subscriptionQuery(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned8();
        in.skip(1);
        return new SubscriptionQuery(sequence, OptionList.read(in));
    }

    private static MobilityMessage subscriptionResponse(HeaderReader in) throws MalformedHeaderException {
        int sequence = in.unsigned8();
        boolean information = (in.unsigned8() & OCTET_FLAG) != 0;
        return new SubscriptionResponse(sequence, information, OptionList.read(in));
    }

    /** Writes what follows the checksum: fixed part and options. */
    static void write(MobilityMessage message, HeaderWriter out) {
        switch (message) {
            case BindingRefreshRequest request -> out.zeros(2);
            case BindingUpdate update -> writeUpdate(update.sequenceNumber(), update.flags(), update.lifetime(), out);
            case ProxyBindingUpdate update ->
                writeUpdate(update.sequenceNumber(), update.flags(), update.lifetime(), out);
            case BindingAcknowledgement answer ->
                writeAcknowledgement(answer.status(), answer.flags(), answer.sequenceNumber(), answer.lifetime(), out);
            case ProxyBindingAcknowledgement answer ->
                writeAcknowledgement(answer.status(), answer.flags(), answer.sequenceNumber(), answer.lifetime(), out);
            case BindingError error -> {
                out.unsigned8(error.status().value());
                out.zeros(1);
                out.ipv6Address(error.homeAddress());
            }
            case Heartbeat heartbeat -> {
                out.unsigned16((heartbeat.unsolicited() ? HEARTBEAT_UNSOLICITED : 0)
                        | (heartbeat.response() ? HEARTBEAT_RESPONSE : 0));
                out.unsigned32(heartbeat.sequenceNumber());
            }
            case BindingRevocationIndication revocation -> {
                out.unsigned8(INDICATION);
                out.unsigned8(revocation.trigger().value());
                out.unsigned16(revocation.sequenceNumber());
                out.unsigned16(flags(revocation.proxyBinding(), revocation.ipv4BindingOnly(), revocation.global()));
            }
            case BindingRevocationAcknowledgement answer -> {
                out.unsigned8(ACKNOWLEDGEMENT);
                out.unsigned8(answer.status().value());
                out.unsigned16(answer.sequenceNumber());
                out.unsigned16(flags(answer.proxyBinding(), answer.ipv4BindingOnly(), answer.global()));
            }
            case LocalizedRoutingInitiation initiation -> {
                out.unsigned16(initiation.sequenceNumber());
                out.zeros(2);
                out.unsigned16(initiation.lifetime());
            }
            case LocalizedRoutingAcknowledgement answer -> {
                out.unsigned16(answer.sequenceNumber());
                out.unsigned8(answer.unsolicited() ? OCTET_FLAG : 0);
                out.unsigned8(answer.status().value());
                out.unsigned16(answer.lifetime());
            }
            case UpdateNotification notification -> {
                out.unsigned16(notification.sequenceNumber());
                out.unsigned16(notification.reason().value());
                out.unsigned16(flags(notification.acknowledge(), notification.retransmission(), false));
            }
            case UpdateNotificationAcknowledgement answer -> {
                out.unsigned16(answer.sequenceNumber());
                out.unsigned8(answer.status().value());
                out.zeros(3);
            }
            case FlowBindingIndication indication -> {
                out.unsigned16(INDICATION);
                out.unsigned16(indication.sequenceNumber());
                out.unsigned8(indication.trigger().value());
                out.unsigned8(indication.acknowledge() ? OCTET_FLAG : 0);
            }
            case FlowBindingAcknowledgement answer -> {
                out.unsigned16(ACKNOWLEDGEMENT);
                out.unsigned16(answer.sequenceNumber());
                out.unsigned8(answer.status().value());
                out.zeros(1);
            }
            case SubscriptionQuery query -> {
                out.unsigned8(query.sequenceNumber());
                out.zeros(1);
            }
            case SubscriptionResponse response -> {
                out.unsigned8(response.sequenceNumber());
                out.unsigned8(response.multicastInformation() ? OCTET_FLAG : 0);
            }
        }
        OptionList.write(message.options(), out);
    }

    private static void writeUpdate(int sequence, BindingUpdateFlags flags, int lifetime, HeaderWriter out) {
        out.unsigned16(sequence);
        out.unsigned16(flags.bits());
        out.unsigned16(lifetime);
    }

    private static void writeAcknowledgement(
            BindingStatus status, BindingAcknowledgementFlags flags, int sequence, int lifetime, HeaderWriter out) {
        out.unsigned8(status.value());
        out.unsigned8(flags.bits());
        out.unsigned16(sequence);
        out.unsigned16(lifetime);
    }

    private static int flags(boolean first, boolean second, boolean third) {
        return (first ? FIRST_FLAG : 0) | (second ? SECOND_FLAG : 0) | (third ? THIRD_FLAG : 0);
    }
}
