package org.flowanchor.agent.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.api.Assertions;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;

/** Messages as a kernel sent them, and what might become of them. */
public final class RecordedAnswers {
    private static final int MUTATIONS = 3_000;

    /** @param octets after the netlink header */
    private record Recorded(int type, byte[] octets) {}

    private RecordedAnswers() {}

    private static List<Recorded> recorded(String kind) {
        try (InputStream text =
                Objects.requireNonNull(RecordedAnswers.class.getResourceAsStream("/netlink-answers.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.split(" "))
                    .map(words -> new Recorded(
                            Integer.parseInt(words[1]), HexFormat.of().parseHex(words[2])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NetlinkMessage message(int type, byte[] octets) {
        return new NetlinkMessage(type, 0, 1, 0, ByteBuffer.wrap(octets).slice().order(ByteOrder.nativeOrder()));
    }

    /** All of a kind, in the order of the file. */
    public static List<NetlinkMessage> of(String kind) {
        return recorded(kind).stream()
                .map(answer -> message(answer.type(), answer.octets()))
                .toList();
    }

    /**
     * Every truncation, and many seeded changes of octets: what the decoder makes of them does not matter, as long as it makes something of
     * them, or refuses by one of the two exceptions that the socket takes for a broken message. Attributes nobody knows change nothing.
     */
    public static void survive(String kind, int headerSize, Function<NetlinkMessage, Object> decoder) {
        Random random = new Random(kind.hashCode());
        for (Recorded answer : recorded(kind)) {
            byte[] octets = answer.octets();
            Object value = decoder.apply(message(answer.type(), octets));
            Assertions.assertThat(decoder.apply(message(answer.type(), withUnknown(octets, headerSize))))
                    .usingRecursiveComparison()
                    .isEqualTo(value);
            for (int length = 0; length < octets.length; length++) {
                decode(decoder, answer.type(), java.util.Arrays.copyOf(octets, length));
            }
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] changed = octets.clone();
                for (int count = 1 + random.nextInt(4); count > 0; count--) {
                    int at = random.nextInt(changed.length);
                    changed[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextInt(3) - 1);
                }
                decode(decoder, answer.type(), changed);
            }
        }
    }

    private static void decode(Function<NetlinkMessage, Object> decoder, int type, byte[] octets) {
        try {
            Assertions.assertThat(decoder.apply(message(type, octets))).isNotNull();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // Told as a broken message by NetlinkSocket.
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("type " + type + ", " + HexFormat.of().formatHex(octets), e);
        }
    }

    /** An attribute of a type that no kernel has, with a value, before and after all others. */
    private static byte[] withUnknown(byte[] octets, int headerSize) {
        byte[] unknown = ByteBuffer.allocate(12)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 9)
                .putShort((short) 0x3ffe)
                .put(new byte[] {1, 2, 3, 4, 5})
                .array();
        return ByteBuffer.allocate(octets.length + 2 * unknown.length)
                .put(octets, 0, headerSize)
                .put(unknown)
                .put(octets, headerSize, octets.length - headerSize)
                .put(unknown)
                .array();
    }
}
