package org.flowanchor.binding.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.binding.domain.PrefixHolders;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.PrefixSupplier;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * The touched mobile nodes of one transaction, before and after. Decisions replay their records here in order; the store then writes
 * the net difference, so what is stored depends on the two states and not on the path between them.
 */
public final class BindingTransaction {
    private final SortedMap<MobileNodeIdentifier, MobileNodeBindings> before;
    private final SortedMap<MobileNodeIdentifier, MobileNodeBindings> after;
    private final Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> holders;
    private final PrefixSupplier supplier;
    private final Collection<PrefixPool> pools;

    /** What entries got in this transaction, by the supplier or by a gateway's proposal. */
    private final Set<HomeNetworkPrefix> got = new HashSet<>();

    /** Whose the prefixes are, after what was decided so far, that changed hands. */
    private final Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> changedHands = new HashMap<>();

    private final Map<MobileNodeIdentifier, String> traceparents = new HashMap<>();
    private Optional<String> cause = Optional.empty();
    private boolean confirmed;

    /** A prefix and the mobile node it is given to or taken from. */
    public record Assignment(HomeNetworkPrefix prefix, MobileNodeIdentifier mobileNodeIdentifier) {}

    /** A prefix of an entry. */
    public record Holding(
            MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier, HomeNetworkPrefix prefix) {}

    /** @param pools of the anchor, from which gateways may propose */
    public BindingTransaction(
            Collection<MobileNodeBindings> loaded,
            Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> holders,
            PrefixSupplier supplier,
            Collection<PrefixPool> pools) {
        this.before = new TreeMap<>();
        loaded.forEach(bindings -> before.put(bindings.mobileNodeIdentifier(), bindings));
        this.after = new TreeMap<>(before);
        this.holders = Map.copyOf(holders);
        this.supplier = supplier;
        this.pools = pools;
    }

    public SortedSet<MobileNodeIdentifier> mobileNodes() {
        return new TreeSet<>(before.keySet());
    }

    /** @throws IllegalArgumentException when the node is not part of the transaction */
    public MobileNodeBindings bindings(MobileNodeIdentifier mobileNode) {
        MobileNodeBindings bindings = after.get(mobileNode);
        if (bindings == null) {
            throw new IllegalArgumentException("mobile node is not part of this transaction");
        }
        return bindings;
    }

    public PrefixHolders holders() {
        return new PrefixHolders() {
            @Override
            public Optional<PrefixHolder> holder(HomeNetworkPrefix prefix) {
                PrefixHolders.PrefixHolder now = changedHands.get(prefix);
                return Optional.ofNullable(now == null ? holders.get(prefix) : now);
            }

            @Override
            public boolean isServed(HomeNetworkPrefix prefix, PrefixKind kind, ProxyCareOfAddress gateway) {
                return pools.stream().anyMatch(pool -> pool.isMember(prefix) && pool.serves(kind, gateway));
            }

            @Override
            public boolean isFree(
                    HomeNetworkPrefix prefix,
                    MobileNodeIdentifier mobileNode,
                    PrefixKind kind,
                    ProxyCareOfAddress gateway) {
                return !got.contains(prefix)
                        && isServed(prefix, kind, gateway)
                        && holder(prefix)
                                .map(holder -> holder.rested()
                                        && holder.keptFor()
                                                .map(mobileNode::equals)
                                                .orElse(true))
                                .orElse(true);
            }
        };
    }

    /** Leaves out what a gateway proposed, which the supplier cannot know. */
    public PrefixSupplier supplier() {
        return (kind, gateway) -> {
            Optional<HomeNetworkPrefix> next = supplier.next(kind, gateway);
            while (next.filter(got::contains).isPresent()) {
                next = supplier.next(kind, gateway);
            }
            return next;
        };
    }

    /** What is replayed from now on is the outcome of a message with this trace context. */
    public void causedBy(Optional<String> traceparent) {
        cause = traceparent;
    }

    /**
     * What was decided on matters even where nothing changes: decisions of others on an earlier state, that are not written yet, come to
     * nothing and are made anew.
     */
    public void confirm() {
        confirmed = true;
    }

    public boolean isConfirmed() {
        return confirmed;
    }

    /** Trace context of the last message that changed the node. */
    public Optional<String> traceparent(MobileNodeIdentifier mobileNode) {
        return Optional.ofNullable(traceparents.get(mobileNode));
    }

    public void replay(MobileNodeIdentifier mobileNode, List<BindingRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        cause.ifPresentOrElse(
                traceparent -> traceparents.put(mobileNode, traceparent), () -> traceparents.remove(mobileNode));
        MobileNodeBindings before = bindings(mobileNode);
        MobileNodeBindings bindings = before;
        for (BindingRecord record : records) {
            if (record instanceof BindingRecord.EntryWritten(BindingCacheEntry entry)) {
                noteNewPrefixes(bindings, entry);
            }
            bindings = bindings.replay(record);
        }
        if (!bindings.holdsTheSamePrefixes(before)) {
            for (HomeNetworkPrefix prefix : before.homeNetworkPrefixes()) {
                changedHands.put(prefix, new PrefixHolders.PrefixHolder(mobileNode, true));
            }
            for (HomeNetworkPrefix prefix : bindings.homeNetworkPrefixes()) {
                changedHands.put(prefix, new PrefixHolders.PrefixHolder(mobileNode, false));
            }
        }
        after.put(mobileNode, bindings);
    }

    private void noteNewPrefixes(MobileNodeBindings bindings, BindingCacheEntry entry) {
        List<HomeNetworkPrefix> before = bindings.entry(entry.bindingIdentifier())
                .map(BindingCacheEntry::homeNetworkPrefixes)
                .orElse(List.of());
        for (HomeNetworkPrefix prefix : entry.homeNetworkPrefixes()) {
            if (!before.contains(prefix)) {
                got.add(prefix);
            }
        }
    }

    /** Net changes by mobile node and binding identifier. */
    public List<BindingChange> changes() {
        List<BindingChange> changes = new ArrayList<>();
        after.forEach((mobileNode, now) -> {
            MobileNodeBindings then = bindingsBefore(mobileNode);
            if (then == now) {
                return;
            }
            for (BindingCacheEntry entry : then.entries()) {
                if (now.entry(entry.bindingIdentifier()).isEmpty()) {
                    changes.add(new BindingChange.Removed(mobileNode, entry.bindingIdentifier()));
                }
            }
            for (BindingCacheEntry entry : now.entries()) {
                Optional<BindingCacheEntry> previous = then.entry(entry.bindingIdentifier());
                if (!previous.equals(Optional.of(entry))) {
                    changes.add(new BindingChange.Written(entry, previous.isEmpty()));
                }
            }
        });
        return changes;
    }

    /** Net changes of the messages gateways have not answered. */
    public List<MessageChange> messageChanges() {
        List<MessageChange> changes = new ArrayList<>();
        after.forEach((mobileNode, now) -> {
            MobileNodeBindings then = bindingsBefore(mobileNode);
            if (then == now) {
                return;
            }
            for (OutstandingMessage message : then.outstanding()) {
                Optional<OutstandingMessage> next =
                        now.outstanding(message.key().gateway(), message.key().kind());
                if (next.filter(one -> one.sequenceNumber().equals(message.sequenceNumber()))
                        .isEmpty()) {
                    changes.add(new MessageChange.Settled(mobileNode, message));
                }
            }
            for (OutstandingMessage message : now.outstanding()) {
                if (message.sequenceNumber().isEmpty()) {
                    changes.add(new MessageChange.Written(mobileNode, message));
                } else if (!then.outstanding(
                                message.key().gateway(), message.key().kind())
                        .equals(Optional.of(message))) {
                    changes.add(new MessageChange.Repeated(mobileNode, message));
                }
            }
        });
        return changes;
    }

    /** Prefixes a node holds now and did not hold before. */
    public List<Assignment> assigned() {
        return difference(after, before);
    }

    /** Prefixes a node held before and holds no more. */
    public List<Assignment> released() {
        return difference(before, after);
    }

    /** Prefixes that entries hold now and did not hold before. */
    public List<Holding> taken() {
        return holdings(after, before);
    }

    /** Prefixes that entries which are still there do not hold any more. */
    public List<Holding> given() {
        return holdings(before, after).stream()
                .filter(holding -> bindings(holding.mobileNodeIdentifier())
                        .entry(holding.bindingIdentifier())
                        .isPresent())
                .toList();
    }

    private static List<Holding> holdings(
            SortedMap<MobileNodeIdentifier, MobileNodeBindings> of,
            SortedMap<MobileNodeIdentifier, MobileNodeBindings> without) {
        List<Holding> holdings = new ArrayList<>();
        of.forEach((mobileNode, bindings) -> {
            MobileNodeBindings others = without.getOrDefault(mobileNode, MobileNodeBindings.none(mobileNode));
            if (bindings == others) {
                return;
            }
            for (BindingCacheEntry entry : bindings.entries()) {
                List<HomeNetworkPrefix> already = others.entry(entry.bindingIdentifier())
                        .map(BindingCacheEntry::homeNetworkPrefixes)
                        .orElse(List.of());
                for (HomeNetworkPrefix prefix : entry.homeNetworkPrefixes()) {
                    if (!already.contains(prefix)) {
                        holdings.add(new Holding(mobileNode, entry.bindingIdentifier(), prefix));
                    }
                }
            }
        });
        return holdings;
    }

    private MobileNodeBindings bindingsBefore(MobileNodeIdentifier mobileNode) {
        return before.getOrDefault(mobileNode, MobileNodeBindings.none(mobileNode));
    }

    private static List<Assignment> difference(
            SortedMap<MobileNodeIdentifier, MobileNodeBindings> of,
            SortedMap<MobileNodeIdentifier, MobileNodeBindings> without) {
        List<Assignment> assignments = new ArrayList<>();
        of.forEach((mobileNode, bindings) -> {
            MobileNodeBindings others = without.getOrDefault(mobileNode, MobileNodeBindings.none(mobileNode));
            if (bindings == others || bindings.holdsTheSamePrefixes(others)) {
                return;
            }
            SortedSet<HomeNetworkPrefix> prefixes = bindings.homeNetworkPrefixes();
            prefixes.removeAll(others.homeNetworkPrefixes());
            prefixes.forEach(prefix -> assignments.add(new Assignment(prefix, mobileNode)));
        });
        return assignments;
    }
}
