package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Gateways that are to have a tunnel: those of bindings, and for a minute those that had one. A terminal that comes back, or another that
 * comes, finds the tunnel still there (RFC 5213 section 5.6.1: removed when unused). A change costs by the gateways it names, however
 * many there are.
 */
public final class GatewaysInUse {
    static final Duration KEPT_FOR = Duration.ofMinutes(1);

    private final Set<ProxyCareOfAddress> gateways = new HashSet<>();
    /** Those without a binding, since when. */
    private final Map<ProxyCareOfAddress, Long> unused = new HashMap<>();

    /**
     * @param touched gateways that may have bindings now, or none any more
     * @param bound gateways of all bindings
     * @param nanos now
     * @return whether one came
     */
    public boolean bindingsChanged(Collection<ProxyCareOfAddress> touched, Set<ProxyCareOfAddress> bound, long nanos) {
        boolean came = false;
        for (ProxyCareOfAddress gateway : touched) {
            if (bound.contains(gateway)) {
                unused.remove(gateway);
                came |= gateways.add(gateway);
            } else if (gateways.contains(gateway)) {
                unused.putIfAbsent(gateway, nanos);
            }
        }
        return came;
    }

    /**
     * @param nanos now
     * @return whether one has been unused for so long that it goes
     */
    public boolean forget(long nanos) {
        return unused.entrySet()
                .removeIf(entry -> nanos - entry.getValue() >= KEPT_FOR.toNanos() && gateways.remove(entry.getKey()));
    }

    public Set<ProxyCareOfAddress> gateways() {
        return Collections.unmodifiableSet(gateways);
    }
}
