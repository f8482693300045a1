package org.flowanchor.binding.domain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Prefixes that a subscriber profile keeps for a mobile node (RFC 5213 section 6.2), for one session that is about to be opened with
 * permanent ones. Of this anchor's pools only: what lies in none of them is another anchor's.
 *
 * <p>Trap: what was assigned to another node before the profile kept it is that node's until it gives it up and has rested. The session
 * is refused until then, since any other prefix would be the wrong one.
 */
final class StaticPrefixes {
    private final List<HomeNetworkPrefix> ours;
    private final Deque<HomeNetworkPrefix> unused;
    private final boolean obtainable;

    StaticPrefixes(
            MobileNodeProfile profile, MobileNodeBindings bindings, PrefixHolders holders, ProxyCareOfAddress gateway) {
        ours = profile.staticPrefixes().stream()
                .filter(prefix -> holders.isServed(prefix, PrefixKind.PERMANENT, gateway))
                .toList();
        unused = new ArrayDeque<>(ours);
        bindings.entries().forEach(entry -> unused.removeAll(entry.homeNetworkPrefixes()));
        obtainable = unused.stream()
                .allMatch(prefix -> holders.holder(prefix)
                                .filter(holder -> holder.mobileNodeIdentifier().equals(bindings.mobileNodeIdentifier()))
                                .isPresent()
                        || holders.isFree(prefix, bindings.mobileNodeIdentifier(), PrefixKind.PERMANENT, gateway));
    }

    /** The profile keeps none at this anchor. */
    boolean isEmpty() {
        return ours.isEmpty();
    }

    /** false: another mobile node has one of them still. */
    boolean areObtainable() {
        return obtainable;
    }

    boolean include(List<HomeNetworkPrefix> named) {
        return ours.containsAll(named);
    }

    /** Those that no session of the node has. */
    List<HomeNetworkPrefix> unused() {
        return List.copyOf(unused);
    }

    /**
     * First those that no session of the node has, then any free ones.
     *
     * @param named what the update asks for by value, which is no answer to its ALL_ZERO
     */
    PrefixSupplier before(PrefixSupplier any, List<HomeNetworkPrefix> named) {
        Deque<HomeNetworkPrefix> left = new ArrayDeque<>(unused);
        left.removeAll(named);
        return (kind, gateway) -> {
            Optional<HomeNetworkPrefix> next =
                    kind == PrefixKind.PERMANENT ? Optional.ofNullable(left.poll()) : Optional.empty();
            return next.or(() -> any.next(kind, gateway));
        };
    }
}
