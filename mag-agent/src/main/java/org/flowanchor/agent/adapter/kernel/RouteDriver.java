package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;

/** Brings the routes of our protocol number to the desired ones. A changed next hop is replaced in one step, never deleted first. */
final class RouteDriver {
    /** So many changes are told in a quarter of what a socket of events holds. */
    private static final int LISTEN_AFTER = 1_000;

    private final Routes routes;
    private final Runnable listening;
    private int changes;
    private final Map<Route.Key, Route> actual = new HashMap<>();

    /** @param listening takes in what the kernel told meanwhile */
    RouteDriver(Routes routes, Runnable listening) {
        this.routes = routes;
        this.listening = listening;
    }

    void observe() throws SystemCallException {
        actual.clear();
        for (Route route : routes.all()) {
            actual.put(route.key(), route);
        }
    }

    /** What is there now; what was observed stays as it is, or a drift would go unnoticed. */
    Map<Route.Key, Route> read() throws SystemCallException {
        Map<Route.Key, Route> present = new HashMap<>();
        for (Route route : routes.all()) {
            present.put(route.key(), route);
        }
        return present;
    }

    /** As far as we know. */
    boolean has(Route route) {
        return route.equals(actual.get(route.key()));
    }

    Map<Route.Key, Route> actual() {
        return actual;
    }

    /** Whether the kernel tells something that we neither knew nor did. */
    boolean contradicts(NetlinkMessage event) {
        if (!routes.isOurs(event)) {
            return false;
        }
        Route route = Routes.decode(event);
        return event.type() == Rtnetlink.RTM_NEWROUTE
                ? !route.equals(actual.get(route.key()))
                : actual.containsKey(route.key());
    }

    void install(Map<Route.Key, Route> desired, Difference difference) {
        for (Route route : desired.values()) {
            Route present = actual.get(route.key());
            if (!route.equals(present)) {
                if (difference.attempt(() -> routes.add(route, present != null))) {
                    actual.put(route.key(), route);
                }
                changed();
            }
        }
    }

    /** @param which of the surplus */
    void prune(Map<Route.Key, Route> desired, Predicate<Route.Key> which, Difference difference) {
        List<Route.Key> surplus = new ArrayList<>();
        for (Route.Key key : actual.keySet()) {
            if (!desired.containsKey(key) && which.test(key)) {
                surplus.add(key);
            }
        }
        delete(surplus, difference);
    }

    /** Those of {@code keys} that are there. */
    void delete(Collection<Route.Key> keys, Difference difference) {
        for (Route.Key key : keys) {
            Route route = actual.get(key);
            if (route != null && difference.attempt(() -> routes.delete(route))) {
                actual.remove(key);
                changed();
            }
        }
    }

    private void changed() {
        if (++changes % LISTEN_AFTER == 0) {
            listening.run();
        }
    }
}
