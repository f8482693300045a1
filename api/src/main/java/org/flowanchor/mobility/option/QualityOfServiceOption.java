package org.flowanchor.mobility.option;

import java.util.List;
import org.flowanchor.mobility.Unsigned;

/**
 * Quality-of-Service (RFC 7222 section 4.1).
 *
 * @param serviceRequestIdentifier SR-ID, 0..255; 0 in a gateway's first request, then what the anchor assigned
 * @param dscp 0..63
 * @param operationCode 0..255
 * @param attributes in the order of the wire
 */
public record QualityOfServiceOption(
        int serviceRequestIdentifier, int dscp, int operationCode, List<QualityOfServiceAttribute> attributes)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 58;

    /** Operation code. */
    public static final int RESPONSE = 0;

    public static final int ALLOCATE = 1;
    public static final int DE_ALLOCATE = 2;
    public static final int MODIFY = 3;
    public static final int QUERY = 4;
    public static final int NEGOTIATE = 5;

    public QualityOfServiceOption {
        Unsigned.octet(serviceRequestIdentifier, "SR-ID");
        Unsigned.field(dscp, 6, "DSCP");
        Unsigned.octet(operationCode, "operation code");
        attributes = List.copyOf(attributes);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
