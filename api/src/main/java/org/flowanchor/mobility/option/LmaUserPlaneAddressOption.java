package org.flowanchor.mobility.option;

import java.util.Optional;
import org.flowanchor.mobility.IpAddress;

/** LMA User-Plane Address (RFC 7389 section 4). Absent: "which one?", in an update. */
public record LmaUserPlaneAddressOption(Optional<IpAddress> address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 59;

    @Override
    public int type() {
        return TYPE;
    }
}
