package org.flowanchor.agent.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.flowanchor.agent.linux.nftables.Expressions.Base;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

/** Recorded octets are what the nft program 1.0.6 sent for the command in the comment ({@code nft --debug=mnl}). */
class TransactionTest {
    private static final byte[] FLOW_KEY = ByteBuffer.allocate(44)
            .put(Ipv6Address.parse("2001:db8:c::2").octets())
            .put(Ipv6Address.parse("2001:db8:100:1::2").octets())
            .putInt(17 << 24)
            .putInt(5400 << 16)
            .putInt(6000 << 16)
            .array();

    private final Transaction transaction = new Transaction("flowanchor");

    private void expect(String recorded) {
        assertThat(HexFormat.of().formatHex(transaction.toOctets())).contains(recorded.replace(" ", ""));
    }

    @Test
    void anElementOfAMapOfFiveTuples() {
        // add element inet flowanchor flows { 2001:db8:c::2 . 2001:db8:100:1::2 . udp . 5400 . 6000 : 0x10012 }
        transaction.addElements("flows", List.of(SetElement.of(FLOW_KEY, 0x10012)));
        expect("48000380 44000180 34000180 30000100 20010db8000c00000000000000000002"
                + "20010db8010000010000000000000002 11000000 15180000 17700000 0c000280 08000100 12000100");
    }

    @Test
    void theDeletionOfAnElementNamesItsKeyOnly() {
        // delete element inet flowanchor flows { 2001:db8:c::2 . 2001:db8:100:1::2 . udp . 5400 . 6000 }
        transaction.deleteElements("flows", List.of(SetElement.of(FLOW_KEY, 0x10012)));
        expect("3c000380 38000180 34000180 30000100 20010db8000c00000000000000000002"
                + "20010db8010000010000000000000002 11000000 15180000 17700000");
    }

    @Test
    void anElementOfAnIntervalMapHasTwoKeys() {
        // add element inet flowanchor classes { 0x100001 . 2001:db8::/32 . 17 . 5004-5005 . 2944 : 0x200001 }
        String low = "00100001 20010db8000000000000000000000000 11000000 138c0000 0b800000";
        String high = "00100001 20010db8ffffffffffffffffffffffff 11000000 138d0000 0b800000";
        HexFormat hex = HexFormat.of();
        transaction.addElements(
                "classes",
                List.of(SetElement.range(
                        hex.parseHex(low.replace(" ", "")), hex.parseHex(high.replace(" ", "")), 0x200001)));
        expect("64000380 60000180 28000180 24000100" + low + "28000a80 24000100" + high + "0c000280 08000100 01002000");
    }

    @Test
    void anElementWithAComment() {
        // add element inet flowanchor names { 0x200001 comment "gold/voice/ef" }
        transaction.addElements("names", List.of(SetElement.commented(Expressions.host32(0x200001), "gold/voice/ef")));
        expect("28000380 24000180 0c000180 08000100 01002000 14000600 000e 676f6c642f766f6963652f656600");
    }

    @Test
    void aRuleThatKeepsTheMarkWithTheConnection() {
        // add rule inet flowanchor steer meta mark != 0 ct mark set meta mark
        transaction.addRule(
                "steer",
                rule -> rule.load(MetaKey.MARK, Register.FIRST)
                        .isNotEqual(Register.FIRST, Expressions.host32(0))
                        .load(MetaKey.MARK, Register.FIRST)
                        .storeConnectionMark(Register.FIRST));
        expect("98000480 24000180 09000100 6d657461 00000000 14000280 08000200 00000003 08000100 00000001"
                + "2c000180 08000100 636d7000 20000280 08000100 00000001 08000200 00000001 0c000380 08000100 00000000"
                + "24000180 09000100 6d657461 00000000 14000280 08000200 00000003 08000100 00000001"
                + "20000180 07000100 63740000 14000280 08000200 00000003 08000400 00000001");
    }

    @Test
    void aRuleThatKeepsOuterPacketsOutOfTracking() {
        // add rule inet flowanchor raw iifname b0 meta l4proto 41 notrack
        transaction.addRule(
                "raw",
                rule -> rule.load(MetaKey.IIFNAME, Register.FIRST)
                        .isEqual(Register.FIRST, Expressions.interfaceName("b0"))
                        .load(MetaKey.L4PROTO, Register.FIRST)
                        .isEqual(Register.FIRST, new byte[] {41})
                        .doNotTrack());
        expect("c0000480 24000180 09000100 6d657461 00000000 14000280 08000200 00000006 08000100 00000001"
                + "38000180 08000100 636d7000 2c000280 08000100 00000001 08000200 00000000"
                + "18000380 14000100 62300000 00000000 00000000 00000000"
                + "24000180 09000100 6d657461 00000000 14000280 08000200 00000010 08000100 00000001"
                + "2c000180 08000100 636d7000 20000280 08000100 00000001 08000200 00000000 0c000380 05000100 29000000"
                + "10000180 0c000100 6e6f747261636b00");
    }

    @Test
    void aPayloadInARegisterOfThirtyTwoBits() {
        // ... th sport . th dport ... of a rule with a key of five fields
        transaction.addRule("steer", rule -> rule.payload(Base.TRANSPORT_HEADER, 2, 2, new Register(10)));
        expect("34000180 0c000100 7061796c6f616400 24000280 08000100 00000012 08000200 00000002"
                + "08000300 00000002 08000400 00000002");
    }

    @Test
    void manyElementsAreSpreadOverMessagesOfBoundedLength() {
        transaction.addElements(
                "flows",
                java.util.stream.IntStream.range(0, 1000)
                        .mapToObj(i -> SetElement.of(
                                ByteBuffer.allocate(44).putInt(40, i).array(), i))
                        .toList());
        ByteBuffer messages = ByteBuffer.wrap(transaction.toOctets()).order(java.nio.ByteOrder.nativeOrder());
        int count = 0;
        for (int at = 0; at < messages.limit(); at += messages.getInt(at)) {
            assertThat(messages.getInt(at)).isBetween(20, 65_535);
            count++;
        }
        assertThat(count).isEqualTo(1 + 8);
    }
}
