package org.flowanchor.agent.adapter.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

class RouterMessagesTest {
    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void aSolicitationWithSourceLinkLayerAddress() {
        assertThat(RouterSolicitation.decode(octets("85 00 7bb8 00000000  01 01 02000000000a")))
                .isEqualTo(new RouterSolicitation(LinkLayerIdentifier.parse("02:00:00:00:00:0a")));
    }

    @Test
    void aSolicitationWithoutOptionsAndWithUnknownOnes() {
        assertThat(RouterSolicitation.decode(octets("85 00 7bb8 00000000"))).isEqualTo(new RouterSolicitation(null));
        assertThat(RouterSolicitation.decode(octets("85 00 7bb8 00000000  0e 01 010203040506  01 01 02000000000a")))
                .isEqualTo(new RouterSolicitation(LinkLayerIdentifier.parse("02:00:00:00:00:0a")));
    }

    @Test
    void everyTruncationAndAnOptionOfLengthZeroIsDiscarded() {
        byte[] whole = octets("85 00 7bb8 00000000  01 01 02000000000a");
        for (int length = 0; length < whole.length; length++) {
            if (length != 8) {
                assertThat(RouterSolicitation.decode(Arrays.copyOf(whole, length)))
                        .as("%s octets", length)
                        .isNull();
            }
        }
        assertThat(RouterSolicitation.decode(octets("85 00 7bb8 00000000  01 00 02000000000a")))
                .isNull();
        assertThat(RouterSolicitation.decode(octets("85 01 7bb8 00000000"))).isNull();
        assertThat(RouterSolicitation.decode(octets("86 00 7bb8 00000000"))).isNull();
    }

    @Test
    void t35_anAdvertisementCarriesLinkLayerAddressMtuAndPrefixAndNothingElse() {
        byte[] advertisement = new RouterAdvertisement(
                        octets("02000000000b"),
                        List.of(HomeNetworkPrefix.parse("2001:db8:100:1::/64")),
                        List.of(HomeNetworkPrefix.parse("2001:db8:100:2::/64")),
                        1460,
                        1800)
                .encode();
        assertThat(advertisement)
                .isEqualTo(octets(
                        // RFC 4861 section 4.2: type, code, checksum, hop limit 64, flags, lifetime 1800, two timers
                        "86 00 0000 40 00 0708 00000000 00000000"
                                // section 4.6.1: source link-layer address
                                + "01 01 02000000000b"
                                // section 4.6.4: MTU 1460
                                + "05 01 0000 000005b4"
                                // section 4.6.2: /64, on link and autonomous, valid 86400, preferred 14400
                                + "03 04 40 c0 00015180 00003840 00000000 20010db8010000010000000000000000"
                                // withdrawn: both lifetimes 0
                                + "03 04 40 c0 00000000 00000000 00000000 20010db8010000020000000000000000"));
    }

    @Test
    void aLifetimeBeyondTheRfcIsRefused() {
        assertThatThrownBy(() -> new RouterAdvertisement(new byte[0], List.of(), List.of(), 1280, 9001))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
