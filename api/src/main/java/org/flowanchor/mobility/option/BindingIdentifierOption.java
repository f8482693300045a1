package org.flowanchor.mobility.option;

import java.util.Optional;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Unsigned;

/**
 * Binding Identifier (RFC 5648 section 4.3, RFC 6089 section 4.1).
 *
 * @param bindingIdentifier 0..65535; 0 is reserved and only held to be answered
 * @param status 0..255; 0 in an acknowledgement means the message's own
 * @param simultaneousHome the H flag
 * @param priority 0..127, low is preferred; 0 is reserved
 * @param careOfAddress only in an update
 */
public record BindingIdentifierOption(
        int bindingIdentifier, int status, boolean simultaneousHome, int priority, Optional<IpAddress> careOfAddress)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 35;

    public BindingIdentifierOption {
        Unsigned.sixteen(bindingIdentifier, "binding identifier");
        Unsigned.octet(status, "status");
        Unsigned.field(priority, 7, "BID priority");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
