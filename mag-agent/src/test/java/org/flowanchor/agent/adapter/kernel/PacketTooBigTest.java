package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

class PacketTooBigTest {
    /** As a Linux router sent it about a packet that segment routing had made; the datagram's end is left out. */
    private static final byte[] TOLD = HexFormat.of()
            .parseHex(
                    // Packet Too Big, code 0, checksum, MTU 1400.
                    "0200b99e" + "00000578"
                            // The outer header: next header 41.
                            + "6005b24005942940" + "20010db8000b00000000000000000001"
                            + "20010db8000b00000000000000000011"
                            // The inner one, and a datagram.
                            + "6005b240056c1140" + "20010db8000c00000000000000000002"
                            + "20010db8010000010000000000000002"
                            + "1389138a056c6200" + "7878787878787878");

    @Test
    void aMessageAboutATunnelledPacketTellsItsOuterAddressesAndTheMtu() {
        assertThat(PacketTooBig.decode(TOLD))
                .isEqualTo(new PacketTooBig(
                        Ipv6Address.parse("2001:db8:b::1"), Ipv6Address.parse("2001:db8:b::11"), 1400));
    }

    @Test
    void anMtuIsNeverNegative() {
        byte[] told = TOLD.clone();
        Arrays.fill(told, 4, 8, (byte) 0xff);
        assertThat(Objects.requireNonNull(PacketTooBig.decode(told)).mtu()).isEqualTo(0xffffffffL);
    }

    @Test
    void whatIsNoSuchMessageIsNone() {
        for (int length = 0; length < 88; length++) {
            assertThat(PacketTooBig.decode(Arrays.copyOf(TOLD, length)))
                    .as("%d octets", length)
                    .isNull();
        }
        assertThat(PacketTooBig.decode(Arrays.copyOf(TOLD, 88))).isNotNull();
        for (int at : new int[] {0, 1, 8, 14, 48}) {
            byte[] other = TOLD.clone();
            other[at] ^= (byte) 0xf0;
            assertThat(PacketTooBig.decode(other)).as("octet %d", at).isNull();
        }
    }

    @Test
    void noMessageBreaksTheDecoder() {
        Random random = new Random(4443);
        for (int i = 0; i < 10_000; i++) {
            byte[] octets = TOLD.clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            PacketTooBig decoded = PacketTooBig.decode(Arrays.copyOf(octets, random.nextInt(octets.length + 1)));
            assertThat(decoded == null || decoded.mtu() >= 0).isTrue();
        }
    }
}
