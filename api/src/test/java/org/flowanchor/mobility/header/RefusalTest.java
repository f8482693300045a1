package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.BindingRefreshRequest;
import org.flowanchor.mobility.message.BindingUpdate;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.TimestampOption;
import org.flowanchor.mobility.option.UnknownOption;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** STANDARDS section 8.3: what must be refused, where, by which clause, and what is answered. */
class RefusalTest {
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Vectors.MAG1);
    private static final String PBU = "000182000384";
    private static final String MN_ID = "0804" + "01" + "614062";
    private static final String HNP = "1612" + "0040" + "20010db8000100000000000000000000";

    @Test
    void w01_anotherPayloadProtoIsAParameterProblemAtIt() {
        DecodeResult.Refused refused = refused(Mode.LENIENT, "3a" + "01" + "0500" + "0000" + PBU + "01020000");
        assertThat(refused.answer()).isEqualTo(new Answer.ParameterProblem(0));
        assertThat(refused.clause()).startsWith("W-01");
        assertThat(refused.offset()).isZero();
    }

    @Test
    void w02_aHeaderLenBelowTheFixedPartIsAParameterProblemAtIt() {
        for (int type : new int[] {5, 6, 7, 13, 16, 17, 18, 19, 20, 21}) {
            DecodeResult.Refused refused = refused(
                    Mode.LENIENT,
                    "3b" + "00" + HexFormat.of().toHexDigits((byte) type) + "00" + "0000" + PBU + "01020000");
            assertThat(refused.answer()).isEqualTo(new Answer.ParameterProblem(1));
            assertThat(refused.clause()).startsWith("W-02");
            assertThat(refused.offset()).isEqualTo(1);
        }
        assertThat(refused(Mode.STRICT, "3b" + "01" + "0700" + "0000" + "0200" + "00".repeat(8))
                        .answer())
                .isEqualTo(new Answer.ParameterProblem(1));
    }

    @Test
    void w02_aPayloadShorterThanHeaderLenIsDropped() {
        DecodeResult.Refused refused = refused(Mode.LENIENT, "3b" + "03" + "0500" + "0000" + PBU + "01020000");
        assertThat(refused.answer()).isEqualTo(Answer.SILENCE);
        assertThat(refused.clause()).startsWith("W-02");
        assertThat(refused(Mode.LENIENT, "3b000000000000").answer()).isEqualTo(Answer.SILENCE);
    }

    @Test
    void w02_octetsAfterHeaderLenAreIgnoredAndCounted() {
        for (Mode mode : Mode.values()) {
            DecodeResult.Decoded decoded =
                    decoded(mode, "3b" + "01" + "0500" + "0000" + PBU + "01020000" + "08ffffffffffffff");
            assertThat(decoded.quirks()).containsExactly(Quirk.TRAILING_OCTETS);
            assertThat(decoded.message().options()).isEqualTo(MobilityOptions.NONE);
        }
    }

    @Test
    void w02_aBindingRefreshRequestWithoutOptionsIsTheShortestMessage() {
        assertThat(decoded(Mode.STRICT, "3b00000000000000").message())
                .isEqualTo(new BindingRefreshRequest(MobilityOptions.NONE));
    }

    @Test
    void w04_anUnknownTypeIsABindingErrorToAUnicastSource() {
        for (int type : new int[] {1, 2, 3, 4, 8, 9, 10, 11, 12, 14, 15, 24, 99, 255}) {
            String message = "3b" + "01" + HexFormat.of().toHexDigits((byte) type) + "00" + "0000" + "00".repeat(10);
            DecodeResult.Refused refused = refused(Mode.LENIENT, message);
            assertThat(refused.answer()).isEqualTo(new Answer.SendBindingError(BindingError.unrecognizedMessage()));
            assertThat(refused.clause()).startsWith("W-04");
            DecodeResult multicast = MobilityHeaderDecoder.of(Mode.LENIENT)
                    .decode(
                            HexFormat.of().parseHex(message),
                            new Transport.KernelChecksum(Ipv6Address.parse("ff02::1")));
            assertThat(((DecodeResult.Refused) multicast).answer()).isEqualTo(Answer.SILENCE);
        }
    }

    @Test
    void w04_aNodeMayDeclareTypesItDoesNotImplement() {
        byte[] octets =
                HexFormat.of().parseHex("3b" + "01" + "1500" + "0000" + "0001" + "0007" + "02" + "80" + "01020000");
        assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, TRANSPORT))
                .isInstanceOf(DecodeResult.Decoded.class);
        DecodeResult result =
                MobilityHeaderDecoder.of(Mode.STRICT).withoutTypes(17, 18, 21).decode(octets, TRANSPORT);
        assertThat(((DecodeResult.Refused) result).answer())
                .isEqualTo(new Answer.SendBindingError(BindingError.unrecognizedMessage()));
    }

    /** Localized routing, flow bindings of a home agent, multicast subscriptions. */
    @Test
    void w04_noProfileImplementsWhatNoPartOfTheProductDoes() {
        for (int type : new int[] {17, 18, 21, 22, 23}) {
            byte[] octets = HexFormat.of()
                    .parseHex(
                            "3b01" + HexFormat.of().toHexDigits((byte) type) + "00" + "0000" + "0001" + "00".repeat(8));
            for (PeerProfile profile : PeerProfile.NAMED) {
                assertThat(((DecodeResult.Refused) profile.decode(octets, TRANSPORT)).answer())
                        .isEqualTo(new Answer.SendBindingError(BindingError.unrecognizedMessage()));
            }
        }
    }

    @Test
    void w04_theChecksumComesBeforeTheTypeAndTheTypeBeforePayloadProto() {
        byte[] octets = HexFormat.of().parseHex("3a" + "00" + "6300" + "0000" + "0000");
        assertThat(((DecodeResult.Refused) MobilityHeaderDecoder.of(Mode.STRICT)
                                .decode(octets, new Transport.Ipv6(Vectors.MAG1, Vectors.LMA)))
                        .clause())
                .startsWith("W-03");
        assertThat(((DecodeResult.Refused) MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, TRANSPORT)).clause())
                .startsWith("W-04");
    }

    /** Options that cannot be read on make the whole message unreadable, in both modes. */
    @TestFactory
    Stream<DynamicTest> w06_malformedOptionsAreDroppedInSilence() {
        return Stream.of(
                        "one octet of PadN at the end:" + "17020001" + "0000000000000001",
                        "PadN beyond the end:" + "0104000000" + "000000000000" + "0107",
                        "option beyond the end:" + MN_ID + "0000" + "1612",
                        "HNP of 17 octets:" + "1611" + "0040" + "20010db80001000000000000000000" + "00",
                        "HNP of 19 octets:" + "1613" + "0040" + "20010db8000100000000000000000000" + "00" + "00",
                        "handoff indicator of 1 octet:" + "1701" + "00" + "00",
                        "empty MN-ID option:" + "0800" + "0000",
                        "timestamp of 7 octets:" + "1b07" + "00006955b90080",
                        "alternate care-of address of 4 octets:" + "0304" + "20010db8",
                        "link-layer identifier of none:" + "1902" + "0000")
                .map(line -> line.split(":"))
                .map(field -> DynamicTest.dynamicTest(field[0], () -> {
                    for (Mode mode : Mode.values()) {
                        DecodeResult.Refused refused = refused(mode, update(field[1]));
                        assertThat(refused.answer()).isEqualTo(Answer.SILENCE);
                        assertThat(refused.offset()).isGreaterThanOrEqualTo(12);
                    }
                }));
    }

    @Test
    void w06_anUnknownOptionIsSkippedKeptAndWrittenAgain() {
        byte[] octets = HexFormat.of().parseHex(update(MN_ID + "c805" + "0102030405" + HNP + "c800"));
        DecodeResult.Decoded decoded =
                (DecodeResult.Decoded) MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, TRANSPORT);
        assertThat(decoded.message().options().all(UnknownOption.class))
                .containsExactly(
                        new UnknownOption(200, Octets.parse("0102030405")), new UnknownOption(200, Octets.EMPTY));
        byte[] again = MobilityHeaderEncoder.encode(decoded.message(), TRANSPORT);
        assertThat(HexFormat.of().formatHex(again)).contains("c8050102030405").contains("c800");
    }

    @Test
    void w06_paddingWithOtherOctetsThanZeroIsCounted() {
        assertThat(decoded(Mode.STRICT, update("0102ff00")).quirks()).containsExactly(Quirk.PADDING_NOT_ZERO);
    }

    @Test
    void w07_optionsComeInAnyOrder() {
        MobilityMessage one = decoded(Mode.STRICT, update("18020004" + HNP + "17020001" + "1403696d73" + MN_ID))
                .message();
        MobilityMessage other = decoded(Mode.STRICT, update(MN_ID + "1403696d73" + HNP + "17020001" + "18020004"))
                .message();
        assertThat(one).isNotEqualTo(other);
        assertThat(one.options().inSendingOrder()).isEqualTo(other.options());
    }

    @TestFactory
    Stream<DynamicTest> w07_twoOfWhatMayBeThereOnceAreAnsweredWith128() {
        return Stream.of(
                        MN_ID + MN_ID,
                        "17020001" + "17020002",
                        "18020004" + "18020004",
                        "1b0800006955b9008000" + "1b0800006955b9008000",
                        "1403696d73" + "1403696d73")
                .map(options -> DynamicTest.dynamicTest(options, () -> {
                    for (Mode mode : Mode.values()) {
                        DecodeResult.Refused refused = refused(mode, update(options));
                        assertThat(refused.clause()).startsWith("W-07");
                        Answer.Status answer = (Answer.Status) refused.answer();
                        assertThat(answer.status()).isEqualTo(128);
                        assertThat(answer.request()).isInstanceOf(ProxyBindingUpdate.class);
                        assertThat(answer.request().options().list()).hasSize(2);
                    }
                }));
    }

    @Test
    void w07_twoIpv4HomeAddressRequestsAreTheProtocolsToAnswerWith173() {
        assertThat(decoded(Mode.STRICT, update("2406000000000000" + "2406000000000000"))
                        .message()
                        .options()
                        .list())
                .hasSize(2);
    }

    @Test
    void aPrefixLengthAbove128IsAnsweredWith128AndKeptForTheEcho() {
        DecodeResult.Refused refused = refused(Mode.LENIENT, update(MN_ID + HNP.replace("16120040", "16120081")));
        Answer.Status answer = (Answer.Status) refused.answer();
        assertThat(answer.status()).isEqualTo(128);
        HomeNetworkPrefixOption prefix =
                answer.request().options().first(HomeNetworkPrefixOption.class).orElseThrow();
        assertThat(prefix.prefixLength()).isEqualTo(129);
        assertThatIllegalArgumentException().isThrownBy(prefix::homeNetworkPrefix);
    }

    @Test
    void theUnspecifiedPrefixAsksForAnAllocationWhateverItsLength() {
        DecodeResult.Decoded decoded = decoded(Mode.STRICT, update("1612" + "0040" + "00".repeat(16)));
        assertThat(decoded.message()
                        .options()
                        .first(HomeNetworkPrefixOption.class)
                        .orElseThrow()
                        .isAllZero())
                .isTrue();
        assertThat(decoded.quirks()).contains(Quirk.ALL_ZERO_PREFIX_WITH_LENGTH);
    }

    @Test
    void bitsBeyondThePrefixLengthAreCountedAndCleared() {
        DecodeResult.Decoded decoded =
                decoded(Mode.STRICT, update("1612" + "0030" + "20010db8000100020000000000000001"));
        assertThat(decoded.quirks()).contains(Quirk.PREFIX_BITS_BEYOND_LENGTH);
        assertThat(decoded.message()
                        .options()
                        .first(HomeNetworkPrefixOption.class)
                        .orElseThrow()
                        .homeNetworkPrefix())
                .isEqualTo(HomeNetworkPrefix.parse("2001:db8:1::/48"));
    }

    @TestFactory
    Stream<DynamicTest> identifiersThatAreNoNaiAreAnsweredWith128() {
        return Stream.of("6100", "610062", "ff", "612f62", "0a61", "61".repeat(254))
                .map(identifier -> DynamicTest.dynamicTest(identifier, () -> {
                    String option = "08" + HexFormat.of().toHexDigits((byte) (1 + identifier.length() / 2)) + "01";
                    DecodeResult.Refused refused = refused(Mode.STRICT, update(option + identifier));
                    assertThat(((Answer.Status) refused.answer()).status()).isEqualTo(128);
                    assertThat(refused.clause()).isEqualTo("RFC 4283 section 3");
                }));
    }

    @Test
    void anUpdateNotificationIsAnsweredInItsOwnRegistryAndOnlyWhenAsked() {
        String bad = "0803" + "01" + "6100" + "000000";
        assertThat(((Answer.Status) refused(Mode.STRICT, "3b0213000000" + "0001" + "0008" + "8000" + bad + "00000000")
                                .answer())
                        .status())
                .isEqualTo(131);
        assertThat(((Answer.Status) refused(Mode.STRICT, "3b0213000000" + "0001" + "0002" + "8000" + bad + "00000000")
                                .answer())
                        .status())
                .isEqualTo(128);
        assertThat(refused(Mode.STRICT, "3b0213000000" + "0001" + "0001" + "0000" + bad + "00000000")
                        .answer())
                .isEqualTo(Answer.SILENCE);
        assertThat(((Answer.Status) refused(Mode.STRICT, "3b0210000000" + "0101" + "0001" + "8000" + bad + "00000000")
                                .answer())
                        .status())
                .isEqualTo(131);
        // An acknowledgement is never acknowledged.
        assertThat(refused(Mode.STRICT, "3b0214000000" + "0001" + "0000" + "0000" + bad + "00000000")
                        .answer())
                .isEqualTo(Answer.SILENCE);
    }

    @Test
    void aRevocationOrFlowBindingOfAnUnknownKindIsDropped() {
        assertThat(refused(Mode.LENIENT, "3b0110000000" + "0301" + "0001" + "8000" + "01020000")
                        .answer())
                .isEqualTo(Answer.SILENCE);
        assertThat(refused(Mode.LENIENT, "3b0115000000" + "0003" + "0001" + "8000" + "01020000")
                        .answer())
                .isEqualTo(Answer.SILENCE);
    }

    @Test
    void anUpdateWithoutTheProxyFlagIsNoProxyBindingUpdate() {
        assertThat(decoded(Mode.LENIENT, "3b" + "01" + "0500" + "0000" + "000180000384" + "01020000")
                        .message())
                .isInstanceOf(BindingUpdate.class);
        assertThat(decoded(Mode.STRICT, "3b" + "01" + "0500" + "0000" + "000102000384" + "01020000")
                        .quirks())
                .containsExactly(Quirk.ACKNOWLEDGE_FLAG_CLEAR);
    }

    @Test
    void extremeTimestampsAreTimesWithoutOverflow() {
        for (long fixedPoint : new long[] {0, -1L, -1L << 16, 0xffff, 1}) {
            TimestampOption timestamp = new TimestampOption(fixedPoint);
            assertThat(TimestampOption.of(timestamp.instant()).seconds()).isEqualTo(timestamp.seconds());
            assertThat(timestamp.looksHostEndian(Instant.EPOCH)).isIn(true, false);
        }
        assertThat(TimestampOption.of(Instant.parse("2026-01-01T00:00:00.500Z")).fixedPoint())
                .isEqualTo(0x00006955b9008000L);
        assertThatIllegalArgumentException().isThrownBy(() -> TimestampOption.of(Instant.ofEpochSecond(-1)));
    }

    @Test
    void fortyPrefixesAreReadAndWritten() {
        DecodeResult.Decoded decoded = decoded(Mode.STRICT, update(MN_ID + HNP.repeat(40)));
        assertThat(decoded.message().options().all(HomeNetworkPrefixOption.class))
                .hasSize(40);
        assertThat(MobilityHeaderEncoder.encode(decoded.message(), TRANSPORT)).hasSize(24 + 40 * 24 - 8);
    }

    @Test
    void whatDoesNotFitTheWireIsTheSendersFault() {
        List<MobilityOption> many = Collections.nCopies(103, HomeNetworkPrefixOption.ALL_ZERO);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        MobilityHeaderEncoder.encode(new BindingRefreshRequest(new MobilityOptions(many)), TRANSPORT));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ProxyBindingUpdate(65536, ProxyBindingUpdate.USUAL_FLAGS, 0, MobilityOptions.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new FlowIdentificationOption(-1, 1, 0, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnknownOption(1, Octets.EMPTY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MobileNodeIdentifierOption(1, Octets.of(new byte[255])));
    }

    @Test
    void theRangeToDecodeIsTheCallersToKnow() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MobilityHeaderDecoder.of(Mode.STRICT).decode(new byte[16], 8, 16, TRANSPORT));
    }

    /** A Proxy Binding Update with Pad1 and then these options, so that nothing behind them rescues a broken one. */
    private static String update(String options) {
        int length = 12 + options.length() / 2;
        int padding = Math.floorMod(-length, 8);
        String before = "00".repeat(padding);
        return "3b" + HexFormat.of().toHexDigits((byte) ((length + padding) / 8 - 1)) + "0500" + "0000" + PBU + before
                + options;
    }

    private static DecodeResult.Decoded decoded(Mode mode, String hex) {
        DecodeResult result =
                MobilityHeaderDecoder.of(mode).decode(HexFormat.of().parseHex(hex), TRANSPORT);
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return (DecodeResult.Decoded) result;
    }

    private static DecodeResult.Refused refused(Mode mode, String hex) {
        DecodeResult result =
                MobilityHeaderDecoder.of(mode).decode(HexFormat.of().parseHex(hex), TRANSPORT);
        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
        return (DecodeResult.Refused) result;
    }
}
