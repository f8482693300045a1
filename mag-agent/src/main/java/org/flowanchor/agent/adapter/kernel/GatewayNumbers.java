package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Numbers of gateways: in its mark, its tables and its device's name. A gateway keeps the number that the kernel has it under. A number
 * whose gateway left rests before another gateway gets it, because packets and entries of somebody's that still bear it would go astray.
 *
 * <p>Numbers are given in turn, so that one is reused as late as possible; after a restart the turn goes on after the highest in use.
 */
final class GatewayNumbers {
    private final int most;
    private final long restNanos;
    private final LongSupplier nanoTime;
    private final Map<Integer, Long> resting = new HashMap<>();
    private Map<ProxyCareOfAddress, Integer> given = Map.of();
    private int last;

    /**
     * What was given.
     *
     * @param refused gateways for which there was no number
     */
    record Assignment(Map<ProxyCareOfAddress, Integer> numbers, SortedSet<ProxyCareOfAddress> refused) {}

    /** @param most highest number, from 1 */
    GatewayNumbers(int most, long restNanos, LongSupplier nanoTime) {
        this.most = most;
        this.restNanos = restNanos;
        this.nanoTime = nanoTime;
    }

    /** @param present remote address of each tunnel in the kernel, by number */
    Assignment assign(Collection<ProxyCareOfAddress> gateways, Map<Integer, Ipv6Address> present) {
        resting.values().removeIf(since -> nanoTime.getAsLong() - since >= restNanos);
        Map<Ipv6Address, Integer> lowest = new HashMap<>();
        new TreeMap<>(present).forEach((number, remote) -> lowest.putIfAbsent(remote, number));
        if (last == 0) {
            last = present.keySet().stream().max(Integer::compare).orElse(0);
        }
        Map<ProxyCareOfAddress, Integer> numbers = new HashMap<>();
        SortedSet<ProxyCareOfAddress> newcomers = new TreeSet<>();
        for (ProxyCareOfAddress gateway : gateways) {
            // Somebody may have removed the tunnel: it comes back under its number.
            Integer number = lowest.getOrDefault(gateway.address(), given.get(gateway));
            if (number == null) {
                newcomers.add(gateway);
            } else {
                numbers.put(gateway, number);
            }
        }
        Set<Integer> taken = new HashSet<>(present.keySet());
        taken.addAll(numbers.values());
        taken.addAll(resting.keySet());
        SortedSet<ProxyCareOfAddress> refused = new TreeSet<>();
        for (ProxyCareOfAddress gateway : newcomers) {
            if (taken.size() >= most) {
                refused.add(gateway);
                continue;
            }
            do {
                last = last % most + 1;
            } while (!taken.add(last));
            numbers.put(gateway, last);
        }
        given = numbers;
        return new Assignment(numbers, refused);
    }

    /** The kernel has nothing left under this number. */
    void release(int number) {
        resting.put(number, nanoTime.getAsLong());
    }
}
