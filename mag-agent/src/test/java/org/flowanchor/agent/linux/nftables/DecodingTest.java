package org.flowanchor.agent.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.lab.RecordedAnswers;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class DecodingTest {
    private static List<SetElement> elements(NetlinkMessage message) {
        List<SetElement> elements = new ArrayList<>();
        TableReader.decode(message, elements);
        return elements;
    }

    @Test
    void anElementMadeByTheNftProgram() {
        SetElement flow = elements(RecordedAnswers.of("elements").getFirst()).getFirst();
        assertThat(flow.key())
                .isEqualTo(ByteBuffer.allocate(44)
                        .put(Ipv6Address.parse("2001:db8:c::2").octets())
                        .put(Ipv6Address.parse("2001:db8:100:1::2").octets())
                        .put(32, (byte) 17)
                        .putShort(36, (short) 5100)
                        .putShort(40, (short) 6000)
                        .array());
        assertThat(flow.value()).isEqualTo(0x10012);
        assertThat(flow.packets()).isZero();
    }

    @Test
    void aRangeMadeByTheNftProgram() {
        assertThat(elements(RecordedAnswers.of("elements").get(1)))
                .extracting(element -> Ipv6Address.of(element.key()), SetElement::intervalEnd)
                .contains(
                        org.assertj.core.api.Assertions.tuple(Ipv6Address.parse("2001:db8:100::"), false),
                        org.assertj.core.api.Assertions.tuple(Ipv6Address.parse("2001:db8:200::"), true));
    }

    @Test
    void theRuleThatWritesTheMarkIsKnownByItsBits() {
        assertThat(RecordedAnswers.of("nft-rule"))
                .extracting(message -> MarkRules.decode(message).bits())
                .containsExactlyInAnyOrder(0, 0x00ffffff, 0);
    }

    @Test
    void noMessageBreaksTheDecodersAndUnknownAttributesChangeNothing() {
        RecordedAnswers.survive("elements", 4, DecodingTest::elements);
        RecordedAnswers.survive("nft-rule", 4, MarkRules::decode);
    }
}
