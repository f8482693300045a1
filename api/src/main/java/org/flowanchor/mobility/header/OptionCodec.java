package org.flowanchor.mobility.header;

import java.util.function.Function;
import java.util.function.IntPredicate;
import org.flowanchor.mobility.option.MobilityOption;

/**
 * One option: its place in the registry, the lengths its layout allows, where it starts, reader and writer of what follows the length.
 *
 * @param alignment of the RFC
 * @param placement where the encoder puts a value; at least as strict as {@code alignment}
 * @param lengths allowed numbers of octets after the length field
 * @param words whether the length field counts words of 32 bits after the first two octets (RFC 7411), instead of octets
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
        boolean words,
        boolean repeatable,
        boolean core,
        String clause,
        Reading<T> reading,
        Writing<T> writing) {
    /** Octets before those that are counted in words. */
    private static final int WORDS_AFTER = 2;

    private static final int WORD = 4;

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
                type, kind, alignment, option -> alignment, lengths, false, false, false, clause, reading, writing);
    }

    OptionCodec<T> inCore() {
        return new OptionCodec<>(
                type, kind, alignment, placement, lengths, words, repeatable, true, clause, reading, writing);
    }

    OptionCodec<T> asRepeatable() {
        return new OptionCodec<>(
                type, kind, alignment, placement, lengths, words, true, core, clause, reading, writing);
    }

    OptionCodec<T> placed(Function<T, Alignment> where) {
        return new OptionCodec<>(
                type, kind, alignment, where, lengths, words, repeatable, core, clause, reading, writing);
    }

    /** Read in lenient decoding too, or the message refused: kept as octets, it could not be written with its own kind of length. */
    OptionCodec<T> inWords() {
        return new OptionCodec<>(
                type, kind, alignment, placement, lengths, true, repeatable, true, clause, reading, writing);
    }

    /** Octets that follow a length field with this value. */
    int octets(int length) {
        return words ? WORDS_AFTER + length * WORD : length;
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
        if (words) {
            out.endTlv(begin, (out.offset() - begin - WORDS_AFTER) / WORD);
        } else {
            out.endTlv(begin);
        }
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
