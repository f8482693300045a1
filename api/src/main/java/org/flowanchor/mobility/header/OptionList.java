package org.flowanchor.mobility.header;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.UnknownOption;
import org.jspecify.annotations.Nullable;

/** The option list of every message (W-06): padding, options, and what lenient decoding makes of a wrong Header Len. */
final class OptionList {
    static final int PAD_1 = 0;
    static final int PAD_N = 1;

    private static final String TLV = "W-06, RFC 6275 section 6.2.1";

    private OptionList() {}

    /** Reads to the end of the header. */
    static MobilityOptions read(HeaderReader in) throws MalformedHeaderException {
        if (in.remainingPayload() == 0) {
            return MobilityOptions.NONE;
        }
        List<MobilityOption> options = new ArrayList<>(10);
        readAll(in, options);
        if (in.remainingPayload() > 0) {
            readTail(in, options);
        }
        return new MobilityOptions(options);
    }

    private static void readAll(HeaderReader in, List<MobilityOption> options) throws MalformedHeaderException {
        while (in.remaining() > 0) {
            int start = in.offset();
            in.clause(TLV);
            int type = in.unsigned8();
            if (type == PAD_1) {
                continue;
            }
            @Nullable OptionCodec<?> codec = OptionCodecs.of(type);
            int length = lengthOf(in, codec);
            if (type == PAD_N) {
                in.skipPadding(length);
                continue;
            }
            int limit = in.limitTo(in.offset() + length);
            options.add(readOne(in, type, codec, start, length));
            in.limitTo(limit);
        }
    }

    private static int lengthOf(HeaderReader in, @Nullable OptionCodec<?> codec) throws MalformedHeaderException {
        if (in.lenient() && in.remaining() == 0 && in.remainingPayload() > 0) {
            extend(in);
        }
        int length = in.unsigned8();
        if (codec != null) {
            length = codec.octets(length);
        }
        if (length > in.remaining()) {
            if (!in.lenient() || length > in.remainingPayload()) {
                throw in.malformed("an option of " + length + " octets where " + in.remaining() + " remain");
            }
            extend(in);
        }
        return length;
    }

    /** An option crosses the end that Header Len gives: the payload's length is right and Header Len is not. */
    private static void extend(HeaderReader in) {
        in.note(Quirk.HEADER_LENGTH_TOO_SHORT);
        in.limitTo(in.offset() + in.remainingPayload());
    }

    /**
     * Octets after Header Len. A lenient reader takes them if they are options, all of them, and none that would make a message
     * objectionable that strict decoding, which ignores them, accepts.
     */
    private static void readTail(HeaderReader in, List<MobilityOption> options) {
        int count = options.size();
        EnumSet<Quirk> quirks = EnumSet.copyOf(in.quirks());
        @Nullable MalformedHeaderException objection = in.objection();
        if (in.lenient() && readTailLeniently(in, options) && in.objection() == objection && repeated(options) < 0) {
            in.note(options.size() > count ? Quirk.HEADER_LENGTH_TOO_SHORT : Quirk.TRAILING_OCTETS);
            return;
        }
        options.subList(count, options.size()).clear();
        in.restore(quirks, objection);
        in.note(Quirk.TRAILING_OCTETS);
    }

    private static boolean readTailLeniently(HeaderReader in, List<MobilityOption> options) {
        try {
            in.limitTo(in.offset() + in.remainingPayload());
            readAll(in, options);
            return true;
        } catch (MalformedHeaderException e) {
            return false;
        }
    }

    private static MobilityOption readOne(
            HeaderReader in, int type, @Nullable OptionCodec<?> codec, int start, int length)
            throws MalformedHeaderException {
        if (codec == null) {
            return new UnknownOption(type, in.rest());
        }
        if (codec.alignment().padding(start) != 0) {
            in.note(Quirk.OPTION_UNALIGNED);
        }
        int value = in.offset();
        try {
            return codec.read(in, length);
        } catch (MalformedHeaderException e) {
            if (!in.lenient() || codec.core()) {
                throw e;
            }
            in.note(Quirk.OPTION_UNREADABLE);
            in.seek(value);
            // Where the codec was when it gave up may have been the end of a sub-option.
            in.limitTo(value + length);
            return new UnknownOption(type, in.rest());
        }
    }

    /** Objects to what may be there only once (W-07). */
    static void requireSingletons(HeaderReader in, MobilityOptions options) {
        int type = repeated(options.list());
        if (type >= 0) {
            in.object(0, "W-07, RFC 5213 section 8.1", "two options of type " + type);
        }
    }

    /** The first type that occurs twice and may not; -1 when there is none. */
    private static int repeated(List<MobilityOption> options) {
        long low = 0;
        long high = 0;
        for (MobilityOption option : options) {
            int type = option.type();
            @Nullable OptionCodec<?> codec = OptionCodecs.of(type);
            if (codec == null || codec.repeatable()) {
                continue;
            }
            long bit = 1L << (type & 63);
            if (((type < 64 ? low : high) & bit) != 0) {
                return type;
            }
            if (type < 64) {
                low |= bit;
            } else {
                high |= bit;
            }
        }
        return -1;
    }

    /** Writes all options, each aligned. */
    static void write(MobilityOptions options, HeaderWriter out) {
        for (MobilityOption option : options.list()) {
            @Nullable OptionCodec<?> codec = OptionCodecs.of(option.type());
            if (option instanceof UnknownOption unknown) {
                int begin = out.beginTlv(unknown.type());
                out.octets(unknown.octets());
                out.endTlv(begin);
            } else if (codec != null) {
                codec.write(option, out);
            } else {
                throw new IllegalStateException("no codec for option " + option.type());
            }
        }
    }
}
