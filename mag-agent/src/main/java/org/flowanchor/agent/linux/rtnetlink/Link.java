package org.flowanchor.agent.linux.rtnetlink;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A network device as the kernel tells it.
 *
 * @param flags {@link Rtnetlink#IFF_UP} ...
 * @param group device group, 0 by default
 * @param kind {@code veth}, {@code ip6tnl} ...; empty for hardware
 * @param tunnel of an {@code ip6tnl}; null for other kinds
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record Link(
        int index,
        String name,
        int flags,
        int mtu,
        int group,
        String kind,
        byte[] address,
        LinkStatistics statistics,
        @Nullable Ip6Tunnel tunnel) {
    /**
     * Device counters, cumulative.
     *
     * @param sentPackets after the queueing discipline
     */
    public record LinkStatistics(
            long receivedPackets, long sentPackets, long receivedBytes, long sentBytes, long sendDrops) {}

    public Link {
        address = address.clone();
    }

    @Override
    public byte[] address() {
        return address.clone();
    }

    public boolean hasFlags(int wanted) {
        return (flags & wanted) == wanted;
    }

    /** Administratively up and with carrier. */
    public boolean isUsable() {
        return hasFlags(Rtnetlink.IFF_UP | Rtnetlink.IFF_LOWER_UP);
    }

    @Override
    public String toString() {
        return name + " (" + index + ", flags " + Integer.toHexString(flags) + ", address " + Arrays.toString(address)
                + ")";
    }
}
