package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Multicast Acknowledgement (RFC 7411 section 5.4): the answer to a {@link MulticastMobilityOption}. Its Length counts words of 32 bits.
 *
 * @param code 0..255; RFC 7411 knows 0
 * @param status 0..255; the constants are those of RFC 7411
 * @param unsupported what could not be taken over
 */
public record MulticastAcknowledgementOption(int code, int status, MulticastReport unsupported)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 61;

    public static final int REPORT_TYPE_UNSUPPORTED = 1;
    public static final int GROUP_SERVICE_UNSUPPORTED = 2;
    public static final int GROUP_SERVICE_ADMINISTRATIVELY_PROHIBITED = 3;

    public MulticastAcknowledgementOption {
        Unsigned.octet(code, "option code");
        Unsigned.octet(status, "multicast status");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
