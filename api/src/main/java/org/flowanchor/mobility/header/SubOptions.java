package org.flowanchor.mobility.header;

/** Type-length-value inside an option, without padding. */
final class SubOptions {
    /** The reader is limited to the value and must use all of it. */
    @FunctionalInterface
    interface Reading<T> {
        T read(HeaderReader in, int type) throws MalformedHeaderException;
    }

    private SubOptions() {}

    static <T> T read(HeaderReader in, Reading<T> reading) throws MalformedHeaderException {
        int type = in.unsigned8();
        int length = in.unsigned8();
        if (length > in.remaining()) {
            throw in.malformed("sub-option " + type + " of " + length + " octets where " + in.remaining() + " remain");
        }
        int limit = in.limitTo(in.offset() + length);
        T value = reading.read(in, type);
        if (in.remaining() != 0) {
            throw in.malformed("sub-option " + type + " has " + in.remaining() + " octets too many");
        }
        in.limitTo(limit);
        return value;
    }
}
