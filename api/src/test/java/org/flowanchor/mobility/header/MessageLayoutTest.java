package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The fixed part of every message as octets written by hand from the figure of its RFC, each flag and field different. */
class MessageLayoutTest {
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Vectors.MAG1);
    private static final MobilityOptions NONE = MobilityOptions.NONE;

    private record Layout(String hex, MobilityMessage message) {}

    private static final List<Layout> LAYOUTS = List.of(
            new Layout("3b00" + "0000" + "0000" + "0000", new BindingRefreshRequest(NONE)),
            // sequence, A H L K M R - F T B S D, lifetime
            new Layout(
                    "3b01" + "0500" + "0000" + "0102" + "4000" + "0304" + "01020000",
                    new BindingUpdate(
                            0x102, new BindingUpdateFlags(BindingUpdateFlags.HOME_REGISTRATION), 0x304, NONE)),
            new Layout(
                    "3b01" + "0500" + "0000" + "ffff" + "fff0" + "ffff" + "01020000",
                    new ProxyBindingUpdate(0xffff, new BindingUpdateFlags(0xfff0), 0xffff, NONE)),
            new Layout(
                    "3b01" + "0500" + "0000" + "0001" + "8340" + "0000" + "01020000",
                    new ProxyBindingUpdate(
                            1,
                            BindingUpdateFlags.of(
                                    BindingUpdateFlags.ACKNOWLEDGE,
                                    BindingUpdateFlags.PROXY_REGISTRATION,
                                    BindingUpdateFlags.FORCE_UDP_ENCAPSULATION,
                                    BindingUpdateFlags.BULK_BINDING),
                            0,
                            NONE)),
            // status, K R P T B S D -, sequence, lifetime
            new Layout(
                    "3b01" + "0600" + "0000" + "85" + "80" + "0102" + "0304" + "01020000",
                    new BindingAcknowledgement(
                            new BindingStatus(133), new BindingAcknowledgementFlags(0x80), 0x102, 0x304, NONE)),
            new Layout(
                    "3b01" + "0600" + "0000" + "02" + "38" + "0102" + "0304" + "01020000",
                    new ProxyBindingAcknowledgement(
                            new BindingStatus(2),
                            BindingAcknowledgementFlags.of(
                                    BindingAcknowledgementFlags.PROXY_REGISTRATION,
                                    BindingAcknowledgementFlags.TLV_HEADER,
                                    BindingAcknowledgementFlags.BULK_BINDING),
                            0x102,
                            0x304,
                            NONE)),
            new Layout(
                    "3b02" + "0700" + "0000" + "01" + "00" + "20010db8000000000000000000000001",
                    new BindingError(BindingErrorStatus.UNKNOWN_BINDING, Vectors.LMA, NONE)),
            // reserved, U, R, sequence of 32 bits, restart counter
            new Layout(
                    "3b02" + "0d00" + "0000" + "0003" + "80000001" + "0100" + "1c04" + "00000002" + "01020000",
                    new Heartbeat(true, true, 0x80000001L, MobilityOptions.of(new RestartCounterOption(2)))),
            // BRI: 1, trigger, sequence, P V G
            new Layout(
                    "3b01" + "1000" + "0000" + "01" + "80" + "0102" + "a000" + "01020000",
                    new BindingRevocationIndication(RevocationTrigger.PER_PEER_POLICY, 0x102, true, false, true, NONE)),
            // BRA: 2, status
            new Layout(
                    "3b01" + "1000" + "0000" + "02" + "81" + "0102" + "4000" + "01020000",
                    new BindingRevocationAcknowledgement(
                            RevocationStatus.IPV4_HOME_ADDRESS_OPTION_REQUIRED, 0x102, false, true, false, NONE)),
            // sequence, reserved, lifetime in seconds
            new Layout(
                    "3b01" + "1100" + "0000" + "0102" + "0000" + "ffff" + "01020000",
                    new LocalizedRoutingInitiation(0x102, 0xffff, NONE)),
            // sequence, U, status, lifetime
            new Layout(
                    "3b01" + "1200" + "0000" + "0102" + "80" + "81" + "0304" + "01020000",
                    new LocalizedRoutingAcknowledgement(
                            0x102, true, LocalizedRoutingStatus.MN_NOT_ATTACHED, 0x304, NONE)),
            // sequence, reason of 16 bits, A D
            new Layout(
                    "3b01" + "1300" + "0000" + "0102" + "0008" + "c000" + "01020000",
                    new UpdateNotification(0x102, UpdateNotificationReason.FLOW_MOBILITY, true, true, NONE)),
            new Layout(
                    "3b01" + "1300" + "0000" + "0102" + "0304" + "4000" + "01020000",
                    new UpdateNotification(0x102, new UpdateNotificationReason(0x304), false, true, NONE)),
            // sequence, status, 24 reserved
            new Layout(
                    "3b01" + "1400" + "0000" + "0102" + "83" + "000000" + "01020000",
                    new UpdateNotificationAcknowledgement(0x102, UpdateNotificationStatus.REASON_UNSPECIFIED, NONE)),
            // 1 = FBI, sequence, trigger, A
            new Layout(
                    "3b01" + "1500" + "0000" + "0001" + "0102" + "03" + "80" + "01020000",
                    new FlowBindingIndication(0x102, FlowBindingTrigger.POSSIBLE_OUT_OF_SYNC_STATE, true, NONE)),
            // 2 = FBA, sequence, status
            new Layout(
                    "3b01" + "1500" + "0000" + "0002" + "0102" + "81" + "00" + "01020000",
                    new FlowBindingAcknowledgement(0x102, FlowBindingStatus.ACTION_NOT_AUTHORIZED, NONE)),
            // sequence of 8 bits, reserved
            new Layout("3b00" + "1600" + "0000" + "fe" + "00", new SubscriptionQuery(0xfe, NONE)),
            // sequence of 8 bits, I
            new Layout("3b00" + "1700" + "0000" + "01" + "80", new SubscriptionResponse(1, true, NONE)),
            new Layout("3b00" + "1700" + "0000" + "02" + "00", new SubscriptionResponse(2, false, NONE)));

    /** All values of this test, for other judges. */
    static List<MobilityMessage> messages() {
        return LAYOUTS.stream().map(Layout::message).toList();
    }

    @TestFactory
    Stream<DynamicTest> octetsAreTheValueAndTheValueTheOctets() {
        return LAYOUTS.stream()
                .map(layout -> DynamicTest.dynamicTest(layout.message().toString(), () -> {
                    byte[] octets = HexFormat.of().parseHex(layout.hex());
                    DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, TRANSPORT);
                    assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
                    assertThat(((DecodeResult.Decoded) result).message()).isEqualTo(layout.message());
                    assertThat(HexFormat.of().formatHex(MobilityHeaderEncoder.encode(layout.message(), TRANSPORT)))
                            .isEqualTo(layout.hex());
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyTruncationIsDropped() {
        return LAYOUTS.stream()
                .map(layout -> DynamicTest.dynamicTest(layout.message().toString(), () -> {
                    byte[] octets = HexFormat.of().parseHex(layout.hex());
                    for (int length = 0; length < octets.length; length++) {
                        DecodeResult result =
                                MobilityHeaderDecoder.of(Mode.STRICT).decode(Arrays.copyOf(octets, length), TRANSPORT);
                        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
                    }
                }));
    }

    /** Reserved bits are zero when sent and ignored when received (RFC 6275 section 6.1). */
    @Test
    void reservedBitsAreNoPartOfAValue() {
        for (String[] pair : new String[][] {
            {"3b01050000000001820f000001020000", "3b010500000000018200000001020000"},
            {"3b010600000000210001000001020000", "3b010600000000200001000001020000"},
            {"3b010d000000fffc0000000101020000", "3b010d00000000000000000101020000"},
            {"3b0110000000010100019fff01020000", "3b011000000001010001800001020000"},
            {"3b0113000000000100083fff01020000", "3b011300000000010008000001020000"},
            {"3b0114000000000100ffffff01020000", "3b011400000000010000000001020000"},
            {"3b001600000001ff", "3b00160000000100"},
            {"3b001700000001ff", "3b00170000000180"}
        }) {
            DecodeResult.Decoded dirty = decode(pair[0]);
            assertThat(dirty.message()).isEqualTo(decode(pair[1]).message());
            assertThat(HexFormat.of().formatHex(MobilityHeaderEncoder.encode(dirty.message(), TRANSPORT)))
                    .isEqualTo(pair[1]);
        }
    }

    @Test
    void everyMessageTypeOfTheCodecHasALayoutHere() {
        List<Integer> types = LAYOUTS.stream()
                .map(layout -> layout.message().type())
                .distinct()
                .toList();
        assertThat(IntStream.range(0, 256)
                        .filter(type -> MessageCodec.of(type) != null)
                        .boxed()
                        .toList())
                .containsExactlyInAnyOrderElementsOf(types);
        assertThat(LAYOUTS.stream().map(layout -> layout.message().getClass()).distinct())
                .hasSize(MobilityMessage.class.getPermittedSubclasses().length);
    }

    private static DecodeResult.Decoded decode(String hex) {
        return (DecodeResult.Decoded)
                MobilityHeaderDecoder.of(Mode.STRICT).decode(HexFormat.of().parseHex(hex), TRANSPORT);
    }
}
