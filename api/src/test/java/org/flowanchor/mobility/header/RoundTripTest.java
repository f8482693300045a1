package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.message.BindingAcknowledgement;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.MobilityOption;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Seeded random messages: value to octets to the same value, aligned as the RFCs say, with a checksum that holds. */
class RoundTripTest {
    private static final int MESSAGES_PER_SEED = 2_000;
    private static final Transport TRANSPORT = new Transport.Ipv6(Vectors.MAG1, Vectors.LMA);

    /** From STANDARDS section 1.5, not from the codec: type to {modulus, remainder}. */
    private static final Map<Integer, int[]> ALIGNMENTS = Map.ofEntries(
            Map.entry(2, new int[] {2, 0}),
            Map.entry(3, new int[] {8, 6}),
            Map.entry(19, new int[] {4, 2}),
            Map.entry(22, new int[] {8, 4}),
            Map.entry(26, new int[] {8, 6}),
            Map.entry(27, new int[] {8, 2}),
            Map.entry(28, new int[] {4, 2}),
            Map.entry(29, new int[] {4, 0}),
            Map.entry(30, new int[] {4, 0}),
            Map.entry(31, new int[] {4, 0}),
            Map.entry(32, new int[] {4, 0}),
            Map.entry(33, new int[] {4, 0}),
            Map.entry(35, new int[] {2, 0}),
            Map.entry(36, new int[] {4, 0}),
            Map.entry(37, new int[] {4, 0}),
            Map.entry(38, new int[] {4, 0}),
            Map.entry(44, new int[] {2, 0}),
            Map.entry(45, new int[] {2, 0}),
            Map.entry(51, new int[] {8, 4}),
            Map.entry(52, new int[] {4, 0}),
            Map.entry(53, new int[] {4, 0}),
            Map.entry(54, new int[] {4, 2}),
            Map.entry(55, new int[] {8, 2}),
            Map.entry(56, new int[] {4, 1}),
            Map.entry(57, new int[] {8, 1}),
            Map.entry(58, new int[] {4, 0}),
            Map.entry(59, new int[] {8, 2}),
            Map.entry(60, new int[] {4, 0}),
            Map.entry(61, new int[] {4, 0}),
            Map.entry(62, new int[] {4, 2}));

    private static final int[] PLAIN = {1, 0};

    @TestFactory
    Stream<DynamicTest> everyRandomMessageSurvives() {
        return LongStream.range(1, 6)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    RandomMessages messages = new RandomMessages(new Random(seed));
                    for (int i = 0; i < MESSAGES_PER_SEED; i++) {
                        survives(messages.next());
                    }
                }));
    }

    private static void survives(MobilityMessage message) {
        byte[] octets = MobilityHeaderEncoder.encode(message, TRANSPORT);
        assertThat(octets.length % 8).isZero();
        assertThat(octets[1] & 0xff).isEqualTo(octets.length / 8 - 1);
        for (Mode mode : Mode.values()) {
            DecodeResult result = MobilityHeaderDecoder.of(mode).decode(octets, TRANSPORT);
            assertThat(result).as(() -> message + " " + result).isInstanceOf(DecodeResult.Decoded.class);
            DecodeResult.Decoded decoded = (DecodeResult.Decoded) result;
            if (decoded.quirks().contains(Quirk.PROXY_FLAG_CLEAR)) {
                assertThat(mode).isEqualTo(Mode.LENIENT);
                assertThat(message).isInstanceOf(BindingAcknowledgement.class);
                assertThat(decoded.message().options()).isEqualTo(message.options());
                continue;
            }
            assertThat(decoded.message()).isEqualTo(message);
            assertThat(decoded.quirks())
                    .isSubsetOf(
                            Quirk.ACKNOWLEDGE_FLAG_CLEAR, Quirk.ALL_ZERO_PREFIX_WITH_LENGTH, Quirk.PREFIX_LENGTH_128);
        }
        requireAligned(message, octets);
    }

    /** Walks the octets without the codec. */
    private static void requireAligned(MobilityMessage message, byte[] octets) {
        int at = message.type() == 0 || message.type() > 21 ? 8 : message.type() == 7 ? 24 : 12;
        int padding = 0;
        for (MobilityOption option : message.options().list()) {
            while (octets[at] == 0 || octets[at] == 1) {
                int length = octets[at] == 0 ? 1 : 2 + (octets[at + 1] & 0xff);
                at += length;
                padding += length;
            }
            assertThat(padding).isLessThan(8);
            assertThat(octets[at] & 0xff).isEqualTo(option.type());
            int[] alignment = ALIGNMENTS.getOrDefault(option.type(), PLAIN);
            assertThat(at % alignment[0])
                    .as(() ->
                            "option " + option.type() + " in " + HexFormat.of().formatHex(octets))
                    .isEqualTo(alignment[1]);
            int length = octets[at + 1] & 0xff;
            at += option.type() == 60 || option.type() == 61 ? 4 + 4 * length : 2 + length;
            padding = 0;
        }
        assertThat(octets.length - at).isLessThan(8);
    }

    @Test
    void theSurroundingsOfAMessageAreNeverRead() {
        RandomMessages messages = new RandomMessages(new Random(7));
        for (int i = 0; i < 500; i++) {
            byte[] octets = MobilityHeaderEncoder.encode(messages.next(), TRANSPORT);
            byte[] packet = new byte[octets.length + 100];
            Arrays.fill(packet, (byte) 0xff);
            System.arraycopy(octets, 0, packet, 41, octets.length);
            assertThat(MobilityHeaderDecoder.of(Mode.LENIENT).decode(packet, 41, octets.length, TRANSPORT))
                    .isEqualTo(MobilityHeaderDecoder.of(Mode.LENIENT).decode(octets, TRANSPORT));
        }
    }
}
