package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Flags of a Binding Acknowledgement (RFC 6275 section 6.1.8 and the registry "Binding Acknowledgment Flags").
 *
 * @param bits the assigned flags; reserved ones are not part of a value
 */
public record BindingAcknowledgementFlags(int bits) {
    /** K (RFC 6275). */
    public static final int KEY_MANAGEMENT_MOBILITY = 0x80;

    /** R (RFC 3963). */
    public static final int MOBILE_ROUTER = 0x40;

    /** P (RFC 5213 section 8.2). */
    public static final int PROXY_REGISTRATION = 0x20;

    /** T (RFC 5845 section 7.2). */
    public static final int TLV_HEADER = 0x10;

    /** B (RFC 6602 section 4.2). */
    public static final int BULK_BINDING = 0x08;

    /** S (RFC 7161). */
    public static final int MULTICAST_SIGNALLING = 0x04;

    /** D (RFC 8885). */
    public static final int DISTRIBUTED_MOBILITY = 0x02;

    private static final int ASSIGNED = 0xfe;

    public BindingAcknowledgementFlags {
        Unsigned.field(bits, 8, "flags");
        bits &= ASSIGNED;
    }

    /** With exactly these flags. */
    public static BindingAcknowledgementFlags of(int... flags) {
        int bits = 0;
        for (int flag : flags) {
            bits |= flag;
        }
        return new BindingAcknowledgementFlags(bits);
    }

    public boolean has(int flag) {
        return (bits & flag) != 0;
    }

    public BindingAcknowledgementFlags with(int flag) {
        return new BindingAcknowledgementFlags(bits | flag);
    }

    public BindingAcknowledgementFlags without(int flag) {
        return new BindingAcknowledgementFlags(bits & ~flag);
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(bits);
    }
}
