package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.mobility.TraceContext;

/**
 * Which prefixes the flows of an anchor need at gateways that do not anchor them, and what the binding-service was asked about it. Owned
 * by one thread. Flows within a shared prefix never come here.
 *
 * <p>One question about a prefix at a gateway is under way at a time, so that asking for it and giving it up never overtake each other:
 *
 * <pre>
 * (none)    -- a flow needs it -----------------------------&gt; ASKING     PrepareMove
 * ASKING    -- taken ---------------------------------------&gt; HELD
 * ASKING    -- refused, not reached ------------------------&gt; (none)     not reached: asked again while a flow needs it
 * HELD      -- another move is to go there -----------------&gt; ASKING     the anchor may know better by now
 * HELD      -- no flow needs it ----------------------------&gt; RELEASING  ReleasePrefix
 * RELEASING -- done ----------------------------------------&gt; (none)
 * RELEASING -- not reached ---------------------------------&gt; HELD
 * </pre>
 *
 * What an earlier owner of the anchor asked for, and did not live to give up, is HELD from when the gateway carries it, and so given up unless
 * a flow needs it.
 *
 * <p>A prefix that a gateway got with its attachment (L=1 in the acknowledgement) is given up only after a flow has used it: the anchor gave
 * it so that the first move costs nothing.
 */
final class FlowMobility {
    private enum Told {
        ASKING,
        HELD,
        RELEASING
    }

    /** What is remembered of a refusal, so that placement does not ask for the same again and again. */
    record Refusal(String detail, Instant until) {}

    private final Duration refusalMemory;
    private final Map<FlowId, Preparation> preparations = new LinkedHashMap<>();
    /** Flows that were sent to a gateway that does not anchor their prefix. */
    private final Set<FlowId> away = new HashSet<>();

    private final Map<CarriedPrefix, Told> told = new HashMap<>();
    /** Asked for by an earlier owner of the anchor. */
    private final Set<CarriedPrefix> inherited = new HashSet<>();

    private final Map<CarriedPrefix, Refusal> refusals = new HashMap<>();
    private final Map<FlowId, PrefixAnswer.Refused> failed = new HashMap<>();
    private final Map<FlowId, String> unavailable = new HashMap<>();

    FlowMobility(Duration refusalMemory) {
        this.refusalMemory = refusalMemory;
    }

    void begin(Preparation preparation) {
        end(preparation.flow());
        preparations.put(preparation.flow(), preparation);
    }

    /** Forgets the preparation of a flow, however it ended. */
    void end(FlowId flow) {
        preparations.remove(flow);
        failed.remove(flow);
        unavailable.remove(flow);
    }

    Optional<Preparation> preparation(FlowId flow) {
        return Optional.ofNullable(preparations.get(flow));
    }

    /** The move that waits belongs to a trace. */
    void traced(FlowId flow, TraceContext trace) {
        preparations.computeIfPresent(flow, (id, preparation) -> preparation.traced(trace));
    }

    /** Of the move that first waits for the prefix at the gateway. */
    Optional<TraceContext> trace(CarriedPrefix what) {
        return preparations.values().stream()
                .filter(preparation -> preparation.what().equals(what))
                .flatMap(preparation -> preparation.move().trace().stream())
                .findFirst();
    }

    /** Flows whose move waits. */
    Set<FlowId> waiting() {
        return Set.copyOf(preparations.keySet());
    }

    /** All that placement looks at. */
    Preparations view(Instant now) {
        refusals.values().removeIf(refusal -> !refusal.until().isAfter(now));
        if (preparations.isEmpty() && refusals.isEmpty()) {
            return Preparations.NONE;
        }
        Map<CarriedPrefix, String> remembered = new HashMap<>();
        refusals.forEach((what, refusal) -> remembered.put(what, refusal.detail()));
        return new Preparations(preparations, failed, unavailable, remembered);
    }

    /** The flow goes, or was found, where its prefix is not anchored. */
    void sentAway(FlowId flow) {
        away.add(flow);
    }

    /** An earlier owner of the anchor asked for it. */
    void inherit(CarriedPrefix what) {
        inherited.add(what);
    }

    /** Placement leaves the prefix at the gateway alone for a while. */
    void remember(CarriedPrefix what, String detail, Instant now) {
        refusals.put(what, new Refusal(detail, now.plus(refusalMemory)));
    }

    /**
     * What to ask now; each question is under way from here until it is {@link #answered}.
     *
     * @param need what a flow that was sent away still needs; empty when it came back, or is gone
     * @param present what became of a prefix at a gateway, as the anchor says
     */
    List<PrefixQuestion> questions(
            Function<FlowId, Set<CarriedPrefix>> need, Function<CarriedPrefix, Optional<FlowMobilePrefix>> present) {
        if (preparations.isEmpty() && away.isEmpty() && told.isEmpty() && inherited.isEmpty()) {
            return List.of();
        }
        Set<CarriedPrefix> needed = new HashSet<>();
        for (FlowId flow : List.copyOf(away)) {
            Set<CarriedPrefix> what = need.apply(flow);
            needed.addAll(what);
            if (what.isEmpty()) {
                away.remove(flow);
            }
        }
        Set<CarriedPrefix> asked = new HashSet<>();
        for (Preparation preparation : preparations.values()) {
            needed.add(preparation.what());
            if (!preparation.asked() && !failed.containsKey(preparation.flow())) {
                asked.add(preparation.what());
            }
        }
        takeOver(needed, present);
        return questions(needed, asked);
    }

    /** What a flow needs is asked for anew: the earlier owner may have given it up at the last moment. */
    private void takeOver(Set<CarriedPrefix> needed, Function<CarriedPrefix, Optional<FlowMobilePrefix>> present) {
        inherited.removeIf(what -> {
            Optional<FlowMobilePrefix.State> state =
                    present.apply(what).filter(FlowMobilePrefix::asked).map(FlowMobilePrefix::state);
            if (state.equals(Optional.of(FlowMobilePrefix.State.PREPARED)) && !needed.contains(what)) {
                told.putIfAbsent(what, Told.HELD);
            }
            return !state.equals(Optional.of(FlowMobilePrefix.State.PREPARING));
        });
    }

    private List<PrefixQuestion> questions(Set<CarriedPrefix> needed, Set<CarriedPrefix> asked) {
        List<PrefixQuestion> questions = new ArrayList<>();
        for (CarriedPrefix what : needed) {
            Told state = told.get(what);
            boolean unknown = state == null && !refusals.containsKey(what);
            if (unknown || (asked.contains(what) && state != Told.ASKING && state != Told.RELEASING)) {
                told.put(what, Told.ASKING);
                questions.add(new PrefixQuestion.Prepare(what));
            }
        }
        told.replaceAll((what, state) -> {
            if (state != Told.HELD || needed.contains(what)) {
                return state;
            }
            questions.add(new PrefixQuestion.Release(what));
            return Told.RELEASING;
        });
        return questions;
    }

    void answered(PrefixQuestion question, PrefixAnswer answer, Instant now) {
        switch (question) {
            case PrefixQuestion.Prepare prepare -> prepared(prepare.what(), answer, now);
            case PrefixQuestion.Release release -> released(release.what(), answer);
        }
    }

    private void prepared(CarriedPrefix what, PrefixAnswer answer, Instant now) {
        List<Preparation> waiting = preparations.values().stream()
                .filter(preparation -> preparation.what().equals(what) && !preparation.asked())
                .toList();
        switch (answer) {
            case PrefixAnswer.Taken taken -> {
                told.put(what, Told.HELD);
                refusals.remove(what);
                waiting.forEach(preparation -> preparations.put(preparation.flow(), preparation.taken()));
            }
            case PrefixAnswer.Refused refused -> {
                told.remove(what);
                remember(what, refused.detail(), now);
                waiting.forEach(preparation -> failed.put(preparation.flow(), refused));
            }
            case PrefixAnswer.Unavailable away -> {
                told.remove(what);
                waiting.forEach(preparation -> unavailable.put(preparation.flow(), away.detail()));
            }
        }
    }

    private void released(CarriedPrefix what, PrefixAnswer answer) {
        switch (answer) {
            case PrefixAnswer.Taken taken -> told.remove(what);
            case PrefixAnswer.Refused refused -> told.remove(what);
            case PrefixAnswer.Unavailable unreached -> told.put(what, Told.HELD);
        }
    }
}
