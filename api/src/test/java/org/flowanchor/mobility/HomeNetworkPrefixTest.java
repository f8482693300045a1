package org.flowanchor.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HomeNetworkPrefixTest {
    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::1/64", "2001:db8::/129", "2001:db8::/-1", "2001:db8::", "2001:db8::/", "x/64"})
    void refusesWhatIsNoPrefix(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HomeNetworkPrefix.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:100::/40, 2001:db8:1ff:ffff::, true",
        "2001:db8:100::/40, 2001:db8:200::, false",
        "::/0, ff02::1, true",
        "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff, true",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "2001:db8::1/128, 2001:db8::1, true",
        "2001:db8::1/128, 2001:db8::2, false"
    })
    void containsExactlyTheAddressesThatShareItsBits(String prefix, String address, boolean contained) {
        assertThat(HomeNetworkPrefix.parse(prefix).contains(Ipv6Address.parse(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8:100::/40, 2001:db8:1ff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff",
        "2001:db8::8000:0:0:0/65, 2001:db8::ffff:ffff:ffff:ffff",
        "2001:db8::1/128, 2001:db8::1"
    })
    void endsAtItsLastAddress(String prefix, String last) {
        assertThat(HomeNetworkPrefix.parse(prefix).last()).hasToString(last);
    }

    @Test
    void overlapIsContainmentInEitherDirection() {
        HomeNetworkPrefix wide = HomeNetworkPrefix.parse("2001:db8:100::/40");
        HomeNetworkPrefix narrow = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
        assertThat(wide.overlaps(narrow)).isTrue();
        assertThat(narrow.overlaps(wide)).isTrue();
        assertThat(narrow.contains(wide)).isFalse();
        assertThat(narrow.overlaps(HomeNetworkPrefix.parse("2001:db8:100:2::/64")))
                .isFalse();
    }
}
