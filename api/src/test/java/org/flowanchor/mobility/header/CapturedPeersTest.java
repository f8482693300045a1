package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.header.Vectors.Vector;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.TimestampOption;
import org.flowanchor.mobility.option.UnknownOption;
import org.junit.jupiter.api.Test;

/** What gateways and anchors of other makers put on the wire: refused by strict decoding, read by lenient decoding with named quirks. */
class CapturedPeersTest {
    private static final Instant CAPTURED = Instant.ofEpochSecond(0x6b012f37L);
    private static final Set<Quirk> FIRST_GATEWAY =
            Set.of(Quirk.HEADER_LENGTH_TOO_SHORT, Quirk.IDENTIFIER_EMPTY, Quirk.PREFIX_LENGTH_128);
    private static final Set<Quirk> FIRST_ANCHOR = Set.of(
            Quirk.HEADER_LENGTH_TOO_SHORT, Quirk.IDENTIFIER_EMPTY, Quirk.PREFIX_LENGTH_128, Quirk.PROXY_FLAG_CLEAR);
    private static final Set<Quirk> PADDED = Set.of(Quirk.IDENTIFIER_NUL_PADDED);
    private static final Set<Quirk> PADDED_ANCHOR = Set.of(
            Quirk.HEADER_LENGTH_TOO_SHORT,
            Quirk.IDENTIFIER_NUL_PADDED,
            Quirk.PREFIX_LENGTH_128,
            Quirk.PROXY_FLAG_CLEAR);

    private final List<Vector> capture = Vectors.packets("captured-packets.txt");

    @Test
    void lenientDecodingReadsTheCaptureAndNamesEachQuirk() {
        List<Set<Quirk>> quirks = List.of(
                FIRST_GATEWAY,
                FIRST_ANCHOR,
                FIRST_GATEWAY,
                FIRST_ANCHOR,
                PADDED,
                PADDED_ANCHOR,
                PADDED,
                PADDED_ANCHOR,
                Set.of());
        for (int i = 0; i < 9; i++) {
            assertThat(decoded(capture.get(i)).quirks()).as("packet " + i).isEqualTo(quirks.get(i));
        }
    }

    @Test
    void theCapturedUpdateIsReadInFull() {
        ProxyBindingUpdate update = (ProxyBindingUpdate) decoded(capture.get(0)).message();
        assertThat(update.sequenceNumber()).isZero();
        assertThat(update.flags()).isEqualTo(ProxyBindingUpdate.USUAL_FLAGS);
        assertThat(update.lifetime()).isEqualTo(2);
        HomeNetworkPrefixOption prefix =
                update.options().first(HomeNetworkPrefixOption.class).orElseThrow();
        assertThat(prefix.prefixLength()).isEqualTo(128);
        assertThat(prefix.subnetPrefix()).isEqualTo(HomeNetworkPrefix.parse("2001:100:4:5000::/64"));
        assertThat(update.options()
                        .first(HandoffIndicatorOption.class)
                        .orElseThrow()
                        .handoffIndicator())
                .isEqualTo(HandoffIndicator.HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE);
        assertThat(update.options()
                        .first(LinkLayerIdentifierOption.class)
                        .orElseThrow()
                        .linkLayerIdentifier())
                .isEqualTo(LinkLayerIdentifier.parse("00:11:22:ff:fe:33:44:55"));
        assertThat(update.options()
                        .first(MobileNodeIdentifierOption.class)
                        .orElseThrow()
                        .networkAccessIdentifier())
                .isEmpty();
    }

    @Test
    void aHostEndianTimestampIsRecognisedByItsSwappedReadingAndKeptVerbatim() {
        TimestampOption timestamp = decoded(capture.get(0))
                .message()
                .options()
                .first(TimestampOption.class)
                .orElseThrow();
        assertThat(timestamp.fixedPoint()).isEqualTo(0x016b0000dc6c372fL);
        assertThat(timestamp.looksHostEndian(CAPTURED)).isTrue();
        assertThat(timestamp.hostEndianReading().seconds()).isEqualTo(0x6b012f37L);
        assertThat(TimestampOption.of(CAPTURED).looksHostEndian(CAPTURED)).isFalse();
    }

    @Test
    void aNulPaddedIdentifierKeepsItsOctetsAndLosesItsPaddingAsAValue() {
        MobileNodeIdentifierOption option = decoded(capture.get(4))
                .message()
                .options()
                .first(MobileNodeIdentifierOption.class)
                .orElseThrow();
        assertThat(option.identifier().length()).isEqualTo(63);
        assertThat(option.networkAccessIdentifier()).contains(new MobileNodeIdentifier("user@op"));
        assertThat(MobileNodeIdentifierOption.padded(new MobileNodeIdentifier("user@op"), 63))
                .isEqualTo(option);
    }

    @Test
    void anAcknowledgementWithoutTheProxyFlagIsOneToLenientDecoding() {
        ProxyBindingAcknowledgement answer =
                (ProxyBindingAcknowledgement) decoded(capture.get(1)).message();
        assertThat(answer.status().accepted()).isTrue();
        assertThat(answer.options().contains(HandoffIndicatorOption.class)).isFalse();
        assertThat(answer.options().contains(AccessTechnologyTypeOption.class)).isFalse();
    }

    /** The other anchor copies 63 octets whatever the option's length: its answer holds the options that followed. */
    @Test
    void anIdentifierThatSwallowedTheNextOptionsIsNoneAndTheAnswerIgnored() {
        for (int i : new int[] {9, 11}) {
            DecodeResult result = MobilityHeaderDecoder.of(Mode.LENIENT)
                    .decode(capture.get(i).octets(), capture.get(i).transport());
            assertThat(result)
                    .isEqualTo(new DecodeResult.Refused(
                            14, "RFC 4283 section 3", "not a network access identifier", Answer.SILENCE));
        }
    }

    @Test
    void strictDecodingRefusesWhatLenientDecodingForgives() {
        DecodeResult.Refused truncated = refused(capture.get(0));
        assertThat(truncated.offset()).isEqualTo(132);
        assertThat(truncated.clause()).isEqualTo("W-06, RFC 6275 section 6.2.1");
        assertThat(truncated.answer()).isEqualTo(Answer.SILENCE);
        DecodeResult.Refused padded = refused(capture.get(4));
        assertThat(padded.clause()).isEqualTo("RFC 4283 section 3");
        assertThat(padded.answer()).isInstanceOf(Answer.Status.class);
        assertThat(((Answer.Status) padded.answer()).status()).isEqualTo(128);
    }

    /** Unaligned options, Pad1 to the end, ATT 0, neither Timestamp nor link-layer identifier: no rule of a receiver is broken. */
    @Test
    void anUnalignedUpdatePaddedWithPad1IsReadInBothModes() {
        byte[] octets = HexFormat.of()
                .parseHex("3b060500000000018200000f" + "0808" + "01" + "62757474657273"
                        + "1612004020010690238077920000000000000000" + "17020004" + "18020000" + "00".repeat(6));
        for (Mode mode : Mode.values()) {
            DecodeResult.Decoded decoded = (DecodeResult.Decoded)
                    MobilityHeaderDecoder.of(mode).decode(octets, new Transport.KernelChecksum(Vectors.MAG1));
            assertThat(decoded.quirks())
                    .containsExactlyInAnyOrder(Quirk.OPTION_UNALIGNED, Quirk.ACCESS_TECHNOLOGY_TYPE_RESERVED);
            assertThat(decoded.message().options().list()).hasSize(4);
            assertThat(decoded.message()
                            .options()
                            .first(MobileNodeIdentifierOption.class)
                            .orElseThrow()
                            .networkAccessIdentifier())
                    .contains(new MobileNodeIdentifier("butters"));
        }
    }

    /** QoS (58) with an attribute cut short: what follows in it is neither option 5 nor an Alternate Care-of Address. */
    @Test
    void theInsideOfAnUnreadableOptionIsNotReadAsOptions() {
        String unreadable = "01b801000000" + "0504" + "00000000" + "0306" + "0000004c4b40";
        String options = "080f01" + HexFormat.of().formatHex("mn1@example.or".getBytes(StandardCharsets.US_ASCII))
                + "0101" + "00" + "16120000" + "00".repeat(16) + "17020001" + "18020004" + "3a14" + unreadable + "0100";
        int length = 12 + options.length() / 2;
        byte[] octets = HexFormat.of()
                .parseHex("3b" + String.format("%02x", length / 8 - 1) + "05000000" + "000182000064" + options);
        DecodeResult.Decoded decoded = (DecodeResult.Decoded)
                MobilityHeaderDecoder.of(Mode.LENIENT).decode(octets, new Transport.KernelChecksum(Vectors.MAG1));
        assertThat(decoded.quirks()).contains(Quirk.OPTION_UNREADABLE);
        assertThat(decoded.message().options().list())
                .extracting(MobilityOption::type)
                .containsExactly(8, 22, 23, 24, 58);
        assertThat(decoded.message().options().list().getLast())
                .isEqualTo(new UnknownOption(58, Octets.parse(unreadable)));
    }

    /** Private options on the numbers 28, 29 and 30, MN-ID sub-type 2 with an EUI-64, length not a multiple of 8. */
    @Test
    void privateOptionsOnAssignedNumbersStayOctetsAndAreNeverReadAsIpv4() {
        String options = "1612004020010db8010000010000000000000000" + "080902" + "02005efffe005301"
                + "1b08000000000000a45b" + "17020001" + "18020004"
                + "1c10" + "20010db8000000000000000000000001"
                + "1d30" + "20010db8000000000000000000000002".repeat(3)
                + "1e12" + "0040" + "fe80000000000000020000fffe000001";
        int length = 12 + options.length() / 2;
        assertThat(length % 8).isNotZero();
        byte[] octets = HexFormat.of()
                .parseHex("3b" + HexFormat.of().toHexDigits((byte) (length / 8 - 1)) + "05000000" + "0001c200000f"
                        + options);
        DecodeResult.Decoded decoded = (DecodeResult.Decoded)
                MobilityHeaderDecoder.of(Mode.LENIENT).decode(octets, new Transport.KernelChecksum(Vectors.MAG1));
        assertThat(decoded.quirks())
                .contains(
                        Quirk.HEADER_LENGTH_TOO_SHORT,
                        Quirk.OPTION_UNREADABLE,
                        Quirk.IDENTIFIER_EUI_64,
                        Quirk.OPTION_UNALIGNED);
        assertThat(decoded.message().options().all(UnknownOption.class))
                .extracting(UnknownOption::type)
                .containsExactly(28, 29, 30);
        assertThat(decoded.message()
                        .options()
                        .all(UnknownOption.class)
                        .getFirst()
                        .octets())
                .isEqualTo(Octets.parse("20010db8000000000000000000000001"));
        assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, new Transport.KernelChecksum(Vectors.MAG1)))
                .isInstanceOf(DecodeResult.Refused.class);
    }

    /** The sub-type of an NAI with eight binary octets. */
    @Test
    void anEui64UnderTheSubtypeOfAnNaiIsNoIdentifierButReadable() {
        byte[] octets = HexFormat.of().parseHex("3b0205000000000182000001" + "08090102005efffe005301" + "00");
        DecodeResult.Decoded decoded = (DecodeResult.Decoded)
                MobilityHeaderDecoder.of(Mode.LENIENT).decode(octets, new Transport.KernelChecksum(Vectors.MAG1));
        assertThat(decoded.quirks()).containsExactly(Quirk.IDENTIFIER_EUI_64);
        assertThat(decoded.message()
                        .options()
                        .first(MobileNodeIdentifierOption.class)
                        .orElseThrow()
                        .networkAccessIdentifier())
                .isEmpty();
    }

    /** Header Len counts the padding that was forgotten: the payload bounds it. */
    @Test
    void paddingThatHeaderLenCountsAndNobodySentIsForgivenWithinOneUnit() {
        Transport transport = new Transport.KernelChecksum(Vectors.MAG1);
        byte[] tooShort = HexFormat.of().parseHex("3b0205000000000182000001" + "17020001");
        assertThat(MobilityHeaderDecoder.of(Mode.LENIENT).decode(tooShort, transport))
                .isInstanceOf(DecodeResult.Refused.class);
        byte[] fourShort = HexFormat.of().parseHex("3b0205000000000182000001" + "17020001" + "18020004");
        DecodeResult result = MobilityHeaderDecoder.of(Mode.LENIENT).decode(fourShort, transport);
        assertThat(((DecodeResult.Decoded) result).quirks()).containsExactly(Quirk.HEADER_LENGTH_TOO_LONG);
        assertThat(((DecodeResult.Decoded) result).message().options().list()).hasSize(2);
        assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(fourShort, transport))
                .isInstanceOf(DecodeResult.Refused.class);
    }

    private static DecodeResult.Decoded decoded(Vector packet) {
        DecodeResult result = MobilityHeaderDecoder.of(Mode.LENIENT).decode(packet.octets(), packet.transport());
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return (DecodeResult.Decoded) result;
    }

    private static DecodeResult.Refused refused(Vector packet) {
        DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT).decode(packet.octets(), packet.transport());
        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
        return (DecodeResult.Refused) result;
    }
}
