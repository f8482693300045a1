package org.flowanchor.mobility.option;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Mobile Node Identifier (RFC 4283 section 3). The octets stay as received: an answer repeats them, and some gateways find the mobile
 * node again only by the exact octets.
 *
 * @param subtype 0..255; 1 is an NAI
 * @param identifier 0..254 octets; none when an update without the option is answered (RFC 5213 section 5.3.6)
 */
public record MobileNodeIdentifierOption(int subtype, Octets identifier) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 8;

    /** Sub-type of a network access identifier (RFC 4283 section 3.1). */
    public static final int NAI = 1;

    /** Sub-type of an IPv6 address (RFC 8371 section 4), 16 octets. */
    public static final int IPV6_ADDRESS = 2;

    /** "Unknown": in the answer to an update without the option. */
    public static final MobileNodeIdentifierOption EMPTY = new MobileNodeIdentifierOption(NAI, Octets.EMPTY);

    public MobileNodeIdentifierOption {
        Unsigned.octet(subtype, "MN-ID sub-type");
        MobilityOption.requireLength(identifier, 0, 254, "MN-ID");
    }

    public static MobileNodeIdentifierOption of(MobileNodeIdentifier identifier) {
        return new MobileNodeIdentifierOption(NAI, Octets.of(identifier.value().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * With NUL octets up to {@code octets}: for peers that read a fixed number.
     *
     * @throws IllegalArgumentException when the identifier is longer, or {@code octets} above 254
     */
    public static MobileNodeIdentifierOption padded(MobileNodeIdentifier identifier, int octets) {
        byte[] text = identifier.value().getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[octets];
        if (text.length > octets) {
            throw new IllegalArgumentException("MN-ID has " + text.length + " octets, more than " + octets);
        }
        System.arraycopy(text, 0, padded, 0, text.length);
        return new MobileNodeIdentifierOption(NAI, Octets.of(padded));
    }

    @Override
    public int type() {
        return TYPE;
    }

    /** Number of octets without NULs at the end. */
    public int unpaddedLength() {
        int length = identifier.length();
        while (length > 0 && identifier.at(length - 1) == 0) {
            length--;
        }
        return length;
    }

    /** The network access identifier without NULs at the end; empty when it is another sub-type or no legal identifier. */
    public Optional<MobileNodeIdentifier> networkAccessIdentifier() {
        int length = unpaddedLength();
        if (subtype != NAI || length == 0) {
            return Optional.empty();
        }
        try {
            ByteBuffer octets = ByteBuffer.wrap(identifier.toByteArray(), 0, length);
            return Optional.of(new MobileNodeIdentifier(
                    StandardCharsets.UTF_8.newDecoder().decode(octets).toString()));
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
