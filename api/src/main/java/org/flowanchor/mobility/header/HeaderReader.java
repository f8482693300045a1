package org.flowanchor.mobility.header;

import java.util.EnumSet;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.jspecify.annotations.Nullable;

/**
 * Reads network-order fields of one packet up to a limit that never passes the payload, and notes what was forgiven and what has to be
 * answered with a status. Offsets count from the start of the Mobility Header.
 */
final class HeaderReader {
    private final byte[] octets;
    private final int base;
    private final int payloadEnd;
    private final Mode mode;
    private int index;
    private int limit;
    private String clause = "RFC 6275 section 6.1.1";
    private EnumSet<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    private @Nullable MalformedHeaderException objection;
    private int reread;

    HeaderReader(byte[] octets, int offset, int length, Mode mode) {
        this.octets = octets;
        this.base = offset;
        this.index = offset;
        this.payloadEnd = offset + length;
        this.limit = payloadEnd;
        this.mode = mode;
    }

    boolean lenient() {
        return mode == Mode.LENIENT;
    }

    int offset() {
        return index - base;
    }

    int remaining() {
        return limit - index;
    }

    int remainingPayload() {
        return payloadEnd - index;
    }

    void seek(int offset) {
        reread += Math.max(0, index - base - offset);
        index = base + offset;
    }

    /** Octets that were gone back over: what decoding costs beyond reading each octet once. */
    int reread() {
        return reread;
    }

    /** Forbids reading beyond {@code offset}, which is within the payload. Returns the limit before, for {@link #limitTo}. */
    int limitTo(int offset) {
        int before = limit - base;
        limit = Math.min(base + offset, payloadEnd);
        return before;
    }

    int limit() {
        return limit - base;
    }

    /** Which section is being read, for what goes wrong. */
    void clause(String section) {
        clause = section;
    }

    String clause() {
        return clause;
    }

    int unsigned8() throws MalformedHeaderException {
        require(1);
        return octets[index++] & 0xff;
    }

    int unsigned16() throws MalformedHeaderException {
        require(2);
        int value = (octets[index] & 0xff) << 8 | octets[index + 1] & 0xff;
        index += 2;
        return value;
    }

    int unsigned24() throws MalformedHeaderException {
        return unsigned8() << 16 | unsigned16();
    }

    int signed32() throws MalformedHeaderException {
        return unsigned16() << 16 | unsigned16();
    }

    long unsigned32() throws MalformedHeaderException {
        return Integer.toUnsignedLong(signed32());
    }

    long signed64() throws MalformedHeaderException {
        return unsigned32() << 32 | unsigned32();
    }

    Ipv6Address ipv6Address() throws MalformedHeaderException {
        return new Ipv6Address(signed64(), signed64());
    }

    Ipv4Address ipv4Address() throws MalformedHeaderException {
        return new Ipv4Address(signed32());
    }

    /** An address that takes all that remains. */
    IpAddress ipAddress() throws MalformedHeaderException {
        return switch (remaining()) {
            case Ipv4Address.LENGTH -> ipv4Address();
            case Ipv6Address.LENGTH -> ipv6Address();
            default -> throw malformed("an address of " + remaining() + " octets");
        };
    }

    Octets octets(int length) throws MalformedHeaderException {
        require(length);
        Octets value = Octets.copyOf(octets, index, length);
        index += length;
        return value;
    }

    Octets rest() throws MalformedHeaderException {
        return octets(remaining());
    }

    /** Reserved octets are ignored (RFC 6275 section 6.1). */
    void skip(int length) throws MalformedHeaderException {
        require(length);
        index += length;
    }

    /** Padding, zeros by RFC 6275 section 6.2.3. */
    void skipPadding(int length) throws MalformedHeaderException {
        require(length);
        for (int end = index + length; index < end; index++) {
            if (octets[index] != 0) {
                note(Quirk.PADDING_NOT_ZERO);
            }
        }
    }

    private void require(int length) throws MalformedHeaderException {
        if (limit - index < length) {
            throw malformed("needs " + length + " more octets, has " + (limit - index));
        }
    }

    MalformedHeaderException malformed(String reason) {
        return new MalformedHeaderException(offset(), clause, reason);
    }

    void note(Quirk quirk) {
        quirks.add(quirk);
    }

    EnumSet<Quirk> quirks() {
        return quirks;
    }

    /** Readable, but to be answered with a status; the first one counts. */
    void object(int offset, String section, String reason) {
        if (objection == null) {
            objection = new MalformedHeaderException(offset, section, reason);
        }
    }

    @Nullable
    MalformedHeaderException objection() {
        return objection;
    }

    /** Forgets what was noted since. */
    void restore(EnumSet<Quirk> quirksBefore, @Nullable MalformedHeaderException objectionBefore) {
        quirks = quirksBefore;
        objection = objectionBefore;
    }
}
