package org.flowanchor.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6AddressTest {
    /** The rules of RFC 5952 section 4, one line each. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "FE80::200:5EFF:FE00:5213, fe80::200:5eff:fe00:5213"
    })
    void writesTheCanonicalText(String text, String canonical) {
        assertThat(Ipv6Address.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3.4",
                "::ffff:1.2.3.4",
                "localhost",
                "fe80::1%eth0",
                "[::1]",
                "2001:db8::1::2",
                "2001:db8::12345"
            })
    void refusesWhatIsNoPlainIpv6Literal(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv6Address.parse(text))
                .withMessageContaining("not an IPv6");
    }

    @Test
    void textAndOctetsSurviveTheRoundTrip() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Ipv6Address address = new Ipv6Address(sparse(random), sparse(random));
            if (address.high() == 0 && address.low() >>> 32 == 0xffff) {
                continue;
            }
            assertThat(Ipv6Address.parse(address.toString())).isEqualTo(address);
            assertThat(Ipv6Address.of(address.octets())).isEqualTo(address);
        }
    }

    /** Half of the 16-bit groups are zero: runs of them are the interesting part of the text. */
    private static long sparse(Random random) {
        long value = 0;
        for (int group = 0; group < 4; group++) {
            value = value << 16 | (random.nextBoolean() ? random.nextInt(0x10000) : 0);
        }
        return value;
    }

    @Test
    void ordersAsUnsignedNumbers() {
        assertThat(Ipv6Address.parse("fe80::")).isGreaterThan(Ipv6Address.parse("2001:db8::"));
        assertThat(Ipv6Address.parse("::ffff:0:0:0")).isGreaterThan(Ipv6Address.parse("::1"));
    }
}
