package org.flowanchor.flow.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.flow.domain.load.LinkLoad;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.placement.Explanation;
import org.flowanchor.flow.domain.placement.OffloadPolicies;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * All anchors this instance has heard of. Inputs go to the loop of their anchor; policies go to every loop. A loop exists from the first
 * binding at its anchor, or the first word of its agent; whether it steers is a matter of ownership.
 */
public final class Anchors implements AutoCloseable {
    private final FlowSettings settings;
    private final AnchorStore store;
    private final FlowMoveJournal journal;
    private final PrefixPreparer preparer;
    private final FlowMeter meter;
    private final AnchorOwnership ownership;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<LmaAddress, AnchorLoop> loops = new ConcurrentHashMap<>();
    private volatile OffloadPolicies policies = OffloadPolicies.NONE;
    private volatile boolean inputsRead;

    /** @param random for several threads: traces begin with it */
    public Anchors(
            FlowSettings settings,
            AnchorStore store,
            FlowMoveJournal journal,
            PrefixPreparer preparer,
            FlowMeter meter,
            AnchorOwnership ownership,
            InstantSource clock,
            RandomGenerator random) {
        this.settings = settings;
        this.store = store;
        this.journal = journal;
        this.preparer = preparer;
        this.meter = meter;
        this.ownership = ownership;
        this.clock = clock;
        this.random = random;
    }

    public boolean isOurs(LmaAddress anchor) {
        return ownership.isOurs(anchor);
    }

    public AnchorLoop loop(LmaAddress anchor) {
        AnchorLoop known = loops.get(anchor);
        return known != null ? known : firstSeen(anchor);
    }

    /** Under the same lock as the inputs that go to every loop: a new loop misses none. */
    private synchronized AnchorLoop firstSeen(LmaAddress anchor) {
        return loops.computeIfAbsent(anchor, address -> {
            AnchorLoop loop = new AnchorLoop(address, settings, store, journal, preparer, meter, clock, random);
            loop.policiesChanged(policies, Optional.empty());
            if (inputsRead) {
                loop.inputsRead();
            }
            return loop;
        });
    }

    Optional<AnchorLoop> known(LmaAddress anchor) {
        return Optional.ofNullable(loops.get(anchor));
    }

    /** @param trace of what changed it, where that is known */
    public void bindingChanged(
            LmaAddress anchor, BindingKey key, long version, Optional<Binding> binding, Optional<TraceContext> trace) {
        loop(anchor).bindingChanged(key, version, binding, trace);
    }

    /** @param trace of what changed them, where that is known */
    public synchronized void policiesChanged(OffloadPolicies next, Optional<TraceContext> trace) {
        policies = next;
        loops.values().forEach(loop -> loop.policiesChanged(next, trace));
    }

    /** Bindings and policies were read to their end: from now on decisions are made. */
    public synchronized void inputsRead() {
        inputsRead = true;
        loops.values().forEach(AnchorLoop::inputsRead);
    }

    public boolean areInputsRead() {
        return inputsRead;
    }

    /** Access agents name the anchor in their samples: that alone makes none known here. */
    public void linkSampled(LmaAddress anchor, LinkSample sample, Instant at) {
        known(anchor).ifPresent(loop -> loop.linkSampled(sample, at));
    }

    // ---- reading

    /** Flows after {@code after} in the order of their ids, at most {@code limit}. */
    public List<FlowView> flows(Optional<FlowId> after, Predicate<FlowView> filter, int limit) {
        List<FlowView> found = new ArrayList<>();
        for (AnchorLoop loop : loops.values()) {
            found.addAll(loop.ask(state -> {
                        Collection<Flow> candidates =
                                after.map(state.flows()::after).orElseGet(state.flows()::flows);
                        return candidates.stream()
                                .map(loop::view)
                                .filter(filter)
                                .limit(limit)
                                .toList();
                    })
                    .join());
        }
        found.sort(Comparator.comparing(view -> view.flow().id()));
        return found.subList(0, Math.min(limit, found.size()));
    }

    public Optional<FlowView> flow(FlowId id) {
        return loops.values().stream()
                .flatMap(loop -> loop.ask(state -> state.flows().find(id).map(loop::view)).join().stream())
                .findFirst();
    }

    /** Most recent last. */
    public List<Explanation> explanations(LmaAddress anchor, FlowId id) {
        return known(anchor)
                .map(loop -> loop.ask(state -> state.explanations(id)).join())
                .orElse(List.of());
    }

    /** Links after {@code after}, at most {@code limit}. */
    public List<LinkView> links(Optional<LinkKey> after, int limit) {
        List<LinkView> found = new ArrayList<>();
        for (AnchorLoop loop : loops.values()) {
            found.addAll(loop.ask(state -> {
                        Instant now = loop.now();
                        Collection<LinkLoad> candidates = after.map(
                                        key -> state.loads().links().tailMap(key, false))
                                .orElseGet(state.loads()::links)
                                .values();
                        return candidates.stream()
                                .limit(limit)
                                .map(load -> new LinkView(
                                        loop.anchor(), load, state.loads().isStale(load, now)))
                                .toList();
                    })
                    .join());
        }
        found.sort(Comparator.comparing(view -> view.load().sample().key()));
        return found.subList(0, Math.min(limit, found.size()));
    }

    public List<AnchorStatus> status() {
        return loops.values().stream()
                .map(AnchorLoop::status)
                .sorted(Comparator.comparing(AnchorStatus::anchor))
                .toList();
    }

    @Override
    public void close() {
        loops.values().forEach(AnchorLoop::close);
    }
}
