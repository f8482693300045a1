package org.flowanchor.mobility.header;

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
    /** Never set by the decoder, which has no clock: for callers of {@code TimestampOption.looksHostEndian}. */
    TIMESTAMP_HOST_ENDIAN
}
