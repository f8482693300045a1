package org.flowanchor.binding.adapter.persistence;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Mobile nodes as this replica's last transactions left them, so that their entries need not be read again. All of them belong to one
 * state of the anchor: who finds the anchor in another one knows nothing, and a decision on them counts, like every other, only when its
 * last statement finds that state.
 *
 * <p>Traps: a profile is not part of the anchor's state, so it is read each time. Nodes that wait for a gateway are not kept: their
 * messages change without the anchor.
 */
final class KnownNodes {
    /** Some 15 MB for each anchor. */
    private static final int MOST = 16_384;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new LinkedHashMap<>(64, 0.75f, true);
    private Optional<AnchorState> state = Optional.empty();

    /** What is known of some nodes, in a state. */
    record Known(Optional<AnchorState> state, Map<MobileNodeIdentifier, MobileNodeBindings> bindings) {
        static final Known NOTHING = new Known(Optional.empty(), Map.of());

        boolean isOf(AnchorState other) {
            return state.filter(other::equals).isPresent();
        }
    }

    Known of(Collection<MobileNodeIdentifier> wanted) {
        lock.lock();
        try {
            Map<MobileNodeIdentifier, MobileNodeBindings> found = new HashMap<>(2 * wanted.size());
            for (MobileNodeIdentifier node : wanted) {
                MobileNodeBindings bindings = nodes.get(node);
                if (bindings != null) {
                    found.put(node, bindings);
                }
            }
            return new Known(state, found);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A transaction leads from one state to another, or leaves it as it is.
     *
     * @param after all nodes it touches, as it leaves them
     */
    void learn(AnchorState from, AnchorState to, Collection<MobileNodeBindings> after) {
        lock.lock();
        try {
            if (state.filter(from::equals).isEmpty()) {
                nodes.clear();
            }
            state = Optional.of(to);
            for (MobileNodeBindings bindings : after) {
                nodes.remove(bindings.mobileNodeIdentifier());
                if (isKept(bindings)) {
                    nodes.put(bindings.mobileNodeIdentifier(), bindings);
                }
            }
            var eldest = nodes.keySet().iterator();
            while (nodes.size() > MOST) {
                eldest.next();
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isKept(MobileNodeBindings bindings) {
        if (bindings.isEmpty() || !bindings.outstanding().isEmpty()) {
            return false;
        }
        for (BindingCacheEntry entry : bindings.entries()) {
            if (!entry.flowMobility().isEmpty() || entry.revocation().isPresent()) {
                return false;
            }
        }
        return true;
    }
}
