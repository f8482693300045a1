package org.flowanchor.testbed.foreign;

/** What a maker does otherwise than the RFCs say, or where they leave it room. */
public enum Habit {
    /** Nothing is padded at the end, and Header Len counts the whole units of 8 octets that are there. */
    HEADER_LEN_TOO_SHORT,
    /** Options follow each other without padding between them. */
    OPTIONS_UNALIGNED,
    /** The end is padded with single octets instead of one option. */
    PADDED_WITH_PAD_1,
    /** MN-ID is 63 octets, filled up with NULs. */
    IDENTIFIER_OF_63_OCTETS,
    /** MN-ID has sub-type 2 and an EUI-64 made of the interface's address. */
    IDENTIFIER_IS_EUI_64,
    PREFIX_BEFORE_IDENTIFIER,
    /** Home network prefixes are written with length 128. */
    PREFIX_LENGTH_128,
    /** Prefixes come from the gateway's own subscriber file; it never asks for any. */
    PROPOSES_PREFIX,
    /** The link-layer identifier is an EUI-64, aligned to 8 octets. */
    LINK_LAYER_IDENTIFIER_EUI_64,
    NO_LINK_LAYER_IDENTIFIER,
    /** Two words of 32 bits in the order of the host, little endian. */
    TIMESTAMP_HOST_ENDIAN,
    /** Microseconds since the program began. */
    TIMESTAMP_MICROSECONDS,
    NO_TIMESTAMP,
    ACCESS_TECHNOLOGY_TYPE_0,
    /** Handoff indicator 3 in every update. */
    HANDOFF_INDICATOR_ALWAYS_3,
    /** Handoff indicator 4 when it attaches: it cannot know. */
    HANDOFF_INDICATOR_UNKNOWN,
    LIFETIME_IN_SECONDS,
    /** A, H and P instead of A and P. */
    HOME_REGISTRATION_FLAG,
    /** Options 28, 29 and 30 of its own, of other lengths than the assigned ones. */
    PRIVATE_OPTIONS,
    /** A gateway that compares sequence number, timestamp, prefix and link-layer identifier, and never reads the status. */
    COMPARES_OCTETS,
    /** A gateway that takes the sequence number of a refusal with status 135 for its own. */
    ADOPTS_SEQUENCE_NUMBER,
    /** An anchor whose acknowledgements have no P flag, no handoff indicator and no access technology type, and always status 0. */
    SHORT_ACKNOWLEDGEMENT,
    /** An anchor that knows no message above type 9. */
    NO_LATER_MESSAGES
}
