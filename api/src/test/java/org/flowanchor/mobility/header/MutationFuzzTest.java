package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.flowanchor.mobility.header.Vectors.Vector;
import org.junit.jupiter.api.Test;

/**
 * A fixed number of mutated messages from a fixed seed: the decoder throws nothing, reads nothing outside its range, and what it accepted
 * it accepts again, unchanged, from its own encoder.
 */
class MutationFuzzTest {
    private static final int INPUTS = 200_000;
    private static final int SURROUNDINGS = 16;
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Vectors.MAG1);

    private final Random random = new Random(20_260_101);
    private final List<byte[]> corpus = new ArrayList<>();

    @Test
    void noMutationThrowsReadsOutsideOrChangesOnTheWayBack() {
        Vectors.conformant().stream().map(Vector::octets).forEach(corpus::add);
        Vectors.packets("captured-packets.txt").stream().map(Vector::octets).forEach(corpus::add);
        RandomMessages messages = new RandomMessages(new Random(1));
        for (int i = 0; i < 150; i++) {
            corpus.add(MobilityHeaderEncoder.encode(messages.next(), TRANSPORT));
        }
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = mutate(corpus.get(random.nextInt(corpus.size())));
            for (Mode mode : Mode.values()) {
                accepted += judge(input, mode) ? 1 : 0;
            }
        }
        // Otherwise the mutations would test the first check only.
        assertThat(accepted).isBetween(INPUTS / 10, 2 * INPUTS);
    }

    private boolean judge(byte[] input, Mode mode) {
        MobilityHeaderDecoder decoder = MobilityHeaderDecoder.of(mode);
        try {
            DecodeResult result = decoder.decode(input, TRANSPORT);
            byte[] packet = new byte[input.length + 2 * SURROUNDINGS];
            random.nextBytes(packet);
            System.arraycopy(input, 0, packet, SURROUNDINGS, input.length);
            require(
                    decoder.decode(packet, SURROUNDINGS, input.length, TRANSPORT)
                            .equals(result),
                    "read outside");
            if (!(result instanceof DecodeResult.Decoded decoded)) {
                return false;
            }
            byte[] again = MobilityHeaderEncoder.encode(decoded.message(), TRANSPORT);
            require(
                    decoder.decode(again, TRANSPORT) instanceof DecodeResult.Decoded second
                            && second.message().equals(decoded.message()),
                    "changed on the way back");
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError(mode + " " + HexFormat.of().formatHex(input), e);
        }
    }

    /** Without the cost of an assertion library, 800,000 times. */
    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private byte[] mutate(byte[] original) {
        byte[] octets = original.clone();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            octets = mutateOnce(octets);
        }
        if (random.nextInt(4) != 0 && octets.length >= 8 && octets.length <= 2048) {
            octets[1] = (byte) (octets.length / 8 - 1);
        }
        return octets;
    }

    private byte[] mutateOnce(byte[] octets) {
        if (octets.length == 0) {
            return new byte[] {0x3b};
        }
        int at = random.nextInt(octets.length);
        switch (random.nextInt(8)) {
            case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> octets[at] = (byte) random.nextInt(256);
            case 2 -> octets[at] = (byte) (octets[at] + random.nextInt(5) - 2);
            case 3 ->
                octets[at] = (byte) List.of(0, 1, 8, 22, 45, 52, 58, 127, 128, 255)
                        .get(random.nextInt(10))
                        .intValue();
            case 4 -> {
                return Arrays.copyOf(octets, at);
            }
            case 5 -> {
                byte[] longer = Arrays.copyOf(octets, octets.length + 1 + random.nextInt(16));
                random.nextBytes(longer);
                System.arraycopy(octets, 0, longer, 0, at);
                System.arraycopy(octets, at, longer, longer.length - octets.length + at, octets.length - at);
                return longer;
            }
            case 6 -> {
                int end = Math.min(octets.length, at + 1 + random.nextInt(16));
                byte[] shorter = Arrays.copyOf(octets, octets.length - end + at);
                System.arraycopy(octets, end, shorter, at, octets.length - end);
                return shorter;
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                byte[] spliced = Arrays.copyOf(octets, at + other.length - Math.min(at, other.length));
                System.arraycopy(other, Math.min(at, other.length), spliced, at, spliced.length - at);
                return spliced;
            }
        }
        return octets;
    }
}
