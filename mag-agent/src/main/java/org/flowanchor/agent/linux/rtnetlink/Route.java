package org.flowanchor.agent.linux.rtnetlink;

import java.util.Locale;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/**
 * An IPv6 route.
 *
 * @param source ::/0 matches any; longer ones need IPV6_SUBTREES
 * @param metric lower wins among equal destinations; 1..: the kernel turns 0 into 1024
 * @param device interface index; 0 exactly when the type has no next hop
 * @param gateway null: on link
 */
public record Route(
        Key key,
        RouteType type,
        int device,
        @Nullable Ipv6Address gateway,
        @Nullable Encapsulation encapsulation) {
    /** What identifies a route in the kernel: another route with this key replaces it. */
    public record Key(int table, HomeNetworkPrefix destination, HomeNetworkPrefix source, int metric) {}

    public Route {
        if (key.metric == 0 || (type == RouteType.UNICAST) != (device != 0)) {
            throw new IllegalArgumentException("not a route: " + key + " " + type + " device " + device);
        }
    }

    public static Route onLink(int table, HomeNetworkPrefix destination, int metric, int device) {
        return new Route(
                new Key(table, destination, HomeNetworkPrefix.ALL_ZERO, metric), RouteType.UNICAST, device, null, null);
    }

    public static Route via(int table, HomeNetworkPrefix destination, int metric, int device, Ipv6Address gateway) {
        return new Route(
                new Key(table, destination, HomeNetworkPrefix.ALL_ZERO, metric),
                RouteType.UNICAST,
                device,
                gateway,
                null);
    }

    /** A route without a next hop: unreachable, blackhole, throw. */
    public static Route ending(int table, HomeNetworkPrefix destination, int metric, RouteType type) {
        return new Route(new Key(table, destination, HomeNetworkPrefix.ALL_ZERO, metric), type, 0, null, null);
    }

    /** The same for packets from {@code source} only. */
    public Route from(HomeNetworkPrefix source) {
        return new Route(new Key(key.table, key.destination, source, key.metric), type, device, gateway, encapsulation);
    }

    public Route with(Encapsulation added) {
        return new Route(key, type, device, gateway, added);
    }

    @Override
    public String toString() {
        return (type == RouteType.UNICAST ? "" : type.name().toLowerCase(Locale.ROOT) + " ")
                + key.destination
                + (key.source.length() == 0 ? "" : " from " + key.source)
                + (encapsulation == null ? "" : " " + encapsulation)
                + (gateway == null ? "" : " via " + gateway)
                + (device == 0 ? "" : " dev " + device)
                + " table " + Integer.toUnsignedString(key.table);
    }
}
