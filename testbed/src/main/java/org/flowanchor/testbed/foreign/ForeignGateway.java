package org.flowanchor.testbed.foreign;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;

/** A gateway with one terminal: the updates it writes, and what it makes of the anchor's acknowledgements. No sockets. */
public final class ForeignGateway {
    private static final int UPDATE = 5;
    private static final int ACKNOWLEDGEMENT = 6;
    private static final int MN_ID = 8;
    private static final int PREFIX = 22;
    private static final int HANDOFF = 23;
    private static final int ACCESS = 24;
    private static final int LINK_LAYER = 25;
    private static final int LINK_LOCAL = 26;
    private static final int TIMESTAMP = 27;
    private static final int A_AND_P = 0x8200;
    private static final int H = 0x4000;
    private static final int P_OF_ACKNOWLEDGEMENT = 0x20;
    private static final int NAI = 1;
    private static final int EUI_64 = 2;
    private static final int LONG_IDENTIFIER = 63;
    private static final int UNIT_SECONDS = 4;
    private static final int OUT_OF_WINDOW = 135;
    private static final int REJECTED = 128;
    private static final byte[] NOTHING = {};

    private final Maker maker;
    private final Terminal terminal;
    private final Instant began;
    private int sequence;
    private Ipv6Address prefix;
    private byte[] sent = NOTHING;

    /** What an update is for. */
    public enum Purpose {
        ATTACH(1),
        EXTEND(5),
        DEREGISTER(4);

        private final int handoffIndicator;

        Purpose(int handoffIndicator) {
            this.handoffIndicator = handoffIndicator;
        }
    }

    /** What became of an acknowledgement. */
    public sealed interface Verdict {
        /** The terminal has this prefix for so long. */
        record Served(Ipv6Address prefix, Duration lifetime) implements Verdict {}

        /** The gateway gives up, or tries anew. */
        record Refused(int status) implements Verdict {}

        /** As if it had never come. */
        record Disregarded(String reason) implements Verdict {}
    }

    /** @param sequence number before the first */
    public ForeignGateway(Maker maker, Terminal terminal, int sequence, Instant began) {
        this.maker = maker;
        this.terminal = terminal;
        this.sequence = sequence;
        this.began = began;
        prefix = terminal.prefix();
    }

    public Maker maker() {
        return maker;
    }

    public Terminal terminal() {
        return terminal;
    }

    /** The next update. */
    public byte[] update(Purpose purpose, Duration lifetime, Instant now) {
        sequence = (sequence + 1) & 0xffff;
        int seconds = purpose == Purpose.DEREGISTER ? 0 : (int) lifetime.toSeconds();
        HeaderOctets header = new HeaderOctets(UPDATE, maker)
                .put16(sequence)
                .put16(A_AND_P | (maker.has(Habit.HOME_REGISTRATION_FLAG) ? H : 0))
                .put16(maker.has(Habit.LIFETIME_IN_SECONDS) ? seconds : seconds / UNIT_SECONDS);
        if (maker.has(Habit.PREFIX_BEFORE_IDENTIFIER)) {
            prefix(header);
            identifier(header);
        } else {
            identifier(header);
            prefix(header);
        }
        header.option(1, 0, HANDOFF, new byte[] {0, (byte) handoffIndicator(purpose)});
        header.option(1, 0, ACCESS, new byte[] {
            0, (byte) (maker.has(Habit.ACCESS_TECHNOLOGY_TYPE_0) ? 0 : terminal.accessTechnologyType())
        });
        if (maker.has(Habit.LINK_LAYER_IDENTIFIER_EUI_64)) {
            header.option(8, 0, LINK_LAYER, new byte[2], terminal.eui64());
        } else if (!maker.has(Habit.NO_LINK_LAYER_IDENTIFIER)) {
            header.option(1, 0, LINK_LAYER, new byte[2], terminal.macAddress());
        }
        if (!maker.has(Habit.NO_TIMESTAMP)) {
            header.option(8, maker.has(Habit.TIMESTAMP_MICROSECONDS) ? 6 : 2, TIMESTAMP, timestamp(now));
        }
        if (maker.has(Habit.PRIVATE_OPTIONS)) {
            header.option(1, 0, LINK_LOCAL, linkLocalAddress())
                    .option(1, 0, 28, new byte[16])
                    .option(1, 0, 29, new byte[48])
                    .option(1, 0, 30, new byte[] {0, 64}, linkLocalAddress());
        }
        sent = header.end();
        return sent.clone();
    }

    private void prefix(HeaderOctets header) {
        int length = maker.has(Habit.PREFIX_LENGTH_128) ? 128 : prefix.isUnspecified() ? 0 : 64;
        header.option(8, 4, PREFIX, new byte[] {0, (byte) length}, prefix.octets());
    }

    private int handoffIndicator(Purpose purpose) {
        if (maker.has(Habit.HANDOFF_INDICATOR_ALWAYS_3)) {
            return 3;
        }
        return purpose == Purpose.ATTACH && maker.has(Habit.HANDOFF_INDICATOR_UNKNOWN) ? 4 : purpose.handoffIndicator;
    }

    private void identifier(HeaderOctets header) {
        if (maker.has(Habit.IDENTIFIER_IS_EUI_64)) {
            header.option(1, 0, MN_ID, new byte[] {EUI_64}, terminal.eui64());
            return;
        }
        byte[] name = terminal.name().getBytes(StandardCharsets.UTF_8);
        header.option(
                1,
                0,
                MN_ID,
                new byte[] {NAI},
                maker.has(Habit.IDENTIFIER_OF_63_OCTETS) ? Arrays.copyOf(name, LONG_IDENTIFIER) : name);
    }

    private byte[] timestamp(Instant now) {
        if (maker.has(Habit.TIMESTAMP_MICROSECONDS)) {
            return ByteBuffer.allocate(8)
                    .putLong(Duration.between(began, now).toNanos() / 1000)
                    .array();
        }
        // RFC 5213 section 8.8: 48 bits of seconds, 16 bits of 1/65536 s.
        long time = now.getEpochSecond() << 16 | ((long) now.getNano() << 16) / 1_000_000_000;
        if (maker.has(Habit.TIMESTAMP_HOST_ENDIAN)) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) (time >>> 32))
                    .putInt((int) time)
                    .array();
        }
        return ByteBuffer.allocate(8).putLong(time).array();
    }

    private byte[] linkLocalAddress() {
        return ByteBuffer.allocate(16)
                .putLong(0xfe80L << 48)
                .put(terminal.eui64())
                .array();
    }

    /** What this maker's gateway does with an answer to its last update. */
    public Verdict judge(byte[] octets) {
        ReadHeader answer;
        try {
            answer = ReadHeader.of(octets);
        } catch (IllegalArgumentException e) {
            return new Verdict.Disregarded(String.valueOf(e.getMessage()));
        }
        if (answer.type() != ACKNOWLEDGEMENT) {
            return new Verdict.Disregarded("MH Type " + answer.type());
        }
        int status = answer.unsigned8(6);
        if (status == OUT_OF_WINDOW && maker.has(Habit.ADOPTS_SEQUENCE_NUMBER)) {
            sequence = answer.unsigned16(8);
            return new Verdict.Refused(status);
        }
        return mismatch(answer)
                .<Verdict>map(Verdict.Disregarded::new)
                .orElseGet(() -> status >= REJECTED && !maker.has(Habit.COMPARES_OCTETS)
                        ? new Verdict.Refused(status)
                        : served(answer));
    }

    private Optional<String> mismatch(ReadHeader answer) {
        if (answer.unsigned16(8) != sequence) {
            return Optional.of("sequence number " + answer.unsigned16(8) + " instead of " + sequence);
        }
        if ((answer.unsigned8(7) & P_OF_ACKNOWLEDGEMENT) == 0 && !maker.has(Habit.COMPARES_OCTETS)) {
            return Optional.of("P is not set");
        }
        ReadHeader request = ReadHeader.of(sent);
        int[] compared = maker.has(Habit.COMPARES_OCTETS)
                ? new int[] {TIMESTAMP, PREFIX, LINK_LAYER}
                : new int[] {MN_ID, HANDOFF, ACCESS, LINK_LAYER};
        for (int type : compared) {
            byte[] ours = request.option(type).orElse(NOTHING);
            byte[] theirs = answer.option(type).orElse(NOTHING);
            boolean same = type == PREFIX ? Arrays.equals(address(ours), address(theirs)) : Arrays.equals(ours, theirs);
            if (!same) {
                return Optional.of("option " + type + " is not what was sent");
            }
        }
        return Optional.empty();
    }

    private static byte[] address(byte[] prefixOption) {
        return prefixOption.length < 2 ? NOTHING : Arrays.copyOfRange(prefixOption, 2, prefixOption.length);
    }

    private Verdict served(ReadHeader answer) {
        byte[] granted = address(answer.option(PREFIX).orElse(NOTHING));
        if (granted.length != 16) {
            return new Verdict.Disregarded("no prefix");
        }
        prefix = Ipv6Address.of(granted);
        int units = answer.unsigned16(10);
        return new Verdict.Served(
                prefix, Duration.ofSeconds(maker.has(Habit.LIFETIME_IN_SECONDS) ? units : (long) units * UNIT_SECONDS));
    }
}
