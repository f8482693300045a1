package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Mobile Node Group Identifier (RFC 6602 section 4.3): the sender's local name of a group of sessions.
 *
 * @param subtype 0..255; 1 is the only one assigned
 * @param group 0..2^32-1; 0 is reserved, 1 means all sessions
 */
public record MobileNodeGroupIdentifierOption(int subtype, long group) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 50;

    /** Every session with the peer. */
    public static final MobileNodeGroupIdentifierOption ALL_SESSIONS = new MobileNodeGroupIdentifierOption(1, 1);

    public MobileNodeGroupIdentifierOption {
        Unsigned.octet(subtype, "sub-type");
        Unsigned.thirtyTwo(group, "group identifier");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
