package org.flowanchor.binding.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
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
    /** In ascending order: what is written is locked in it. */
    private final List<Node> nodes;

    private final Map<MobileNodeIdentifier, Node> byIdentifier;
    private final Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> holders;
    private final PrefixSupplier supplier;
    private final Collection<PrefixPool> pools;

    /** What entries got in this transaction, by the supplier or by a gateway's proposal. */
    private final Set<HomeNetworkPrefix> got = new HashSet<>();

    /** Whose the prefixes are, after what was decided so far, that changed hands. */
    private final Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> changedHands = new HashMap<>();

    private final Map<RepeatableRequest<?>, Optional<Object>> answeredBefore;
    private final Map<RepeatableRequest<?>, Object> answers = new LinkedHashMap<>();

    private final Map<MobileNodeIdentifier, String> traceparents = new HashMap<>();
    private Optional<String> cause = Optional.empty();
    private boolean confirmed;

    /** A mobile node, before and after what was decided so far. */
    private static final class Node {
        private final MobileNodeIdentifier identifier;
        private final MobileNodeBindings before;
        private MobileNodeBindings after;
        private boolean prefixesTouched;
        /** What the node had after each decision that changed its prefixes. */
        private final Set<HomeNetworkPrefix> held = new HashSet<>(0);

        Node(MobileNodeBindings before) {
            this.identifier = before.mobileNodeIdentifier();
            this.before = before;
            this.after = before;
        }

        boolean isChanged() {
            return before != after;
        }

        boolean holdsOtherPrefixes() {
            return prefixesTouched && !before.holdsTheSamePrefixes(after);
        }
    }

    /** A prefix and the mobile node it is given to or taken from. */
    public record Assignment(HomeNetworkPrefix prefix, MobileNodeIdentifier mobileNodeIdentifier) {}

    /** A prefix of an entry. */
    public record Holding(
            MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier, HomeNetworkPrefix prefix) {}

    /**
     * @param pools of the anchor, from which gateways may propose
     * @param answeredBefore requests that were carried out, with their answers; without one: another request has their key
     */
    public BindingTransaction(
            Collection<MobileNodeBindings> loaded,
            Map<HomeNetworkPrefix, PrefixHolders.PrefixHolder> holders,
            PrefixSupplier supplier,
            Collection<PrefixPool> pools,
            Map<RepeatableRequest<?>, Optional<Object>> answeredBefore) {
        this.nodes = new ArrayList<>(loaded.size());
        this.byIdentifier = HashMap.newHashMap(loaded.size());
        for (MobileNodeBindings bindings : loaded) {
            Node node = new Node(bindings);
            nodes.add(node);
            byIdentifier.put(node.identifier, node);
        }
        nodes.sort(Comparator.comparing(node -> node.identifier));
        this.holders = Map.copyOf(holders);
        this.supplier = supplier;
        this.pools = pools;
        this.answeredBefore = Map.copyOf(answeredBefore);
    }

    public SortedSet<MobileNodeIdentifier> mobileNodes() {
        SortedSet<MobileNodeIdentifier> identifiers = new TreeSet<>();
        nodes.forEach(node -> identifiers.add(node.identifier));
        return identifiers;
    }

    /** All nodes after what was decided so far. */
    public List<MobileNodeBindings> after() {
        List<MobileNodeBindings> after = new ArrayList<>(nodes.size());
        nodes.forEach(node -> after.add(node.after));
        return after;
    }

    /** @throws IllegalArgumentException when the node is not part of the transaction */
    public MobileNodeBindings bindings(MobileNodeIdentifier mobileNode) {
        return node(mobileNode).after;
    }

    private Node node(MobileNodeIdentifier mobileNode) {
        Node node = byIdentifier.get(mobileNode);
        if (node == null) {
            throw new IllegalArgumentException("mobile node is not part of this transaction");
        }
        return node;
    }

    public PrefixHolders holders() {
        return new PrefixHolders() {
            @Override
            public Optional<PrefixHolder> holder(HomeNetworkPrefix prefix) {
                PrefixHolders.PrefixHolder now = changedHands.get(prefix);
                return Optional.ofNullable(now == null ? holders.get(prefix) : now);
            }

            @Override
            public boolean isOfKind(HomeNetworkPrefix prefix, PrefixKind kind) {
                return pools.stream().filter(pool -> pool.isMember(prefix)).allMatch(pool -> pool.kind() == kind);
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

    /** How the request was answered, in this transaction or in one before it; empty: it is to be carried out. */
    public <A> Optional<A> answered(RepeatableRequest<A> request) {
        return Optional.ofNullable(answers.get(request))
                .or(() -> answeredBefore.getOrDefault(request, Optional.empty()))
                .map(request.answerType()::cast);
    }

    /** The key of an operator's request, when another request took it, in this transaction or in one before it. */
    public Optional<IdempotencyKey> takenKey(RepeatableRequest<?> request) {
        if (!(request instanceof OperatorRequest operator)) {
            return Optional.empty();
        }
        Optional<Object> before = answeredBefore.get(request);
        boolean taken =
                before != null && before.isEmpty() || answers.keySet().stream().anyMatch(operator::takesKeyOf);
        return taken ? Optional.of(operator.key()) : Optional.empty();
    }

    /** The request is carried out in this transaction: the answer is stored with it. */
    public <A> void answer(RepeatableRequest<A> request, A answer) {
        answers.put(request, answer);
    }

    /** Requests that are carried out in this transaction, with their answers. */
    public Map<RepeatableRequest<?>, Object> answers() {
        return Collections.unmodifiableMap(answers);
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
        Node node = node(mobileNode);
        MobileNodeBindings before = node.after;
        MobileNodeBindings bindings = before;
        for (BindingRecord record : records) {
            if (record instanceof BindingRecord.EntryWritten(BindingCacheEntry entry)) {
                noteNewPrefixes(bindings, entry);
            }
            bindings = bindings.replay(record);
        }
        if (!bindings.holdsTheSamePrefixes(before)) {
            node.prefixesTouched = true;
            node.held.addAll(bindings.homeNetworkPrefixes());
            for (HomeNetworkPrefix prefix : before.homeNetworkPrefixes()) {
                changedHands.put(prefix, new PrefixHolders.PrefixHolder(mobileNode, true));
            }
            for (HomeNetworkPrefix prefix : bindings.homeNetworkPrefixes()) {
                changedHands.put(prefix, new PrefixHolders.PrefixHolder(mobileNode, false));
            }
        }
        node.after = bindings;
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
        List<BindingChange> changes = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            if (!node.isChanged()) {
                continue;
            }
            for (BindingCacheEntry entry : node.before.entries()) {
                if (node.after.entry(entry.bindingIdentifier()).isEmpty()) {
                    changes.add(new BindingChange.Removed(node.identifier, entry.bindingIdentifier()));
                }
            }
            for (BindingCacheEntry entry : node.after.entries()) {
                Optional<BindingCacheEntry> previous = node.before.entry(entry.bindingIdentifier());
                if (!previous.equals(Optional.of(entry))) {
                    changes.add(new BindingChange.Written(entry, previous.isEmpty()));
                }
            }
        }
        return changes;
    }

    /** Net changes of the messages gateways have not answered. */
    public List<MessageChange> messageChanges() {
        List<MessageChange> changes = new ArrayList<>();
        for (Node node : nodes) {
            if (!node.isChanged()) {
                continue;
            }
            for (OutstandingMessage message : node.before.outstanding()) {
                Optional<OutstandingMessage> next = node.after.outstanding(
                        message.key().gateway(), message.key().kind());
                if (next.filter(one -> one.sequenceNumber().equals(message.sequenceNumber()))
                        .isEmpty()) {
                    changes.add(new MessageChange.Settled(node.identifier, message));
                }
            }
            for (OutstandingMessage message : node.after.outstanding()) {
                if (message.sequenceNumber().isEmpty()) {
                    changes.add(new MessageChange.Written(node.identifier, message));
                } else if (!node.before
                        .outstanding(message.key().gateway(), message.key().kind())
                        .equals(Optional.of(message))) {
                    changes.add(new MessageChange.Repeated(node.identifier, message));
                }
            }
        }
        return changes;
    }

    /** Prefixes a node holds now and did not hold before. */
    public List<Assignment> assigned() {
        List<Assignment> assigned = new ArrayList<>();
        nodes.forEach(node -> addDifference(node, node.after, node.before, assigned));
        return assigned;
    }

    /** Prefixes a node held before and holds no more. */
    public List<Assignment> released() {
        List<Assignment> released = new ArrayList<>();
        nodes.forEach(node -> addDifference(node, node.before, node.after, released));
        return released;
    }

    /** Prefixes a node was given and gave up again: to others they are what it released. */
    public List<Assignment> assignedAndReleased() {
        List<Assignment> both = new ArrayList<>();
        for (Node node : nodes) {
            if (node.prefixesTouched) {
                SortedSet<HomeNetworkPrefix> prefixes = new TreeSet<>(node.held);
                prefixes.removeAll(node.before.homeNetworkPrefixes());
                prefixes.removeAll(node.after.homeNetworkPrefixes());
                prefixes.forEach(prefix -> both.add(new Assignment(prefix, node.identifier)));
            }
        }
        return both;
    }

    private static void addDifference(
            Node node, MobileNodeBindings of, MobileNodeBindings without, List<Assignment> assignments) {
        if (!node.holdsOtherPrefixes()) {
            return;
        }
        SortedSet<HomeNetworkPrefix> prefixes = of.homeNetworkPrefixes();
        prefixes.removeAll(without.homeNetworkPrefixes());
        prefixes.forEach(prefix -> assignments.add(new Assignment(prefix, node.identifier)));
    }

    /** Prefixes that entries hold now and did not hold before. */
    public List<Holding> taken() {
        List<Holding> taken = new ArrayList<>();
        nodes.forEach(node -> addHoldings(node, node.after, node.before, taken));
        return taken;
    }

    /** Prefixes that entries which are still there do not hold any more. */
    public List<Holding> given() {
        List<Holding> given = new ArrayList<>();
        nodes.forEach(node -> addHoldings(node, node.before, node.after, given));
        given.removeIf(holding -> bindings(holding.mobileNodeIdentifier())
                .entry(holding.bindingIdentifier())
                .isEmpty());
        return given;
    }

    private static void addHoldings(
            Node node, MobileNodeBindings of, MobileNodeBindings without, List<Holding> holdings) {
        if (!node.holdsOtherPrefixes()) {
            return;
        }
        for (BindingCacheEntry entry : of.entries()) {
            List<HomeNetworkPrefix> already = without.entry(entry.bindingIdentifier())
                    .map(BindingCacheEntry::homeNetworkPrefixes)
                    .orElse(List.of());
            for (HomeNetworkPrefix prefix : entry.homeNetworkPrefixes()) {
                if (!already.contains(prefix)) {
                    holdings.add(new Holding(node.identifier, entry.bindingIdentifier(), prefix));
                }
            }
        }
    }
}
