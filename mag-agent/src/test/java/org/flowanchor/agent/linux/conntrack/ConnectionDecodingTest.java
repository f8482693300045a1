package org.flowanchor.agent.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import org.flowanchor.agent.lab.RecordedAnswers;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class ConnectionDecodingTest {
    private static final Ipv6Address CORRESPONDENT = Ipv6Address.parse("2001:db8:c::2");
    private static final Ipv6Address MOBILE_NODE = Ipv6Address.parse("2001:db8:100:1::2");

    @Test
    void connectionsMadeByTheConntrackProgram() {
        assertThat(RecordedAnswers.of("connection"))
                .extracting(Connections::decode)
                .containsExactlyInAnyOrder(
                        new Connection(
                                new FiveTuple(CORRESPONDENT, MOBILE_NODE, FiveTuple.UDP, 5100, 6000),
                                new FiveTuple(MOBILE_NODE, CORRESPONDENT, FiveTuple.UDP, 6000, 5100),
                                Connection.Counters.ZERO,
                                Connection.Counters.ZERO,
                                0x200001),
                        new Connection(
                                new FiveTuple(MOBILE_NODE, CORRESPONDENT, FiveTuple.TCP, 443, 50_000),
                                new FiveTuple(CORRESPONDENT, MOBILE_NODE, FiveTuple.TCP, 50_000, 443),
                                Connection.Counters.ZERO,
                                Connection.Counters.ZERO,
                                0));
    }

    @Test
    void noMessageBreaksTheDecoderAndUnknownAttributesChangeNothing() {
        RecordedAnswers.survive("connection", 4, Connections::decode);
    }
}
