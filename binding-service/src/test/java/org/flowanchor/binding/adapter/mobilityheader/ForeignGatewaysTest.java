package org.flowanchor.binding.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.flowanchor.binding.application.WireMetrics.Drop;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;
import org.junit.jupiter.api.Test;

/**
 * What gateways of other makers send, octet by octet as captured or as their sources write it, with the entry and the acknowledgement that
 * have to come of it. Checksums are 0 here: verifying them is the kernel's.
 */
class ForeignGatewaysTest {
    private static final String OAI = "2001:100::2";
    private static final String OPMIP = "2001:db8:0:1::1";
    private static final String MAD = "2001:db8:0:2::1";
    private static final String NS3 = "2001:db8:0:3::1";
    private static final String CONFORMING = "2001:db8:0:4::1";
    private static final String NO_NAME = "00".repeat(63);
    private static final String OAI_NODE = "021122334455@link-layer.invalid";
    private static final String OAI_PREFIX = "2001:100:4:5000::/64";
    private static final Instant CAPTURED = Instant.ofEpochSecond(0x6b012f37L);

    /** First update of the capture: Header Len 136 of 140 octets, 63 NULs, /128, HI 3, EUI-64, both halves of the time swapped. */
    private static String oai(int sequence, int lifetime, String timestamp) {
        return oai(sequence, lifetime, NO_NAME, timestamp);
    }

    private static String oai(int sequence, int lifetime, String name, String timestamp) {
        return "3b1005000000" + hex16(sequence) + "8200" + hex16(lifetime) + "084001" + name + "010400000000"
                + "161200802001010000045000" + "0000000000000000" + "17020003" + "18020004"
                + "190a0000001122fffe334455" + "010400000000" + "1b08" + timestamp;
    }

    /** Header Len counts whole units of 8 octets of what is really there; nothing is padded. */
    private static String update(int sequence, String flags, int lifetime, String... options) {
        String rest = hex16(sequence) + flags + hex16(lifetime) + String.join("", options);
        int length = 6 + rest.length() / 2;
        return "3b" + String.format("%02x", length / 8 - 1) + "05000000" + rest;
    }

    private static String hex16(int value) {
        return String.format("%04x", value);
    }

    private static WireAnchor oaiAnchor() {
        return new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI).owning(OAI_PREFIX, OAI_NODE);
    }

    @Test
    void o1_o5_o6_o8_o9_theCapturedUpdateBecomesTheEntryItMeans() {
        WireAnchor anchor = oaiAnchor();
        assertThat(anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f"))).isPresent();
        BindingCacheEntry entry = anchor.entry(OAI_NODE);
        assertThat(entry.homeNetworkPrefixes()).containsExactly(HomeNetworkPrefix.parse(OAI_PREFIX));
        assertThat(entry.linkLayerIdentifier()).contains(LinkLayerIdentifier.parse("02:11:22:33:44:55"));
        assertThat(entry.proxyCareOfAddress()).isEqualTo(ProxyCareOfAddress.parse(OAI));
        assertThat(entry.state()).isEqualTo(BindingState.ACTIVE);
        assertThat(entry.expiresAt()).isEqualTo(CAPTURED.plusSeconds(8));
        for (Quirk quirk : Set.of(
                Quirk.HEADER_LENGTH_TOO_SHORT,
                Quirk.IDENTIFIER_EMPTY,
                Quirk.PREFIX_LENGTH_128,
                Quirk.TIMESTAMP_HOST_ENDIAN,
                Quirk.LINK_LAYER_IDENTIFIER_EUI_64)) {
            assertThat(anchor.seen(PeerProfile.OAI, quirk)).as(quirk.name()).isEqualTo(1);
        }
    }

    /** Its gateway compares sequence, timestamp, prefix and link-layer identifier octet by octet. */
    @Test
    void o2_o3_o10_theAcknowledgementRepeatsTimestampPrefixAndIdentifierAsSent() {
        WireAnchor anchor = oaiAnchor();
        assertThat(anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f")))
                .contains("3b1106000000" + "00" + "20" + "0000" + "0002" + "084001" + NO_NAME + "010400000000"
                        + "161200802001010000045000" + "0000000000000000" + "17020003" + "18020004"
                        + "190a0000001122fffe334455" + "010400000000" + "1b08016b0000dc6c372f" + "01020000");
    }

    @Test
    void o11_aRetransmissionWithTheSameTimestampIsAnExtensionAndNever156() {
        WireAnchor anchor = oaiAnchor();
        anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f"));
        anchor.at(CAPTURED.plusMillis(500));
        assertThat(status(anchor, oai(1, 2, "016b0000dc6c372f"))).isZero();
        assertThat(anchor.entry(OAI_NODE).expiresAt()).isEqualTo(CAPTURED.plusMillis(8500));
    }

    @Test
    void o7_handoffIndicatorThreeOfAnUnknownNodeOpensASessionAndLaterExtendsIt() {
        WireAnchor anchor = oaiAnchor();
        assertThat(status(anchor, oai(0, 2, "016b0000dc6c372f"))).isZero();
        anchor.at(CAPTURED.plusSeconds(1));
        assertThat(status(anchor, oai(1, 10, "016b00006244382f"))).isZero();
        assertThat(anchor.entries()).isEqualTo(1);
        assertThat(anchor.entry(OAI_NODE).expiresAt()).isEqualTo(CAPTURED.plusSeconds(41));
    }

    @Test
    void o12_deregistrationIsAnsweredAndItsRepetitionToo() {
        WireAnchor anchor = oaiAnchor();
        anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f"));
        anchor.at(CAPTURED.plusSeconds(1));
        assertThat(status(anchor, oai(1, 0, "016b00006244382f"))).isZero();
        assertThat(anchor.entry(OAI_NODE).state()).isEqualTo(BindingState.RELEASING);
        anchor.at(CAPTURED.plusSeconds(2));
        assertThat(status(anchor, oai(2, 0, "016b00006244382f"))).isZero();
    }

    /** Its gateway never asks for a prefix: it names one from its own subscriber file, and wants that one. */
    @Test
    void o5_aProposedPrefixIsGrantedWhereTheGatewayMayProposeAndNeverReplacedByAnother() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI).proposing(OAI, "2001:100:4::/48");
        String granted = anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f")).orElseThrow();
        assertThat(granted.substring(12, 14)).isEqualTo("00");
        assertThat(granted).contains("16120080" + "2001010000045000" + "0000000000000000");
        assertThat(anchor.entry(OAI_NODE).homeNetworkPrefixes()).containsExactly(HomeNetworkPrefix.parse(OAI_PREFIX));
        String name = "75736572406f70" + "00".repeat(56);
        assertThat(status(anchor, oai(1, 2, name, "016b0000dc6c372f")))
                .as("another node, the same prefix")
                .isEqualTo(155);
        WireAnchor elsewhere =
                new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI).proposing(OAI, "2001:100:5::/48");
        assertThat(status(elsewhere, oai(0, 2, "016b0000dc6c372f")))
                .as("in no pool")
                .isEqualTo(155);
        assertThat(elsewhere.entries()).isZero();
    }

    /** It never reads the status: a refusal that repeated its timestamp would be taken for an acceptance. */
    @Test
    void o4_aRefusalDoesNotRepeatTheTimestamp() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI);
        String refusal = anchor.exchange(OAI, oai(0, 2, "016b0000dc6c372f")).orElseThrow();
        assertThat(refusal.substring(12, 14)).as("155: the prefix is nobody's").isEqualTo("9b");
        assertThat(refusal).doesNotContain("016b0000dc6c372f").contains("1b0800006b012f370000");
        assertThat(anchor.entries()).isZero();
    }

    /** The name holds an octet that no NAI has: refused by the codec, for a gateway that is configured and one that is recognised. */
    @Test
    void o4_aRefusalThatNeededNoDecisionDoesNotRepeatTheTimestampEither() {
        String name = "75736572ff6f70" + "00".repeat(56);
        for (WireAnchor anchor : List.of(
                new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI), new WireAnchor(CAPTURED).recognising(OAI))) {
            String refusal =
                    anchor.exchange(OAI, oai(0, 2, name, "016b0000dc6c372f")).orElseThrow();
            assertThat(refusal.substring(12, 14)).as("128").isEqualTo("80");
            assertThat(refusal).doesNotContain("016b0000dc6c372f").contains("1b0800006b012f370000");
        }
        WireAnchor strict = new WireAnchor(CAPTURED).with(CONFORMING, PeerProfile.STRICT);
        assertThat(strict.exchange(CONFORMING, withTimestamp("08080162757474ff7273")))
                .as("who reads the status wants its own")
                .hasValueSatisfying(refusal -> assertThat(refusal).contains("1b0800006b012f360000"));
    }

    /** Sub-type 5 (RFC 4283 registry): 153 without a decision. */
    @Test
    void o4_aNodeNamedOtherwiseThanByAnNaiIsRefusedWithAnotherTimestamp() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI);
        String refusal =
                anchor.exchange(OAI, withTimestamp("080805" + "62757474657273")).orElseThrow();
        assertThat(refusal.substring(12, 14)).as("153").isEqualTo("99");
        assertThat(refusal).doesNotContain("1b0800006b012f360000").contains("1b0800006b012f370000");
    }

    private static String withTimestamp(String identifier) {
        return update(
                1,
                "8200",
                15,
                identifier,
                "0104" + "00".repeat(4),
                "16120000" + "00".repeat(16),
                "17020001",
                "18020004",
                "0104" + "00".repeat(4),
                "1b08" + "00006b012f360000",
                "0102" + "0000");
    }

    /** A hundred prefixes, each to be repeated at 8n+4 where the request aligned none, and two handoff indicators: 128. */
    @Test
    void anAnswerThatFitsNoMobilityHeaderIsCountedAndNotSent() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(CONFORMING, PeerProfile.STRICT);
        String update = update(
                1,
                "8200",
                15,
                "080801" + "62757474657273",
                ("16120040" + "20010db8007792000000000000000000").repeat(100),
                "17020001".repeat(2),
                "18020004",
                "00".repeat(6));
        assertThat(update).hasSize(2 * 2040);
        assertThat(anchor.exchange(CONFORMING, update)).isEmpty();
        assertThat(anchor.drops(Drop.TOO_LONG)).isEqualTo(1);
        assertThat(anchor.entries()).isZero();
    }

    @Test
    void aPacketThatCannotBeTakenIsDroppedAlone() {
        WireAnchor anchor = new WireAnchor(CAPTURED.minusSeconds(1)).with(CONFORMING, PeerProfile.STRICT);
        String update = withTimestamp("080801" + "62757474657273");
        anchor.failsOnce();
        assertThat(anchor.exchange(CONFORMING, update)).isEmpty();
        assertThat(anchor.drops(Drop.FAILED)).isEqualTo(1);
        assertThat(status(anchor, CONFORMING, update)).isZero();
    }

    @Test
    void o6_aNulPaddedNameIsTheNodesAndComesBackPadded() {
        String name = "75736572406f70" + "00".repeat(56);
        WireAnchor anchor = new WireAnchor(CAPTURED).with(OAI, PeerProfile.OAI).owning(OAI_PREFIX, "user@op");
        assertThat(anchor.exchange(OAI, oai(0, 2, name, "016b0000dc6c372f")).orElseThrow())
                .contains("084001" + name + "0104");
        assertThat(anchor.entry("user@op").homeNetworkPrefixes()).hasSize(1);
        assertThat(anchor.seen(PeerProfile.OAI, Quirk.IDENTIFIER_NUL_PADDED)).isEqualTo(1);
    }

    /** The original OAI: sub-type 1 with eight binary octets. */
    @Test
    void o6_aBinaryNameIsTheInterfacesIdentifier() {
        WireAnchor anchor = oaiAnchor();
        String update = update(
                1,
                "8200",
                2,
                "080901001122fffe334455",
                "00",
                "161200802001010000045000" + "0000000000000000",
                "17020003",
                "18020004",
                "190a0000001122fffe334455",
                "0102" + "0000",
                "1b08016b0000dc6c372f",
                "0102" + "0000");
        assertThat(status(anchor, update)).isZero();
        assertThat(anchor.entry(OAI_NODE).homeNetworkPrefixes()).containsExactly(HomeNetworkPrefix.parse(OAI_PREFIX));
        assertThat(anchor.seen(PeerProfile.OAI, Quirk.IDENTIFIER_EUI_64)).isEqualTo(1);
    }

    /** Unaligned, Pad1 to the end, ATT 0, no Timestamp and no link-layer identifier: nothing a strict anchor refuses. */
    private static String opmip(int sequence, int lifetime, int handoff) {
        return "3b0605000000" + hex16(sequence) + "8200" + hex16(lifetime) + "0808" + "01" + "62757474657273"
                + "16120040" + "20010db8007792000000000000000000" + "1702000" + handoff + "18020000" + "00".repeat(6);
    }

    @Test
    void opmip_unalignedUpdateWithReservedAccessTypeIsRegisteredAndEchoed() {
        for (PeerProfile profile : Set.of(PeerProfile.OPMIP, PeerProfile.STRICT)) {
            WireAnchor anchor =
                    new WireAnchor(CAPTURED).with(OPMIP, profile).owning("2001:db8:77:9200::/64", "butters");
            assertThat(anchor.exchange(OPMIP, opmip(1, 15, 4)))
                    .contains("3b0606000000" + "00" + "20" + "0001" + "000f" + "0808" + "01" + "62757474657273"
                            + "010400000000"
                            + "16120040" + "20010db8007792000000000000000000" + "17020004" + "18020000" + "");
            BindingCacheEntry entry = anchor.entry("butters");
            assertThat(entry.expiresAt()).isEqualTo(CAPTURED.plusSeconds(60));
            assertThat(entry.accessTechnologyType().value()).isZero();
            assertThat(anchor.seen(profile, Quirk.OPTION_UNALIGNED)).isEqualTo(1);
            assertThat(anchor.seen(profile, Quirk.ACCESS_TECHNOLOGY_TYPE_RESERVED))
                    .isEqualTo(1);
        }
    }

    /** It adopts the last accepted sequence number from the refusal. */
    @Test
    void opmip_oldSequenceNumberIs135WithTheLastAccepted() {
        WireAnchor anchor =
                new WireAnchor(CAPTURED).with(OPMIP, PeerProfile.OPMIP).owning("2001:db8:77:9200::/64", "butters");
        anchor.exchange(OPMIP, opmip(0x7000, 15, 4));
        String refusal = anchor.exchange(OPMIP, opmip(0x6fff, 15, 5)).orElseThrow();
        assertThat(refusal.substring(12)).startsWith("87" + "20" + "7000" + "0000");
        assertThat(status(anchor, OPMIP, opmip(0x7001, 15, 5))).isZero();
    }

    /** Prefix first, sub-type 2 with an EUI-64, private options on assigned numbers, length no multiple of 8, host-endian time. */
    private static String mad(int sequence) {
        return update(
                sequence,
                "c200",
                15,
                "16120040" + "20010db8000001000000000000000000",
                "080902" + "02005efffe005301",
                "1b08" + "016b0000dc6c372f",
                "17020001",
                "18020004",
                "1a10" + "fe800000000000000000000000000001",
                "1c10" + "20010db8000000000000000000000001",
                "1d30" + "20010db8000000000000000000000002".repeat(3),
                "1e12" + "0040" + "fe80000000000000020000fffe000001");
    }

    @Test
    void mad_privateOptionsAreSkippedAndTheInterfaceNamesTheNode() {
        WireAnchor anchor = new WireAnchor(CAPTURED)
                .with(MAD, PeerProfile.MAD)
                .owning("2001:db8:0:100::/64", "00005e005301@link-layer.invalid");
        String answer = anchor.exchange(MAD, mad(1)).orElseThrow();
        assertThat(answer.substring(4, 6)).isEqualTo("06");
        assertThat(answer.substring(12)).startsWith("00" + "20" + "0001" + "000f" + "080902" + "02005efffe005301");
        assertThat(answer)
                .contains("1a10" + "fe800000000000000000000000000001")
                .contains("1b08" + "016b0000dc6c372f")
                .doesNotContain("1d30")
                .doesNotContain("1e12");
        assertThat(anchor.entry("00005e005301@link-layer.invalid").homeNetworkPrefixes())
                .containsExactly(HomeNetworkPrefix.parse("2001:db8:0:100::/64"));
        assertThat(anchor.seen(PeerProfile.MAD, Quirk.OPTION_UNREADABLE)).isEqualTo(1);
        assertThat(anchor.seen(PeerProfile.MAD, Quirk.IDENTIFIER_EUI_64)).isEqualTo(1);
        assertThat(anchor.seen(PeerProfile.MAD, Quirk.TIMESTAMP_HOST_ENDIAN)).isEqualTo(1);
    }

    /** Microseconds since the simulation began, at 8n+6; Lifetime in seconds. */
    private static String ns3(int sequence, int lifetimeSeconds, long microseconds) {
        return update(
                sequence,
                "c200",
                lifetimeSeconds,
                "081001" + "6d6e31406578616d706c652e6f7267",
                "0104" + "00".repeat(4),
                "16120000" + "00".repeat(16),
                "17020001",
                "18020004",
                "0104" + "00".repeat(4),
                "1b08" + String.format("%016x", microseconds));
    }

    @Test
    void ns3_secondsAreReadAsSecondsAndTheTimestampOrdersNothing() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(NS3, PeerProfile.NS3);
        String answer = anchor.exchange(NS3, ns3(1, 63, 2_000_000)).orElseThrow();
        assertThat(answer.substring(12)).startsWith("00" + "20" + "0001" + "003f");
        assertThat(answer).contains("1b08" + "00000000001e8480");
        // Rounded up to units of 4 s, so that the entry outlives what the gateway believes.
        assertThat(anchor.entry("mn1@example.org").expiresAt()).isEqualTo(CAPTURED.plusSeconds(64));
        anchor.at(CAPTURED.plusSeconds(10));
        assertThat(status(anchor, NS3, ns3(2, 63, 1_000_000))).isZero();
        assertThat(anchor.seen(PeerProfile.NS3, Quirk.LIFETIME_IN_SECONDS)).isEqualTo(2);
        assertThat(anchor.seen(PeerProfile.NS3, Quirk.TIMESTAMP_NO_TIME)).isEqualTo(2);
    }

    @Test
    void auto_recognisesEachMakerFromOneUpdate() {
        WireAnchor anchor = new WireAnchor(CAPTURED)
                .recognising(OAI)
                .recognising(OPMIP)
                .recognising(MAD)
                .recognising(NS3)
                .owning(OAI_PREFIX, OAI_NODE)
                .owning("2001:db8:77:9200::/64", "butters")
                .owning("2001:db8:0:100::/64", "00005e005301@link-layer.invalid");
        assertThat(status(anchor, OAI, oai(0, 2, "016b0000dc6c372f"))).isZero();
        assertThat(status(anchor, OPMIP, opmip(1, 15, 4))).isZero();
        assertThat(status(anchor, MAD, mad(1))).isZero();
        assertThat(status(anchor, NS3, ns3(1, 60, 2_000_000))).isZero();
        assertThat(anchor.entries()).isEqualTo(4);
        assertThat(anchor.entry(OAI_NODE).homeNetworkPrefixes()).containsExactly(HomeNetworkPrefix.parse(OAI_PREFIX));
        assertThat(anchor.entry("mn1@example.org").expiresAt()).isEqualTo(CAPTURED.plusSeconds(60));
    }

    /** The same octets from a gateway that is to be strict: dropped, or 128. */
    @Test
    void aLenientProfileForOnePeerLoosensNothingForAnother() {
        WireAnchor anchor = oaiAnchor().with(CONFORMING, PeerProfile.STRICT).with(MAD, PeerProfile.OAI);
        assertThat(status(anchor, OAI, oai(0, 2, "016b0000dc6c372f"))).isZero();
        assertThat(anchor.exchange(CONFORMING, oai(0, 2, "016b0000dc6c372f"))).isEmpty();
        assertThat(anchor.drops(Drop.MALFORMED)).isEqualTo(1);
        assertThat(anchor.exchange(MAD, mad(1)))
                .as("oai does not forgive what mad does")
                .isEmpty();
        assertThat(status(anchor, CONFORMING, padded())).isEqualTo(128);
        assertThat(status(anchor, OAI, padded())).isNotEqualTo(128);
    }

    /** Right but for the NULs after the name. */
    private static String padded() {
        return update(
                1,
                "8200",
                15,
                "080d01" + "6d6e31406578616d706c6500",
                "0107" + "00".repeat(7),
                "16120000" + "00".repeat(16),
                "17020001",
                "18020004");
    }

    @Test
    void l01_unlistedSourcesAreDroppedAndCounted() {
        WireAnchor anchor = oaiAnchor();
        assertThat(anchor.exchange("2001:db8:bad::1", oai(0, 2, "016b0000dc6c372f")))
                .isEmpty();
        assertThat(anchor.drops(Drop.UNLISTED)).isEqualTo(1);
        assertThat(anchor.entries()).isZero();
    }

    private static String conforming(String alternate) {
        return update(
                1,
                "8200",
                15,
                "081001" + "6d6e31406578616d706c652e6f7267",
                "0104" + "00".repeat(4),
                "16120000" + "00".repeat(16),
                "17020001",
                "18020004",
                "0104" + "00".repeat(4),
                "0310" + alternate);
    }

    @Test
    void l02_l03_anUpdateNeedsNoHomeAddressOptionAndAHeaderThatCannotBeReadIsAnsweredAtItsField() {
        WireAnchor anchor = new WireAnchor(CAPTURED).with(CONFORMING, PeerProfile.STRICT);
        String update = conforming(
                HexFormat.of().formatHex(Ipv6Address.parse(CONFORMING).octets()));
        assertThat(anchor.exchange(CONFORMING, "3a" + update.substring(2))).isEmpty();
        assertThat(anchor.exchange(CONFORMING, "3b000500" + "0000" + "0001")).isEmpty();
        assertThat(anchor.problems()).as("Payload Proto, Header Len").containsExactly(0, 1);
        assertThat(anchor.entries()).isZero();
        assertThat(status(anchor, CONFORMING, update)).isZero();
        assertThat(anchor.entries()).isEqualTo(1);
    }

    @Test
    void l01_theAlternateCareOfAddressMustBeListedForThePeer() {
        ProxyCareOfAddress gateway = ProxyCareOfAddress.parse(CONFORMING);
        WireAnchor anchor = new WireAnchor(CAPTURED)
                .with(new Peer(
                        gateway,
                        Set.of(gateway.address()),
                        Set.of(ProxyCareOfAddress.parse("2001:db8:0:4::2")),
                        java.util.Optional.of(PeerProfile.STRICT)));
        assertThat(status(anchor, CONFORMING, conforming("20010db8000000040000000000000002")))
                .isZero();
        assertThat(anchor.entry("mn1@example.org").proxyCareOfAddress())
                .isEqualTo(ProxyCareOfAddress.parse("2001:db8:0:4::2"));
        assertThat(status(anchor, CONFORMING, conforming("20010db8000000040000000000000009")))
                .isEqualTo(154);
        assertThat(anchor.exchange(CONFORMING, conforming("ff020000000000000000000000000001")))
                .as("not unicast: silently discarded")
                .isEmpty();
        assertThat(anchor.entries()).isEqualTo(1);
    }

    private static int status(WireAnchor anchor, String update) {
        return status(anchor, OAI, update);
    }

    private static int status(WireAnchor anchor, String gateway, String update) {
        String answer = anchor.exchange(gateway, update).orElseThrow(() -> new AssertionError("no answer"));
        assertThat(answer.substring(4, 6)).as("MH Type").isEqualTo("06");
        assertThat(Ipv6Address.parse(gateway)).isNotNull();
        return Integer.parseInt(answer.substring(12, 14), 16);
    }
}
