package org.flowanchor.mobility.option;

import java.util.Optional;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Redirect (RFC 6463 section 4.2): the anchor to use instead.
 *
 * @param ipv6Address present iff the K flag is set
 * @param ipv4Address present iff the N flag is set
 */
public record RedirectOption(Optional<Ipv6Address> ipv6Address, Optional<Ipv4Address> ipv4Address)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 47;

    @Override
    public int type() {
        return TYPE;
    }
}
