package org.flowanchor.binding.domain;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * All entries of one mobile node at one anchor, the messages about it that gateways have not answered, and what its subscriber profile
 * says, of one moment: the unit of decision.
 * Immutable; only {@link #replay} makes the next state.
 */
public final class MobileNodeBindings {
    /** BID-PRI, then BID (RFC 6089 section 4.1: lower is preferred). */
    static final Comparator<BindingCacheEntry> BY_PREFERENCE = Comparator.comparingInt(
                    BindingCacheEntry::bindingPriority)
            .thenComparing(BindingCacheEntry::bindingIdentifier);

    private final MobileNodeIdentifier mobileNodeIdentifier;
    private final SortedMap<BindingIdentifier, BindingCacheEntry> entries;
    private final SortedMap<OutstandingMessage.Key, OutstandingMessage> outstanding;
    private final Optional<MobileNodeProfile> subscriber;

    private MobileNodeBindings(
            MobileNodeIdentifier mobileNodeIdentifier,
            SortedMap<BindingIdentifier, BindingCacheEntry> entries,
            SortedMap<OutstandingMessage.Key, OutstandingMessage> outstanding,
            Optional<MobileNodeProfile> subscriber) {
        this.mobileNodeIdentifier = mobileNodeIdentifier;
        this.entries = Collections.unmodifiableSortedMap(entries);
        this.outstanding = Collections.unmodifiableSortedMap(outstanding);
        this.subscriber = subscriber;
    }

    public static MobileNodeBindings none(MobileNodeIdentifier mobileNodeIdentifier) {
        return new MobileNodeBindings(mobileNodeIdentifier, new TreeMap<>(), new TreeMap<>(), Optional.empty());
    }

    /** Without unanswered messages. */
    public static MobileNodeBindings of(
            MobileNodeIdentifier mobileNodeIdentifier, Collection<BindingCacheEntry> entries) {
        return of(mobileNodeIdentifier, entries, List.of());
    }

    /** @throws IllegalArgumentException when an entry is another node's, or two have one identifier */
    public static MobileNodeBindings of(
            MobileNodeIdentifier mobileNodeIdentifier,
            Collection<BindingCacheEntry> entries,
            Collection<OutstandingMessage> outstanding) {
        SortedMap<BindingIdentifier, BindingCacheEntry> byIdentifier = new TreeMap<>();
        for (BindingCacheEntry entry : entries) {
            if (!entry.mobileNodeIdentifier().equals(mobileNodeIdentifier)) {
                throw new IllegalArgumentException("an entry of another mobile node");
            }
            if (byIdentifier.put(entry.bindingIdentifier(), entry) != null) {
                throw new IllegalArgumentException("two entries with binding identifier " + entry.bindingIdentifier());
            }
        }
        SortedMap<OutstandingMessage.Key, OutstandingMessage> byKey = new TreeMap<>();
        outstanding.forEach(message -> byKey.put(message.key(), message));
        return new MobileNodeBindings(mobileNodeIdentifier, byIdentifier, byKey, Optional.empty());
    }

    /** With the profile the node has as a subscriber; empty: it is nobody's. */
    public MobileNodeBindings with(Optional<MobileNodeProfile> profile) {
        return new MobileNodeBindings(mobileNodeIdentifier, entries, outstanding, profile);
    }

    /** Empty: nobody's subscriber. */
    public Optional<MobileNodeProfile> subscriber() {
        return subscriber;
    }

    /** The state after {@code record}; live and on load alike. */
    public MobileNodeBindings replay(BindingRecord record) {
        return switch (record) {
            case BindingRecord.EntryWritten written -> {
                if (!written.entry().mobileNodeIdentifier().equals(mobileNodeIdentifier)) {
                    throw new IllegalArgumentException("an entry of another mobile node");
                }
                SortedMap<BindingIdentifier, BindingCacheEntry> next = new TreeMap<>(entries);
                BindingCacheEntry previous = next.put(written.entry().bindingIdentifier(), written.entry());
                if (previous != null
                        && !previous.homeNetworkPrefixes()
                                .equals(written.entry().homeNetworkPrefixes())) {
                    throw new IllegalArgumentException("an entry keeps the prefixes it was opened with");
                }
                yield new MobileNodeBindings(mobileNodeIdentifier, next, outstanding, subscriber);
            }
            case BindingRecord.EntryRemoved removed -> {
                SortedMap<BindingIdentifier, BindingCacheEntry> next = new TreeMap<>(entries);
                next.remove(removed.bindingIdentifier());
                yield new MobileNodeBindings(mobileNodeIdentifier, next, outstanding, subscriber);
            }
            case BindingRecord.MessageSent sent -> {
                SortedMap<OutstandingMessage.Key, OutstandingMessage> waiting = new TreeMap<>(outstanding);
                waiting.put(sent.message().key(), sent.message());
                yield new MobileNodeBindings(mobileNodeIdentifier, entries, waiting, subscriber);
            }
            case BindingRecord.MessageSettled settled -> {
                SortedMap<OutstandingMessage.Key, OutstandingMessage> waiting = new TreeMap<>(outstanding);
                waiting.remove(settled.key());
                yield new MobileNodeBindings(mobileNodeIdentifier, entries, waiting, subscriber);
            }
        };
    }

    public MobileNodeBindings replay(Iterable<BindingRecord> records) {
        MobileNodeBindings bindings = this;
        for (BindingRecord record : records) {
            bindings = bindings.replay(record);
        }
        return bindings;
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

    /** Messages that gateways have not answered. */
    public Collection<OutstandingMessage> outstanding() {
        return outstanding.values();
    }

    public Optional<OutstandingMessage> outstanding(ProxyCareOfAddress gateway, MessageKind kind) {
        return Optional.ofNullable(outstanding.get(new OutstandingMessage.Key(gateway, kind)));
    }

    /** Active entries at a gateway, the most preferred first. */
    List<BindingCacheEntry> activeAt(ProxyCareOfAddress gateway) {
        return entries.values().stream()
                .filter(entry -> entry.isActive() && entry.isAt(gateway))
                .sorted(BY_PREFERENCE)
                .toList();
    }

    /** Whether an entry at another gateway than {@code except} anchors the prefix. */
    boolean anchorsBeside(HomeNetworkPrefix prefix, ProxyCareOfAddress except) {
        return entries.values().stream().anyMatch(entry -> !entry.isAt(except) && entry.holds(prefix));
    }

    /** Whether some entry holds the prefix. */
    public boolean holds(HomeNetworkPrefix prefix) {
        for (BindingCacheEntry entry : entries.values()) {
            if (entry.holds(prefix)) {
                return true;
            }
        }
        return false;
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

    /** The prefix set that a session which shares prefixes gets: that of the preferred session with permanent ones. */
    Optional<List<HomeNetworkPrefix>> shareable() {
        return entries.values().stream()
                .filter(entry -> entry.prefixKind() == PrefixKind.PERMANENT)
                .min(BY_PREFERENCE)
                .map(BindingCacheEntry::homeNetworkPrefixes);
    }

    /** The prefix that all sessions with permanent ones have in common, the lowest of several. */
    Optional<HomeNetworkPrefix> common() {
        return shareable().stream()
                .flatMap(List::stream)
                .filter(prefix -> entries.values().stream()
                        .filter(entry -> entry.prefixKind() == PrefixKind.PERMANENT)
                        .allMatch(entry -> entry.holds(prefix)))
                .min(Comparator.naturalOrder());
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
                && entries.equals(that.entries)
                && outstanding.equals(that.outstanding);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return mobileNodeIdentifier + " " + entries.values()
                + (outstanding.isEmpty() ? "" : " " + outstanding.values());
    }
}
