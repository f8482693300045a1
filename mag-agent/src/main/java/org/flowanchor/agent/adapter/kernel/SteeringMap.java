package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One map or set of the steering table: what the kernel has, and the changes to what it should have. A changed value is delete and add
 * in one transaction, so no packet meets the gap.
 */
final class SteeringMap<K, V> {
    /** Between typed entries and elements. */
    interface Codec<K, V> {
        Collection<SetElement> encode(K key, V value);

        /** All entries of a set; what it does not understand it leaves out. */
        Map<K, V> decode(List<SetElement> elements);
    }

    private final String name;
    private final Codec<K, V> codec;
    private final int most;
    /** Which of those that cannot all be there come first. */
    private final Comparator<? super K> order;

    private Map<K, V> actual = new HashMap<>();
    /** Desired, and not there for want of room; in their order. */
    private final NavigableMap<K, V> waiting;

    private Map<K, V> pending = new HashMap<>();
    /** Not null: of all keys only these change, to what is pending. */
    private @Nullable Set<K> pendingKeys;

    /** @param most entries for which there is room */
    SteeringMap(String name, Codec<K, V> codec, int most, Comparator<? super K> order) {
        this.name = name;
        this.codec = codec;
        this.most = most;
        this.order = order;
        waiting = new TreeMap<>(order);
    }

    String name() {
        return name;
    }

    /** Whether it is there, or waits for room. */
    boolean isDesired(K key) {
        return actual.containsKey(key) || waiting.containsKey(key);
    }

    /** How many desired entries are not there for want of room. */
    int withoutRoom() {
        return waiting.size();
    }

    /**
     * Of a whole state what there is room for: what is there stays, others come in their order. The rest waits until {@link #change} or
     * another whole state finds room.
     */
    Map<K, V> fitting(Map<K, V> desired) {
        waiting.clear();
        if (desired.size() <= most) {
            return desired;
        }
        Map<K, V> fitting = HashMap.newHashMap(most);
        List<K> others = new ArrayList<>();
        desired.forEach((key, value) -> {
            if (fitting.size() < most && actual.containsKey(key)) {
                fitting.put(key, value);
            } else {
                others.add(key);
            }
        });
        others.sort(order);
        for (K key : others) {
            V value = Objects.requireNonNull(desired.get(key));
            if (fitting.size() < most) {
                fitting.put(key, value);
            } else {
                waiting.put(key, value);
            }
        }
        return fitting;
    }

    /** A set that is not there has nothing. */
    void observe(TableReader reader) throws SystemCallException {
        try {
            actual = codec.decode(reader.elements(name));
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            observeEmpty();
        }
    }

    /** What was committed beside what the kernel has now; what was observed stays as it is. */
    void compare(TableReader reader, KernelComparison comparison) throws SystemCallException {
        Map<K, V> present;
        try {
            present = codec.decode(reader.elements(name));
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            comparison.add("map", name, Condition.MISSING, "");
            return;
        }
        long missing = actual.entrySet().stream()
                .filter(entry -> !Objects.equals(present.get(entry.getKey()), entry.getValue()))
                .count();
        long undesired = present.keySet().stream()
                .filter(key -> !actual.containsKey(key))
                .count();
        comparison.add(
                "map",
                name,
                missing > 0 ? Condition.MISSING : undesired > 0 ? Condition.UNDESIRED : Condition.PRESENT,
                elements(present.size())
                        + (missing > 0 ? ", " + missing + " missing" : "")
                        + (undesired > 0 ? ", " + undesired + " undesired" : ""));
    }

    /** As observed, where nothing changed since. */
    void describe(KernelComparison comparison) {
        comparison.add("map", name, Condition.PRESENT, elements(actual.size()));
    }

    private static String elements(int count) {
        return count + (count == 1 ? " element" : " elements");
    }

    /** The table was made anew: it has nothing. */
    void observeEmpty() {
        actual = new HashMap<>();
    }

    Map<K, V> actual() {
        return actual;
    }

    /** Adds what is to be deleted; additions follow with {@link #add}, so that overlapping ranges can change places. */
    void delete(Map<K, V> desired, Transaction transaction) {
        List<SetElement> elements = new ArrayList<>();
        actual.forEach((key, value) -> {
            if (!Objects.equals(desired.get(key), value)) {
                elements.addAll(codec.encode(key, value));
            }
        });
        transaction.deleteElements(name, elements);
    }

    void add(Map<K, V> desired, Transaction transaction) {
        List<SetElement> elements = new ArrayList<>();
        desired.forEach((key, value) -> {
            if (!value.equals(actual.get(key))) {
                elements.addAll(codec.encode(key, value));
            }
        });
        transaction.addElements(name, elements);
        pending = desired;
        pendingKeys = null;
    }

    /**
     * Like {@link #delete} and {@link #add}, where only {@code keys} may differ: what is not desired of them goes. Where room becomes free,
     * what waits for it comes, too.
     */
    void change(Set<K> keys, Map<K, V> desired, Transaction transaction) {
        List<SetElement> gone = new ArrayList<>();
        List<SetElement> come = new ArrayList<>();
        List<K> added = new ArrayList<>();
        int room = most - actual.size();
        for (K key : keys) {
            V before = actual.get(key);
            V after = desired.get(key);
            waiting.remove(key);
            if (!Objects.equals(before, after)) {
                if (before != null) {
                    gone.addAll(codec.encode(key, before));
                    room += after == null ? 1 : 0;
                }
                if (before != null && after != null) {
                    come.addAll(codec.encode(key, after));
                } else if (after != null) {
                    added.add(key);
                }
            }
        }
        pending = desired;
        pendingKeys = keys;
        if (added.size() > room || !waiting.isEmpty()) {
            added.forEach(key -> waiting.put(key, Objects.requireNonNull(desired.get(key))));
            added.clear();
            pending = new HashMap<>(desired);
            pendingKeys = new HashSet<>(keys);
            pending.keySet().removeAll(waiting.keySet());
            for (; room > 0 && !waiting.isEmpty(); room--) {
                Map.Entry<K, V> first = waiting.pollFirstEntry();
                added.add(first.getKey());
                pending.put(first.getKey(), first.getValue());
                pendingKeys.add(first.getKey());
            }
        }
        for (K key : added) {
            come.addAll(codec.encode(key, Objects.requireNonNull(pending.get(key))));
        }
        transaction.deleteElements(name, gone);
        transaction.addElements(name, come);
    }

    /** The transaction was taken. */
    void committed() {
        if (pendingKeys != null) {
            actual.keySet().removeAll(pendingKeys);
            actual.putAll(pending);
            pending = actual;
            pendingKeys = null;
        } else if (pending != actual) {
            actual = new HashMap<>(pending);
            // Not kept beside its copy: it may be large.
            pending = actual;
        }
    }
}
