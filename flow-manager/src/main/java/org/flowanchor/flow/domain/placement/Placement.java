package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.load.AccessCondition;
import org.flowanchor.flow.domain.load.Congestion;
import org.flowanchor.flow.domain.placement.Decision.Divert;
import org.flowanchor.flow.domain.placement.Decision.Follow;
import org.flowanchor.flow.domain.placement.Decision.Prepare;
import org.flowanchor.flow.domain.placement.Decision.Suppressed;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Which flows should differ from their class, and how. One pass serves first placement, change, failure and restart alike: it looks at
 * what is, never at what happened, so the same view always gives the same decisions.
 *
 * <p>In order, per flow: a move under way is left alone; a pin goes before everything; an exception ends when its access or its rule is
 * gone, or when the preferred access is fit again, or is hinted at and fit. A flow that is hinted elsewhere goes where congestion might send
 * it, too. Then, per congested access, one flow may leave. A gateway that does not anchor the
 * flow's prefix is asked to carry it before the flow moves there (RFC 7864 section 3.2.2).
 */
public final class Placement {
    private final PlacementView view;
    private final PlacementLimits limits;
    private final Instant now;
    private final Map<Ipv6Address, Optional<MobileNode>> nodes = new HashMap<>();
    private final AccessCapacity capacity;
    private final List<Decision> decisions = new ArrayList<>();
    private int budget;

    private Placement(PlacementView view, Instant now) {
        this.view = view;
        this.limits = view.limits();
        this.now = now;
        this.capacity = new AccessCapacity(view.loads(), now);
        this.budget = limits.moveBudget() - view.automaticMoves();
    }

    /** Pure: nothing but the view and the time decides. */
    public static List<Decision> place(PlacementView view, Instant now) {
        return new Placement(view, now).decide();
    }

    private List<Decision> decide() {
        view.flows().forEach(this::reserveRecentMove);
        Map<Access, List<FlowSite>> congested = new TreeMap<>(
                Comparator.comparing(Access::proxyCareOfAddress).thenComparing(Access::accessTechnologyType));
        for (Flow flow : view.flows()) {
            Optional<FlowSite> site = site(flow);
            if (site.isEmpty()) {
                dropExceptionWithoutNode(flow);
                preparation(flow).ifPresent(waiting -> decisions.add(PreparationOutcome.withoutNode(waiting, now)));
            } else if (flow.pending().isEmpty() && !placeAlone(site.get()) && !placeHinted(site.get())) {
                site.get()
                        .current()
                        .filter(access -> mayOverflow(site.get(), access))
                        .ifPresent(access -> congested
                                .computeIfAbsent(access, key -> new ArrayList<>())
                                .add(site.get()));
            }
        }
        congested.forEach(this::relieve);
        return List.copyOf(decisions);
    }

    private void reserveRecentMove(Flow flow) {
        preparation(flow)
                .ifPresent(waiting ->
                        capacity.arrive(waiting.what().gateway(), flow.traffic().bitsPerSecond(now)));
        Optional<Move> move = flow.pending().or(flow::lastMove);
        if (move.isPresent() && move.get().requestedAt().isAfter(now.minus(limits.settleTime()))) {
            capacity.arrive(move.get().to().proxyCareOfAddress(), flow.traffic().bitsPerSecond(now));
        }
    }

    private Optional<FlowSite> site(Flow flow) {
        return nodes.computeIfAbsent(flow.selector().destinationAddress(), view.bindings()::nodeOf)
                .map(node -> site(flow, node, view.policies()));
    }

    /** Puts a flow together with its mobile node and its rule. */
    static FlowSite site(Flow flow, MobileNode node, OffloadPolicies policies) {
        RuleMatch match = policies.match(node.policyGroup(), flow.selector(), flow.rule());
        Optional<Access> byClass = node.resolve(
                match.rule().map(SteeringRule::accessTechnologyTypes).orElse(List.of()));
        return new FlowSite(flow, node, match, byClass, flow.current(node, byClass));
    }

    private void dropExceptionWithoutNode(Flow flow) {
        flow.exception()
                .ifPresent(exception -> decisions.add(new Follow(
                        flow.id(),
                        exception.access(),
                        Optional.empty(),
                        MoveCause.OUTAGE,
                        explain(
                                Outcome.KEPT,
                                MoveCause.OUTAGE,
                                "no mobile node holds its prefix any more",
                                Map.of()))));
    }

    /** @return whether the flow's own state decided; otherwise load may */
    private boolean placeAlone(FlowSite site) {
        Optional<Preparation> waiting = preparation(site.flow());
        if (waiting.isPresent()) {
            PreparationOutcome.decide(site, waiting.get(), view.preparations(), limits.prepareTimeout(), now)
                    .ifPresent(decisions::add);
            return true;
        }
        if (leavesWhatItMayNotUse(site)) {
            return true;
        }
        if (site.flow().pin().isPresent()) {
            placePinned(site, site.flow().pin().get());
            return true;
        }
        return site.flow().exception().isPresent()
                && placeDiverted(site, site.flow().exception().get());
    }

    private Optional<Preparation> preparation(Flow flow) {
        return Optional.ofNullable(view.preparations().underWay().get(flow.id()));
    }

    /** Moves the flow, at once where the gateway anchors its prefix, otherwise once it carries it. */
    private void send(FlowSite site, Access from, Access to, Explanation moved, FlowException.Origin origin) {
        MoveCause cause = moved.cause().orElseThrow();
        if (site.node().flowMobile(to.proxyCareOfAddress()).isEmpty()) {
            decisions.add(new Divert(site.flow().id(), from, to, origin, cause, moved));
            return;
        }
        decisions.add(new Prepare(
                site.flow().id(),
                from,
                to,
                origin,
                cause,
                explain(
                        Outcome.PREPARING,
                        cause,
                        moved.reason() + "; its gateway is asked to carry "
                                + site.node().prefix() + " first",
                        moved.figures())));
    }

    /** An exception, pinned or not, ends when the profile of the mobile node is against it. */
    private boolean leavesWhatItMayNotUse(FlowSite site) {
        Optional<Access> access = site.flow().exception().map(FlowException::access);
        Optional<String> refusal = access.flatMap(carrier -> site.node().refusal(carrier.accessTechnologyType()));
        refusal.ifPresent(why -> follow(site, access.orElseThrow(), MoveCause.POLICY, why, Map.of()));
        return refusal.isPresent();
    }

    private void placePinned(FlowSite site, AccessTechnologyType pin) {
        Optional<Access> target = site.node().access(pin);
        boolean told = target.isPresent()
                && site.flow().exception().map(FlowException::access).equals(target)
                && site.node().access(target.get().proxyCareOfAddress()).isPresent();
        if (target.isEmpty()
                || told
                || site.current().isEmpty()
                || view.preparations().unwilling(site, target.get()).isPresent()) {
            return;
        }
        Outcome outcome = site.current().equals(target) ? Outcome.KEPT : Outcome.MOVED;
        send(
                site,
                site.current().get(),
                target.get(),
                explain(outcome, MoveCause.MANUAL, "pinned to " + pin + " by an operator", Map.of()),
                FlowException.Origin.PIN);
    }

    private boolean placeDiverted(FlowSite site, FlowException exception) {
        Access access = exception.access();
        if (site.node().access(access.proxyCareOfAddress()).isEmpty()) {
            follow(site, access, MoveCause.OUTAGE, access + " is no longer attached", Map.of());
            return true;
        }
        if (site.match() instanceof RuleMatch.NotKnown) {
            return true;
        }
        int rank = site.rank(access);
        if (!site.overflows() || rank < 0) {
            follow(site, access, MoveCause.POLICY, "its rule no longer lets it overflow to " + access, Map.of());
            return true;
        }
        if (rank == 0) {
            follow(site, access, MoveCause.POLICY, access + " is what its class prefers", Map.of());
            return true;
        }
        return site.byClass()
                .filter(preferred -> !preferred.equals(access))
                .filter(preferred -> bringBack(site, access, preferred))
                .isPresent();
    }

    /** @return whether the flow goes back, or would but for a limit */
    private boolean bringBack(FlowSite site, Access from, Access preferred) {
        Flow flow = site.flow();
        Optional<AccessCondition> known = capacity.condition(preferred, site.threshold(limits));
        boolean hinted = isHinted(site, preferred);
        if (isHinted(site, from)
                || known.isEmpty()
                || known.get().congestion() == Congestion.CONGESTED
                || (!hinted && waitsForReturn(flow, known.get()))
                || capacity.hasArrivals(preferred)) {
            return false;
        }
        long rate = flow.traffic().bitsPerSecond(now);
        OptionalLong free = capacity.free(preferred, known.get().freeAsLearned());
        boolean fits = free.isEmpty() || free.getAsLong() > rate * PlacementLimits.RETURN_HEADROOM;
        if (!fits && (isLosing(site, from) || hint(site).isPresent() && !hinted)) {
            // It cannot go back; another access may take it.
            return false;
        }
        Map<String, String> figures = figures(site);
        figures.put("preferredNormalSince", known.get().since().toString());
        free.ifPresent(bits -> figures.put("preferredFreeBitsPerSecond", Long.toString(bits)));
        if (site.isHeld(limits, now)) {
            suppress(site, SuppressionReason.HOLD_TIME, MoveCause.POLICY, preferred + " is fit again", figures);
        } else if (!fits) {
            suppress(site, SuppressionReason.NO_CAPACITY, MoveCause.POLICY, preferred + " is fit again", figures);
        } else if (budget <= 0) {
            suppress(site, SuppressionReason.MOVE_BUDGET, MoveCause.POLICY, preferred + " is fit again", figures);
        } else {
            budget--;
            capacity.arrive(preferred.proxyCareOfAddress(), rate);
            follow(
                    site,
                    from,
                    MoveCause.POLICY,
                    hint(site)
                                    .filter(hint -> hinted)
                                    .map(hint -> "hinted to " + preferred + " by " + hint.reporter() + ", which")
                                    .orElse(preferred.toString())
                            + " is normal since " + known.get().since()
                            + (free.isPresent() ? " with " + rate(free.getAsLong()) + " free" : "")
                            + " for its " + rate(rate),
                    figures);
        }
        return true;
    }

    /** The preferred access may have been normal all the while the flow, hinted away, was elsewhere: its own wait counts, too. */
    private boolean waitsForReturn(Flow flow, AccessCondition preferred) {
        Instant left =
                flow.lastMove().map(Move::requestedAt).or(flow::heldSince).orElse(preferred.since());
        Instant since = left.isAfter(preferred.since()) ? left : preferred.since();
        return since.plus(limits.returnAfter(flow.overflows())).isAfter(now);
    }

    private Optional<MoveHint> hint(FlowSite site) {
        return Optional.ofNullable(view.hints().get(site.flow().id()));
    }

    private boolean isHinted(FlowSite site, Access to) {
        return hint(site)
                .filter(hint -> hint.to().equals(to.accessTechnologyType()))
                .isPresent();
    }

    /** @return whether a hint about the flow decided; load may in a later pass */
    private boolean placeHinted(FlowSite site) {
        Optional<MoveHint> hint = hint(site);
        Optional<Access> from = site.current();
        if (hint.isEmpty()
                || from.isEmpty()
                || from.get().accessTechnologyType().equals(hint.get().to())) {
            return false;
        }
        AccessTechnologyType to = hint.get().to();
        Map<String, String> figures = figures(site);
        String reason = "hinted to " + to + " by " + hint.get().reporter();
        List<AccessTechnologyType> order =
                site.rule().map(SteeringRule::accessTechnologyTypes).orElse(List.of());
        if (!site.node().facts().steerable()) {
            leave(site, from.get(), OverflowTarget.notSteered(site, from.get()), reason, "", figures);
            return true;
        }
        if (!site.overflows() || site.rank(from.get()) < 0 || !order.contains(to)) {
            suppress(site, SuppressionReason.NOT_IN_RULE, MoveCause.QOS, reason, figures);
            return true;
        }
        OverflowTarget target = target(site, List.of(to), figures);
        if (order.indexOf(to) > site.rank(from.get()) || target.to().isEmpty()) {
            leave(site, from.get(), target, reason, "", figures);
            return true;
        }
        // The way back to an access that its rule prefers is not an overflow: see bringBack.
        return false;
    }

    private boolean mayOverflow(FlowSite site, Access access) {
        return site.overflows()
                && site.rank(access) >= 0
                && site.flow().traffic().isPresent(now)
                && site.flow().traffic().demand(now) > 0
                && isLosing(site, access);
    }

    /** Congested and losing now: while a congested access recovers, nobody else needs to leave it. */
    private boolean isLosing(FlowSite site, Access access) {
        double threshold = site.threshold(limits);
        return capacity.condition(access, threshold)
                .filter(condition -> condition.congestion() == Congestion.CONGESTED)
                .filter(condition -> condition.packetLossRatio() > threshold)
                .isPresent();
    }

    /** At most one flow leaves a congested access within the settle time: the one of highest demand that can. */
    private void relieve(Access access, List<FlowSite> candidates) {
        Instant last = view.lastOverflow().get(access.proxyCareOfAddress());
        if (last != null && last.plus(limits.settleTime()).isAfter(now)) {
            return;
        }
        candidates.sort(Comparator.comparingLong(
                        (FlowSite site) -> site.flow().traffic().demand(now))
                .reversed()
                .thenComparing(site -> site.flow().id()));
        long worth = (long) (candidates.getFirst().flow().traffic().demand(now) * PlacementLimits.WORTH_MOVING);
        for (FlowSite site : candidates) {
            if (site.flow().traffic().demand(now) < worth || overflow(site, access)) {
                return;
            }
        }
    }

    /** @return whether nobody else needs to be tried */
    private boolean overflow(FlowSite site, Access from) {
        Optional<AccessCondition> condition = capacity.condition(from, site.threshold(limits));
        Map<String, String> figures = figures(site);
        String reason = from + " is congested";
        if (condition.isPresent()) {
            figures.put("packetLossRatio", ratio(condition.get().packetLossRatio()));
            figures.put("packetLossRatioThreshold", ratio(site.threshold(limits)));
            figures.put("congestedSince", condition.get().since().toString());
            reason += " since " + condition.get().since() + " (loss ratio "
                    + ratio(condition.get().packetLossRatio()) + ", threshold " + ratio(site.threshold(limits)) + ")";
        }
        List<AccessTechnologyType> order =
                site.rule().map(SteeringRule::accessTechnologyTypes).orElse(List.of());
        OverflowTarget overflow = site.node().facts().steerable()
                ? target(site, order.subList(site.rank(from) + 1, order.size()), figures)
                : OverflowTarget.notSteered(site, from);
        String demand = "; highest demand on it, " + rate(site.flow().traffic().demand(now));
        return leave(site, from, overflow, reason, demand, figures);
    }

    /**
     * Sends a flow where it may go, within the limits.
     *
     * @param chosen why it is this flow, as the end of a sentence
     * @return whether nobody else needs to be tried
     */
    private boolean leave(
            FlowSite site,
            Access from,
            OverflowTarget overflow,
            String reason,
            String chosen,
            Map<String, String> figures) {
        if (overflow.to().isEmpty()) {
            suppress(site, overflow.refusal(), MoveCause.QOS, reason + overflow.why(), figures);
            return false;
        }
        if (site.isHeld(limits, now)) {
            suppress(site, SuppressionReason.HOLD_TIME, MoveCause.QOS, reason, figures);
            return false;
        }
        if (budget <= 0) {
            suppress(site, SuppressionReason.MOVE_BUDGET, MoveCause.QOS, reason, figures);
            return true;
        }
        budget--;
        Access to = overflow.to().get();
        capacity.arrive(to.proxyCareOfAddress(), site.flow().traffic().bitsPerSecond(now));
        send(
                site,
                from,
                to,
                explain(Outcome.MOVED, MoveCause.QOS, reason + chosen + "; next is " + to, figures),
                FlowException.Origin.OVERFLOW);
        return true;
    }

    private OverflowTarget target(FlowSite site, List<AccessTechnologyType> order, Map<String, String> figures) {
        return OverflowTarget.firstOf(order, site, site.threshold(limits), capacity, view.preparations(), figures);
    }

    private void follow(FlowSite site, Access from, MoveCause cause, String reason, Map<String, String> figures) {
        Follow follow = new Follow(
                site.flow().id(), from, site.byClass(), cause, explain(Outcome.KEPT, cause, reason, figures));
        decisions.add(
                follow.moves()
                        ? new Follow(
                                follow.flow(), from, follow.to(), cause, explain(Outcome.MOVED, cause, reason, figures))
                        : follow);
    }

    private void suppress(
            FlowSite site, SuppressionReason reason, MoveCause cause, String why, Map<String, String> figures) {
        figures.put("suppressed", reason.name());
        decisions.add(new Suppressed(site.flow().id(), reason, explain(Outcome.SUPPRESSED, cause, why, figures)));
    }

    private Explanation explain(Outcome outcome, MoveCause cause, String reason, Map<String, String> figures) {
        return new Explanation(now, outcome, Optional.of(cause), reason, figures);
    }

    private Map<String, String> figures(FlowSite site) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("bitsPerSecond", Long.toString(site.flow().traffic().bitsPerSecond(now)));
        figures.put("demandBitsPerSecond", Long.toString(site.flow().traffic().demand(now)));
        site.flow()
                .heldSince()
                .ifPresent(since ->
                        figures.put("heldUntil", since.plus(limits.holdTime()).toString()));
        return figures;
    }

    private static String rate(long bitsPerSecond) {
        return Math.round(bitsPerSecond / 10_000.0) / 100.0 + " Mbit/s";
    }

    private static String ratio(double ratio) {
        return Double.toString(Math.round(ratio * 10_000) / 10_000.0);
    }
}
