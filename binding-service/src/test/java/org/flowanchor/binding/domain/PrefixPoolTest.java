package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

class PrefixPoolTest {
    private static PrefixPool pool(String prefix, int length) {
        return new PrefixPool(HomeNetworkPrefix.parse(prefix), length);
    }

    @Test
    void numbersItsPrefixes() {
        PrefixPool pool = pool("2001:db8:100::/40", 64);
        assertThat(pool.capacity()).isEqualTo(1 << 24);
        assertThat(pool.at(0)).hasToString("2001:db8:100::/64");
        assertThat(pool.at(1)).hasToString("2001:db8:100:1::/64");
        assertThat(pool.at(65536)).hasToString("2001:db8:101::/64");
        assertThat(pool.at(pool.capacity() - 1)).hasToString("2001:db8:1ff:ffff::/64");
    }

    @Test
    void crossesTheMiddleOfTheAddress() {
        PrefixPool pool = pool("2001:db8::/60", 72);
        assertThat(pool.capacity()).isEqualTo(4096);
        for (long index : new long[] {0, 1, 255, 256, 4095}) {
            assertThat(pool.indexOf(pool.at(index))).isEqualTo(index);
        }
        assertThat(pool.at(256)).hasToString("2001:db8:0:1::/72");
    }

    @Test
    void numbersPrefixesOfEveryLength() {
        for (int length = 24; length <= 128; length++) {
            PrefixPool pool = pool("2001:d00::/24", length);
            for (long index : new long[] {0, pool.capacity() / 3, pool.capacity() - 1}) {
                HomeNetworkPrefix member = pool.at(index);
                assertThat(member.length()).isEqualTo(length);
                assertThat(pool.prefix().contains(member)).isTrue();
                assertThat(pool.indexOf(member)).isEqualTo(index);
            }
        }
    }

    @Test
    void refusesWhatIsNotItsOwn() {
        PrefixPool pool = pool("2001:db8:100::/40", 64);
        assertThatIllegalArgumentException().isThrownBy(() -> pool.at(1 << 24));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.at(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.indexOf(HomeNetworkPrefix.parse("2001:db8:200::/64")));
        assertThatIllegalArgumentException().isThrownBy(() -> pool("2001:db8::/64", 48));
        assertThatIllegalArgumentException().isThrownBy(() -> pool("::/32", 64));
    }
}
