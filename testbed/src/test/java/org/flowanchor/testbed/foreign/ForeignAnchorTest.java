package org.flowanchor.testbed.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.foreign.ForeignAnchor.Entry;
import org.junit.jupiter.api.Test;

/** The anchor against what anchors sent, octet by octet. Checksums are the kernel's. */
class ForeignAnchorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Ipv6Address GATEWAY = Ipv6Address.parse("2001:db8:0:1::1");
    private static final Ipv6Address POOL = Ipv6Address.parse("2001:db8:200::");
    private static final String NAME = "15016d6e31406f70657261746f722e6578616d706c65";

    private final ForeignAnchor oai = new ForeignAnchor(Maker.OAI, POOL, 7);
    private final ForeignAnchor conforming = new ForeignAnchor(Maker.CONFORMING, POOL, 7);

    private static String answer(ForeignAnchor anchor, String update) {
        return HEX.formatHex(anchor.receive(GATEWAY, HEX.parseHex(update)).orElseThrow());
    }

    /** Captured: a short name took the options after it into the anchor's key, and back into its answer. */
    @Test
    void oai_readsSixtyThreeOctetsOfAnyNameAndAnswersWithoutFlagsHandoffAndAccess() {
        assertThat(answer(
                        oai,
                        "3b0a0500259500078200000a08090175736572406f703201030000001612004020010100000400770000000000000000"
                                + "1702000118020004190a0000001122fffe3344660104000000001b0800006b012f3fa4fa01020000"))
                .isEqualTo("3b0f06000000" + "0000" + "0007" + "000a"
                        + "08400175736572406f703201030000001612004020010100000400770000000000000000"
                        + "1702000118020004190a0000001122fffe3344660104000000001b08" + "0000"
                        + "0104000000001612008020010100000400770000000000000000" + "190a0000001122fffe334466"
                        + "0104000000001b0800006b012f3fa4fa");
    }

    @Test
    void oai_aFullNameIsReadAndAnsweredAsCaptured() {
        String name = "75736572406f70" + "00".repeat(56);
        assertThat(answer(
                        oai,
                        "3b1105000000" + "00078200000a" + "084001" + name + "010400000000"
                                + "1612004020010100000400770000000000000000" + "1702000118020004"
                                + "190a0000001122fffe334466" + "010400000000" + "1b0800006b012f3fa499" + "01020000"))
                .isEqualTo("3b0f06000000" + "0000" + "0007" + "000a" + "084001" + name + "010400000000"
                        + "1612008020010100000400770000000000000000" + "190a0000001122fffe334466" + "010400000000"
                        + "1b0800006b012f3fa499");
        assertThat(oai.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.name()).isEqualTo("user@op"));
    }

    @Test
    void oai_aSecondPrefixMakesItDropTheUpdateAndALaterMessageIsABindingError() {
        String prefix = "1612004020010100000400770000000000000000";
        assertThat(oai.receive(
                        GATEWAY,
                        HEX.parseHex("3b0905000000" + "0007" + "8200" + "000a" + "08" + NAME + "00" + prefix
                                + prefix.replace("0077", "0078") + "0102" + "0000")))
                .isEmpty();
        assertThat(answer(oai, "3b010d000000000000000001" + "01020000"))
                .isEqualTo("3b0207000000" + "0200" + "00".repeat(16));
    }

    /** The golden vectors of registration, by another encoder: asked for any prefix, then extended, then de-registered. */
    @Test
    void aConformingAnchorAssignsKeepsAndForgets() {
        String options = "17020001180200041908000002005e0053011b0800006955b90080000102" + "0000";
        String accepted = answer(
                conforming,
                "3b0a05000000" + "0001" + "8200" + "0384" + "08" + NAME + "00" + "16120000" + "00".repeat(16)
                        + options);
        assertThat(accepted)
                .isEqualTo("3b0a06000000" + "0020" + "0001" + "0384" + "08" + NAME + "00"
                        + "1612004020010db8020000000000000000000000" + options);
        Entry entry = conforming.entries().getFirst();
        assertThat(entry.prefix()).isEqualTo(POOL);
        assertThat(entry.lifetime()).isEqualTo(Duration.ofHours(1));
        answer(
                conforming,
                "3b0a05000000" + "0002" + "8200" + "0000" + "08" + NAME + "00"
                        + "1612004020010db8020000000000000000000000" + options.replace("17020001", "17020004"));
        assertThat(conforming.entries()).isEmpty();
    }

    @Test
    void whatAnAnchorAsksIsTheGoldenVector() {
        Entry entry = new Entry(
                HEX.parseHex(NAME.substring(2)), GATEWAY, Ipv6Address.parse("2001:db8:100:1::"), Duration.ofHours(1));
        assertThat(HEX.formatHex(conforming.revocation(0x55, entry, 1)))
                .isEqualTo(
                        "3b0610000000" + "0101005580000815016d6e31406f70657261746f722e6578616d706c65001612004020010db8"
                                + "010000010000000000000000");
        assertThat(HEX.formatHex(conforming.flowMobilityInitiate(0x1236, entry, List.of())))
                .isEqualTo(
                        "3b0613000000" + "1236000880000815016d6e31406f70657261746f722e6578616d706c65001612004020010db8"
                                + "010000010000000000000000");
        assertThat(HEX.formatHex(conforming.flowMobilityInitiate(
                        0x1235,
                        entry,
                        List.of(Ipv6Address.parse("2001:db8:100:2::"), Ipv6Address.parse("2001:db8:100:4::")))))
                .isEqualTo(
                        "3b0913000000" + "1235000880000815016d6e31406f70657261746f722e6578616d706c65001612804020010db8"
                                + "010000020000000000000000" + "01020000" + "1612804020010db8010000040000000000000000");
        assertThat(HEX.formatHex(conforming.heartbeatRequest(1)))
                .isEqualTo("3b010d000000" + "000000000001" + "01020000");
        assertThat(answer(conforming, "3b010d000000" + "000000000001" + "01020000"))
                .isEqualTo("3b020d000000" + "000100000001" + "01001c040000000701020000");
    }
}
