package org.flowanchor.mobility.header;

import java.util.Objects;
import java.util.Set;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.BindingRevocationIndication;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.UpdateNotification;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Octets to message, with the checks of RFC 6275 section 9.2 in its order: checksum, MH Type, Payload Proto, Header Len. Never throws for
 * what a peer sent and never reads outside the given range. Stateless: one instance serves all threads.
 *
 * <p>Traps: Header Len may be smaller or larger than the payload, and no octet after the 2,048th is part of a header; a zero-length MN-ID is legal; the tail of an unknown option is not
 * searched; a Binding Update without P is a message of its own type, not a Proxy Binding Update.
 */
public final class MobilityHeaderDecoder {
    private static final String FORMAT = "RFC 6275 section 6.1.1";
    private static final int HEADER_LENGTH_OFFSET = 1;
    private static final int TYPE_OFFSET = 2;
    private static final int NO_NEXT_HEADER = 59;
    private static final int SHORTEST = 8;

    private final Mode mode;
    private final Set<Integer> unrecognized;

    private MobilityHeaderDecoder(Mode mode, Set<Integer> unrecognized) {
        this.mode = mode;
        this.unrecognized = unrecognized;
    }

    public static MobilityHeaderDecoder of(Mode mode) {
        return new MobilityHeaderDecoder(mode, Set.of());
    }

    /**
     * A decoder that answers these MH Types as unknown ones: for a node that does not implement what the codec can read, as localized
     * routing (17, 18) or flow bindings started by a home agent (21).
     */
    public MobilityHeaderDecoder withoutTypes(Integer... types) {
        return new MobilityHeaderDecoder(mode, Set.of(types));
    }

    /** As {@link #decode(byte[], int, int, Transport)} for all octets. */
    public DecodeResult decode(byte[] octets, Transport transport) {
        return decode(octets, 0, octets.length, transport);
    }

    /**
     * Decodes one Mobility Header.
     *
     * @param length of the payload: what follows the IPv6 header and its extension headers, or the UDP header
     * @throws IndexOutOfBoundsException when the range is not within {@code octets}
     */
    public DecodeResult decode(byte[] octets, int offset, int length, Transport transport) {
        Objects.checkFromIndexSize(offset, length, octets.length);
        if (length < SHORTEST) {
            return refused(0, "W-02, " + FORMAT, "a Mobility Header of " + length + " octets", Answer.SILENCE);
        }
        if (transport instanceof Transport.Ipv6(var source, var destination)
                && Checksum.compute(source, destination, octets, offset, length) != 0) {
            return refused(Checksum.OFFSET, "W-03, RFC 6275 section 9.2", "wrong checksum", Answer.SILENCE);
        }
        int type = octets[offset + TYPE_OFFSET] & 0xff;
        @Nullable MessageCodec codec = unrecognized.contains(type) ? null : MessageCodec.of(type);
        if (codec == null) {
            Answer answer = transport.hasUnicastSource()
                    ? new Answer.SendBindingError(BindingError.unrecognizedMessage())
                    : Answer.SILENCE;
            return refused(TYPE_OFFSET, "W-04, RFC 6275 section 9.3.3", "MH Type " + type, answer);
        }
        int payloadProto = octets[offset] & 0xff;
        if (payloadProto != NO_NEXT_HEADER) {
            return refused(
                    0, "W-01, RFC 6275 section 9.2", "Payload Proto " + payloadProto, new Answer.ParameterProblem(0));
        }
        int headerLength = ((octets[offset + HEADER_LENGTH_OFFSET] & 0xff) + 1) * 8;
        if (headerLength < codec.fixedLength()) {
            return refused(
                    HEADER_LENGTH_OFFSET,
                    "W-02, RFC 6275 section 9.2",
                    "Header Len of " + headerLength + " octets for MH Type " + type,
                    new Answer.ParameterProblem(HEADER_LENGTH_OFFSET));
        }
        HeaderReader in = new HeaderReader(octets, offset, Math.min(length, HeaderWriter.MAXIMUM), mode);
        if (length > HeaderWriter.MAXIMUM) {
            in.note(Quirk.TRAILING_OCTETS);
        }
        if (headerLength > length) {
            if (mode == Mode.STRICT || headerLength - length >= 8) {
                return refused(
                        HEADER_LENGTH_OFFSET,
                        "W-02, " + FORMAT,
                        "Header Len of " + headerLength + " octets, payload of " + length,
                        Answer.SILENCE);
            }
            in.note(Quirk.HEADER_LENGTH_TOO_LONG);
        }
        in.limitTo(headerLength);
        in.seek(Checksum.OFFSET + 2);
        try {
            MobilityMessage message = codec.read(in);
            @Nullable MalformedHeaderException objection = in.objection();
            return objection == null
                    ? new DecodeResult.Decoded(message, in.quirks())
                    : refused(
                            objection.offset(), objection.clause(), objection.reason(), answerTo(message, in.quirks()));
        } catch (MalformedHeaderException e) {
            return refused(e.offset(), e.clause(), e.reason(), Answer.SILENCE);
        }
    }

    /** Of a message that can be read and must not be accepted. Acknowledgements are not acknowledged. */
    private static Answer answerTo(MobilityMessage message, Set<Quirk> quirks) {
        return switch (message) {
            case ProxyBindingUpdate update ->
                new Answer.Status(BindingStatus.REASON_UNSPECIFIED.value(), update, quirks);
            case UpdateNotification notification
            when notification.acknowledge() ->
                new Answer.Status(statusOf(notification).value(), notification, quirks);
            case BindingRevocationIndication revocation ->
                new Answer.Status(RevocationStatus.REVOKED_MOBILE_NODES_IDENTITY_REQUIRED.value(), revocation, quirks);
            default -> Answer.SILENCE;
        };
    }

    private static UpdateNotificationStatus statusOf(UpdateNotification notification) {
        return notification.isFlowMobilityInitiate()
                ? UpdateNotificationStatus.REASON_UNSPECIFIED
                : UpdateNotificationStatus.FAILED_TO_UPDATE_SESSION_PARAMETERS;
    }

    private static DecodeResult refused(int offset, String clause, String reason, Answer answer) {
        return new DecodeResult.Refused(offset, clause, reason, answer);
    }
}
