package org.flowanchor.mobility.header;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a peer did otherwise than the RFCs and was forgiven. Closed set: labels of {@code pmip_peer_quirk_total}. Those marked
 * <i>lenient</i> make strict decoding refuse the message.
 */
public enum Quirk {
    /** Lenient. The message goes on beyond Header Len; read to the end of the payload. */
    HEADER_LENGTH_TOO_SHORT,
    /** Lenient. Header Len counts padding that was not sent (less than 8 octets); read to the end of the payload. */
    HEADER_LENGTH_TOO_LONG,
    /** Octets after Header Len that are no options: ignored. */
    TRAILING_OCTETS,
    /** An option does not start where its RFC aligns it. */
    OPTION_UNALIGNED,
    /** Padding with octets other than zero. */
    PADDING_NOT_ZERO,
    /** Lenient. An option that no answer depends on has content its RFC does not allow: kept as unknown octets. */
    OPTION_UNREADABLE,
    /** Lenient. NULs at the end of an NAI: not part of it. */
    IDENTIFIER_NUL_PADDED,
    /** Lenient. An NAI of NULs only: there is no identifier. */
    IDENTIFIER_EMPTY,
    /** Lenient. Eight binary octets under the sub-type of an NAI or of an IPv6 address: an EUI-64. */
    IDENTIFIER_EUI_64,
    /** A home network prefix of length 128 without interface identifier: a /64 is meant. */
    PREFIX_LENGTH_128,
    /** A home network prefix with bits beyond its length. */
    PREFIX_BITS_BEYOND_LENGTH,
    /** {@code ::} with a length other than 0: still "allocate". */
    ALL_ZERO_PREFIX_WITH_LENGTH,
    /** Lenient. A Proxy Binding Acknowledgement without P; recognised by its MN-ID option. */
    PROXY_FLAG_CLEAR,
    /** A Proxy Binding Update without A. */
    ACKNOWLEDGE_FLAG_CLEAR,
    /** A Proxy Binding Update with the reserved access technology type 0. */
    ACCESS_TECHNOLOGY_TYPE_RESERVED,
    /** Set by {@link PeerProfile}, which knows the time: each half of the Timestamp in the sender's byte order. */
    TIMESTAMP_HOST_ENDIAN,
    /** Set by {@link PeerProfile}: a Timestamp that counts something else than seconds since 1970. */
    TIMESTAMP_NO_TIME,
    /** Set by {@link PeerProfile}: an EUI-64 made of a MAC address where the MAC address is meant. */
    LINK_LAYER_IDENTIFIER_EUI_64,
    /** Set by {@link PeerProfile}: Lifetime in seconds instead of units of four. */
    LIFETIME_IN_SECONDS;

    private static final Set<Quirk> LENIENT = Collections.unmodifiableSet(EnumSet.of(
            HEADER_LENGTH_TOO_SHORT,
            HEADER_LENGTH_TOO_LONG,
            OPTION_UNREADABLE,
            IDENTIFIER_NUL_PADDED,
            IDENTIFIER_EMPTY,
            IDENTIFIER_EUI_64,
            PROXY_FLAG_CLEAR));

    /** Those for which strict decoding refuses a message. */
    public static Set<Quirk> refusedByStrictDecoding() {
        return LENIENT;
    }
}
