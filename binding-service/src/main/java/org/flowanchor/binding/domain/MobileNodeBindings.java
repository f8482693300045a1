package org.flowanchor.binding.domain;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** All entries of one mobile node at one anchor: the unit of decision. Immutable; only {@link #replay} makes the next state. */
public final class MobileNodeBindings {
    private final MobileNodeIdentifier mobileNodeIdentifier;
    private final SortedMap<BindingIdentifier, BindingCacheEntry> entries;

    private MobileNodeBindings(
            MobileNodeIdentifier mobileNodeIdentifier, SortedMap<BindingIdentifier, BindingCacheEntry> entries) {
        this.mobileNodeIdentifier = mobileNodeIdentifier;
        this.entries = Collections.unmodifiableSortedMap(entries);
    }

    public static MobileNodeBindings none(MobileNodeIdentifier mobileNodeIdentifier) {
        return new MobileNodeBindings(mobileNodeIdentifier, new TreeMap<>());
    }

    /** @throws IllegalArgumentException when an entry is another node's, or two have one identifier */
    public static MobileNodeBindings of(
            MobileNodeIdentifier mobileNodeIdentifier, Collection<BindingCacheEntry> entries) {
        SortedMap<BindingIdentifier, BindingCacheEntry> byIdentifier = new TreeMap<>();
        for (BindingCacheEntry entry : entries) {
            if (!entry.mobileNodeIdentifier().equals(mobileNodeIdentifier)) {
                throw new IllegalArgumentException("an entry of another mobile node");
            }
            if (byIdentifier.put(entry.bindingIdentifier(), entry) != null) {
                throw new IllegalArgumentException("two entries with binding identifier " + entry.bindingIdentifier());
            }
        }
        return new MobileNodeBindings(mobileNodeIdentifier, byIdentifier);
    }

    /** The state after {@code record}; live and on load alike. */
    public MobileNodeBindings replay(BindingRecord record) {
        SortedMap<BindingIdentifier, BindingCacheEntry> next = new TreeMap<>(entries);
        switch (record) {
            case BindingRecord.EntryWritten written -> {
                if (!written.entry().mobileNodeIdentifier().equals(mobileNodeIdentifier)) {
                    throw new IllegalArgumentException("an entry of another mobile node");
                }
                BindingCacheEntry previous = next.put(written.entry().bindingIdentifier(), written.entry());
                if (previous != null
                        && !previous.homeNetworkPrefixes()
                                .equals(written.entry().homeNetworkPrefixes())) {
                    throw new IllegalArgumentException("an entry keeps the prefixes it was opened with");
                }
            }
            case BindingRecord.EntryRemoved removed -> next.remove(removed.bindingIdentifier());
        }
        return new MobileNodeBindings(mobileNodeIdentifier, next);
    }

    public MobileNodeIdentifier mobileNodeIdentifier() {
        return mobileNodeIdentifier;
    }

    /** By binding identifier, ascending. */
    public Collection<BindingCacheEntry> entries() {
        return entries.values();
    }

    public Optional<BindingCacheEntry> entry(BindingIdentifier identifier) {
        return Optional.ofNullable(entries.get(identifier));
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Every prefix some entry holds. */
    public SortedSet<HomeNetworkPrefix> homeNetworkPrefixes() {
        SortedSet<HomeNetworkPrefix> prefixes = new TreeSet<>();
        entries.values().forEach(entry -> prefixes.addAll(entry.homeNetworkPrefixes()));
        return prefixes;
    }

    /** Whether each entry is there in both, with the same prefixes. */
    public boolean holdsTheSamePrefixes(MobileNodeBindings other) {
        if (!entries.keySet().equals(other.entries.keySet())) {
            return false;
        }
        for (BindingCacheEntry entry : entries.values()) {
            BindingCacheEntry counterpart = other.entries.get(entry.bindingIdentifier());
            if (counterpart == null || !entry.homeNetworkPrefixes().equals(counterpart.homeNetworkPrefixes())) {
                return false;
            }
        }
        return true;
    }

    BindingIdentifier smallestFreeIdentifier() {
        int free = 1;
        for (BindingIdentifier used : entries.keySet()) {
            if (used.value() != free) {
                break;
            }
            free++;
        }
        return new BindingIdentifier(free);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MobileNodeBindings that
                && mobileNodeIdentifier.equals(that.mobileNodeIdentifier)
                && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return mobileNodeIdentifier + " " + entries.values();
    }
}
