package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Decoding is linear in the length of the message. The reader goes forward, an octet at a time, except where something unreadable is read
 * again as octets: a traffic selector, the sub-option around it, the option around that. So what is gone back over is at most three times
 * the message, however it was made.
 */
class DecodingWorkTest {
    private static final int ROUNDS = 100_000;
    private static final int LONGEST = 2048;
    private static final int NESTED = 3;
    private static final int FIXED = 12;
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Vectors.MAG1);

    private final Random random = new Random(20_261_126);

    /** Octets gone back over; what the decoder does itself, without its checks of type and length. */
    private static int reread(byte[] octets, Mode mode) {
        @Nullable MessageCodec codec = MessageCodec.of(octets[2] & 0xff);
        if (codec == null || octets.length < codec.fixedLength()) {
            return 0;
        }
        HeaderReader in = new HeaderReader(octets, 0, octets.length, mode);
        in.limitTo(Math.min(octets.length, ((octets[1] & 0xff) + 1) * 8));
        in.seek(6);
        try {
            codec.read(in);
        } catch (MalformedHeaderException e) {
            // What was read until then is what it cost.
        }
        assertThat(in.offset()).isLessThanOrEqualTo(octets.length);
        return in.reread();
    }

    @Test
    void noOctetOfAMutatedMessageIsReadMoreOftenThanItIsNested() {
        List<byte[]> corpus = new ArrayList<>();
        RandomMessages messages = new RandomMessages(new Random(2));
        for (int i = 0; i < 300; i++) {
            corpus.add(MobilityHeaderEncoder.encode(messages.next(), TRANSPORT));
        }
        int wentBack = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] octets = corpus.get(random.nextInt(corpus.size())).clone();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                octets[6 + random.nextInt(octets.length - 6)] = (byte) random.nextInt();
            }
            for (Mode mode : Mode.values()) {
                int reread = reread(octets, mode);
                wentBack += reread > 0 ? 1 : 0;
                if (reread > NESTED * octets.length) {
                    throw new AssertionError(reread + " of " + octets.length + " octets read again");
                }
            }
        }
        assertThat(wentBack).as("mutations that were read again").isGreaterThan(ROUNDS / 100);
    }

    /** The worst there is: flow options full of unreadable sub-options and selectors, at every length. Twice the length, twice the work. */
    @Test
    void theWorstMessageCostsTwiceAsMuchAtTwiceTheLength() {
        List<Integer> work = new ArrayList<>();
        for (int length = LONGEST / 8; length <= LONGEST; length *= 2) {
            work.add(reread(nested(length), Mode.LENIENT));
        }
        assertThat(work.getFirst()).isPositive();
        for (int i = 1; i < work.size(); i++) {
            assertThat((double) work.get(i) / work.get(i - 1))
                    .as(work.toString())
                    .isBetween(1.5, 2.5);
        }
    }

    /** Option 45 again and again: traffic selectors of format 1 whose flags promise more than is there. */
    private static byte[] nested(int length) {
        byte[] octets = new byte[length];
        octets[0] = 59;
        octets[1] = (byte) (length / 8 - 1);
        octets[2] = 5;
        int at = FIXED;
        while (at + 2 + 6 + 4 <= length) {
            int data = Math.min(254, length - at - 2);
            octets[at] = 45;
            octets[at + 1] = (byte) data;
            octets[at + 3] = 1;
            octets[at + 5] = 1;
            int end = at + 2 + data;
            for (int sub = at + 8; sub + 4 <= end; ) {
                int rest = Math.min(30, end - sub - 2);
                octets[sub] = 3;
                octets[sub + 1] = (byte) rest;
                for (int i = 0; i < rest; i++) {
                    octets[sub + 2 + i] = (byte) (i == 0 ? 1 : 0xff);
                }
                sub += 2 + rest;
            }
            at = end;
        }
        return octets;
    }
}
