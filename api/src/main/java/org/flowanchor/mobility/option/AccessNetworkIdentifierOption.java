package org.flowanchor.mobility.option;

import java.util.List;

/**
 * Access Network Identifier (RFC 6757 section 3), at most one per message.
 *
 * @param subOptions in the order of the wire
 */
public record AccessNetworkIdentifierOption(List<AccessNetworkSubOption> subOptions) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 52;

    public AccessNetworkIdentifierOption {
        subOptions = List.copyOf(subOptions);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
