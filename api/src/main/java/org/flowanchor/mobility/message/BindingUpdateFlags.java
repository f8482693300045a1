package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Flags of a Binding Update (RFC 6275 section 6.1.7 and the registry "Binding Update Flags").
 *
 * @param bits the assigned flags; reserved ones are not part of a value
 */
public record BindingUpdateFlags(int bits) {
    /** A (RFC 6275). Set in every Proxy Binding Update (RFC 5213 section 6.9.1.5). */
    public static final int ACKNOWLEDGE = 0x8000;

    /** H (RFC 6275). RFC 5213 is silent: not needed, not sent. */
    public static final int HOME_REGISTRATION = 0x4000;

    /** L (RFC 6275). */
    public static final int LINK_LOCAL_ADDRESS_COMPATIBILITY = 0x2000;

    /** K (RFC 6275). */
    public static final int KEY_MANAGEMENT_MOBILITY = 0x1000;

    /** M (RFC 4140). */
    public static final int MAP_REGISTRATION = 0x0800;

    /** R (RFC 3963). */
    public static final int MOBILE_ROUTER = 0x0400;

    /** P (RFC 5213 section 8.1). */
    public static final int PROXY_REGISTRATION = 0x0200;

    /** F (RFC 5555, RFC 5844 section 4.1.3). */
    public static final int FORCE_UDP_ENCAPSULATION = 0x0100;

    /** T (RFC 5845 section 6.2). */
    public static final int TLV_HEADER = 0x0080;

    /** B (RFC 6602 section 4.1). RFC 5648 drew O here and never registered it. */
    public static final int BULK_BINDING = 0x0040;

    /** S (RFC 7161). */
    public static final int MULTICAST_SIGNALLING = 0x0020;

    /** D (RFC 8885). */
    public static final int DISTRIBUTED_MOBILITY = 0x0010;

    private static final int ASSIGNED = 0xfff0;

    public BindingUpdateFlags {
        Unsigned.field(bits, 16, "flags");
        bits &= ASSIGNED;
    }

    /** With exactly these flags. */
    public static BindingUpdateFlags of(int... flags) {
        int bits = 0;
        for (int flag : flags) {
            bits |= flag;
        }
        return new BindingUpdateFlags(bits);
    }

    public boolean has(int flag) {
        return (bits & flag) != 0;
    }

    public BindingUpdateFlags with(int flag) {
        return new BindingUpdateFlags(bits | flag);
    }

    public BindingUpdateFlags without(int flag) {
        return new BindingUpdateFlags(bits & ~flag);
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(bits);
    }
}
