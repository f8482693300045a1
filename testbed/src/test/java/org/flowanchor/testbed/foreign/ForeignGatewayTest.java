package org.flowanchor.testbed.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.foreign.ForeignGateway.Purpose;
import org.flowanchor.testbed.foreign.ForeignGateway.Verdict;
import org.junit.jupiter.api.Test;

/** The gateway against what gateways sent, octet by octet, and against what they take. Checksums are the kernel's. */
class ForeignGatewayTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Instant CAPTURED = Instant.ofEpochSecond(0x6b012f37L, 0x6cdcL * 1_000_000_000 / 65_536 + 1);
    private static final String NO_NAME = "00".repeat(63);

    private static final Terminal OAI_TERMINAL = terminal("", "02:11:22:33:44:55", "2001:100:4:5000::", 4);

    private static Terminal terminal(String name, String macAddress, String prefix, int type) {
        return new Terminal(name, HexFormat.ofDelimiter(":").parseHex(macAddress), Ipv6Address.parse(prefix), type);
    }

    private static String hex(byte[] octets) {
        return HEX.formatHex(octets);
    }

    @Test
    void o1_o13_anOaiGatewayWritesTheCapturedUpdate() {
        ForeignGateway gateway = new ForeignGateway(Maker.OAI, OAI_TERMINAL, -1, CAPTURED);
        assertThat(hex(gateway.update(Purpose.ATTACH, Duration.ofSeconds(8), CAPTURED)))
                .isEqualTo("3b1005000000" + "0000" + "8200" + "0002" + "084001" + NO_NAME + "010400000000"
                        + "1612008020010100000450000000000000000000" + "17020003" + "18020004"
                        + "190a0000001122fffe334455" + "010400000000" + "1b08016b0000dc6c372f");
    }

    @Test
    void opmip_writesUnalignedOptionsAndPadsWithSingleOctets() {
        ForeignGateway gateway = new ForeignGateway(
                Maker.OPMIP, terminal("butters", "02:00:00:00:00:01", "2001:690:2380:7792::", 4), 0, CAPTURED);
        assertThat(hex(gateway.update(Purpose.ATTACH, Duration.ofSeconds(60), CAPTURED)))
                .isEqualTo("3b0605000000" + "0001" + "8200" + "000f" + "080801" + "62757474657273"
                        + "1612004020010690238077920000000000000000" + "17020004" + "18020000" + "00".repeat(6));
    }

    /** The re-registration of the golden vectors, made by another encoder. */
    @Test
    void aConformingGatewayWritesTheGoldenVector() {
        ForeignGateway gateway = new ForeignGateway(
                Maker.CONFORMING,
                terminal("mn1@operator.example", "02:00:5e:00:53:01", "2001:db8:100:1::", 4),
                1,
                CAPTURED);
        assertThat(hex(gateway.update(Purpose.EXTEND, Duration.ofHours(1), Instant.ofEpochSecond(1767225600 + 2))))
                .isEqualTo(
                        "3b0a05000000" + "0002820003840815016d6e31406f70657261746f722e6578616d706c65001612004020010db8"
                                + "01000001000000000000000017020005180200041908000002005e0053011b0800006955b902000001020000");
    }

    @Test
    void mad_writesItsOwnOptionsOnAssignedNumbersAndALengthOfNoUnits() {
        ForeignGateway gateway =
                new ForeignGateway(Maker.MAD, terminal("", "00:00:5e:00:53:01", "2001:db8:0:100::", 4), 0, CAPTURED);
        String update = hex(gateway.update(Purpose.ATTACH, Duration.ofSeconds(60), CAPTURED));
        assertThat(update)
                .startsWith("3b13050000000001c200000f1612004020010db8000001000000000000000000" + "080902"
                        + "02005efffe005301" + "17020001" + "18020004" + "1b08016b0000dc6c372f")
                .contains("1c10", "1d30", "1e12");
        assertThat(update.length() / 2).isEqualTo(167);
    }

    @Test
    void ns3_writesMicrosecondsAndSeconds() {
        ForeignGateway gateway =
                new ForeignGateway(Maker.NS3, terminal("mn1@example.org", "02:00:00:00:00:01", "::", 4), 0, CAPTURED);
        assertThat(hex(gateway.update(Purpose.ATTACH, Duration.ofSeconds(60), CAPTURED.plusSeconds(2))))
                .startsWith("3b0905000000" + "0001" + "c200" + "003c")
                .contains("16120000" + "00".repeat(16))
                .contains("1b08" + "00000000001e8480");
    }

    @Test
    void o3_o4_anOaiGatewayComparesOctetsAndNeverReadsTheStatus() {
        ForeignGateway gateway = new ForeignGateway(Maker.OAI, OAI_TERMINAL, -1, CAPTURED);
        gateway.update(Purpose.ATTACH, Duration.ofSeconds(8), CAPTURED);
        String answer = "3b0f06000000" + "9c00" + "0000" + "0002" + "084001" + NO_NAME + "010400000000"
                + "1612008020010100000450000000000000000000" + "190a0000001122fffe334455" + "010400000000"
                + "1b08016b0000dc6c372f";
        assertThat(gateway.judge(HEX.parseHex(answer)))
                .isEqualTo(new Verdict.Served(Ipv6Address.parse("2001:100:4:5000::"), Duration.ofSeconds(8)));
        assertThat(gateway.judge(HEX.parseHex(answer.replace("dc6c372f", "dc6c3730"))))
                .isEqualTo(new Verdict.Disregarded("option 27 is not what was sent"));
        assertThat(gateway.judge(HEX.parseHex(answer.replace("0450000000", "0451000000"))))
                .isEqualTo(new Verdict.Disregarded("option 22 is not what was sent"));
    }

    @Test
    void opmip_takesTheSequenceNumberOfARefusal() {
        ForeignGateway gateway = new ForeignGateway(
                Maker.OPMIP, terminal("butters", "02:00:00:00:00:01", "2001:690:2380:7792::", 4), 0, CAPTURED);
        gateway.update(Purpose.ATTACH, Duration.ofSeconds(60), CAPTURED);
        assertThat(gateway.judge(HEX.parseHex("3b0206000000" + "8720" + "7000" + "0000" + "00".repeat(12))))
                .isEqualTo(new Verdict.Refused(135));
        assertThat(hex(gateway.update(Purpose.ATTACH, Duration.ofSeconds(60), CAPTURED)))
                .startsWith("3b0605000000" + "7001");
    }

    @Test
    void m03_aConformingGatewayDisregardsWhatIsNoEcho() {
        ForeignGateway gateway = new ForeignGateway(
                Maker.CONFORMING, terminal("mn1@operator.example", "02:00:5e:00:53:02", "::", 8), 6, CAPTURED);
        gateway.update(Purpose.ATTACH, Duration.ofHours(1), CAPTURED);
        String accepted =
                "3b0a0600000000" + "20000703840815016d6e31406f70657261746f722e6578616d706c65001612004020010db8"
                        + "01000001000000000000000017020001180200081908000002005e0053021b0800006955b901000001020000";
        assertThat(gateway.judge(HEX.parseHex(accepted)))
                .isEqualTo(new Verdict.Served(Ipv6Address.parse("2001:db8:100:1::"), Duration.ofHours(1)));
        assertThat(gateway.judge(HEX.parseHex(accepted.replace("17020001", "17020006"))))
                .isEqualTo(new Verdict.Disregarded("option 23 is not what was sent"));
        assertThat(gateway.judge(HEX.parseHex(accepted.replace("3b0a060000000020", "3b0a060000009c20"))))
                .isEqualTo(new Verdict.Refused(156));
    }
}
