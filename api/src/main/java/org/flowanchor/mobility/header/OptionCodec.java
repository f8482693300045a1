package org.flowanchor.mobility.header;

import java.util.function.Function;
import java.util.function.IntPredicate;
import org.flowanchor.mobility.option.MobilityOption;

/**
 * One option: its place in the registry, the lengths its layout allows, where it starts, reader and writer of what follows the length.
 *
 * @param alignment of the RFC
 * @param placement where the encoder puts a value; at least as strict as {@code alignment}
 * @param lengths allowed values of the length field
 * @param repeatable whether a Proxy Binding Update may carry several (RFC 5213 section 8.1)
 * @param core whether an answer depends on it, so that even lenient decoding needs to read it
 * @param clause section of its layout
 */
record OptionCodec<T extends MobilityOption>(
        int type,
        Class<T> kind,
        Alignment alignment,
        Function<T, Alignment> placement,
        IntPredicate lengths,
        boolean repeatable,
        boolean core,
        String clause,
        Reading<T> reading,
        Writing<T> writing) {
    /** The reader is limited to the option's value and must use all of it. */
    @FunctionalInterface
    interface Reading<T> {
        T read(HeaderReader in) throws MalformedHeaderException;
    }

    /** Writes the option's value. */
    @FunctionalInterface
    interface Writing<T> {
        void write(T option, HeaderWriter out);
    }

    static <T extends MobilityOption> OptionCodec<T> of(
            int type,
            Class<T> kind,
            Alignment alignment,
            IntPredicate lengths,
            String clause,
            Reading<T> reading,
            Writing<T> writing) {
        return new OptionCodec<>(
                type, kind, alignment, option -> alignment, lengths, false, false, clause, reading, writing);
    }

    OptionCodec<T> inCore() {
        return new OptionCodec<>(type, kind, alignment, placement, lengths, repeatable, true, clause, reading, writing);
    }

    OptionCodec<T> asRepeatable() {
        return new OptionCodec<>(type, kind, alignment, placement, lengths, true, core, clause, reading, writing);
    }

    OptionCodec<T> placed(Function<T, Alignment> where) {
        return new OptionCodec<>(type, kind, alignment, where, lengths, repeatable, core, clause, reading, writing);
    }

    T read(HeaderReader in, int length) throws MalformedHeaderException {
        in.clause(clause);
        if (!lengths.test(length)) {
            throw in.malformed("option " + type + " has length " + length);
        }
        T option;
        try {
            option = reading.read(in);
        } catch (IllegalArgumentException e) {
            // A record refused the value: the same fault as a wrong length, found later.
            throw in.malformed("option " + type + ": " + e.getMessage());
        }
        if (in.remaining() != 0) {
            throw in.malformed("option " + type + " has " + in.remaining() + " octets too many");
        }
        return option;
    }

    void write(MobilityOption option, HeaderWriter out) {
        T value = kind.cast(option);
        out.align(placement.apply(value));
        int begin = out.beginTlv(type);
        writing.write(value, out);
        out.endTlv(begin);
    }

    static IntPredicate exactly(int length) {
        return actual -> actual == length;
    }

    static IntPredicate atLeast(int length) {
        return actual -> actual >= length;
    }

    static IntPredicate oneOf(int first, int second) {
        return actual -> actual == first || actual == second;
    }

    static IntPredicate oneOf(int first, int second, int third) {
        return actual -> actual == first || actual == second || actual == third;
    }
}
