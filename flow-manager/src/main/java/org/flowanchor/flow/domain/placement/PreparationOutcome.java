package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.FlowMobileAccess;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.placement.Decision.Divert;
import org.flowanchor.flow.domain.placement.Decision.Unprepared;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;

/**
 * What becomes of a move that waits for its gateway: it begins once the gateway carries the prefix, or does not happen and the flow stays
 * (STANDARDS F-07). Pure.
 *
 * <p>Trap: the anchor's answer and its bindings come by two ways. Only both together say that the prefix is there and stays there.
 */
final class PreparationOutcome {
    private PreparationOutcome() {}

    /** @return empty: it waits on */
    static Optional<Decision> decide(
            FlowSite site, Preparation waiting, Preparations known, Duration timeout, Instant now) {
        MobileNode node = site.node();
        Access to = waiting.move().to();
        Optional<FlowMobileAccess> target = node.flowMobile(to.proxyCareOfAddress());
        boolean anchored = node.accesses().contains(to);
        if (anchored
                || (waiting.asked() && target.filter(FlowMobileAccess::carries).isPresent())) {
            return Optional.of(overtaken(site, waiting)
                    .<Decision>map(why -> unprepared(waiting, PreparationFailure.OVERTAKEN, why, now))
                    .orElseGet(() -> divert(site, waiting, now)));
        }
        if (target.isEmpty()) {
            return Optional.of(unprepared(waiting, PreparationFailure.OVERTAKEN, to + " is no longer attached", now));
        }
        return overtaken(site, waiting)
                .<Decision>map(why -> unprepared(waiting, PreparationFailure.OVERTAKEN, why, now))
                .or(() -> failed(waiting, target.get(), known, now))
                .or(() -> late(waiting, known, timeout, now));
    }

    static Unprepared withoutNode(Preparation waiting, Instant now) {
        return unprepared(waiting, PreparationFailure.OVERTAKEN, "no mobile node holds its prefix any more", now);
    }

    /** Why nobody wants the move any more. */
    private static Optional<String> overtaken(FlowSite site, Preparation waiting) {
        Access from = waiting.move().from();
        boolean left = waiting.move().cause() == MoveCause.QOS
                && site.current().filter(from::equals).isEmpty();
        return site.node()
                .refusal(waiting.move().to().accessTechnologyType())
                .or(() -> left ? Optional.of("it left " + from + " meanwhile") : Optional.empty());
    }

    private static Optional<Decision> failed(
            Preparation waiting, FlowMobileAccess target, Preparations known, Instant now) {
        PrefixAnswer.Refused refused = known.refused().get(waiting.flow());
        if (refused != null) {
            return Optional.of(unprepared(waiting, refused.why(), refused.detail(), now));
        }
        // The failure that was known when the gateway was asked anew says nothing of this time.
        return target.failure()
                .filter(reason -> waiting.asked() && !target.prefix().equals(waiting.before()))
                .map(reason -> unprepared(waiting, PreparationFailure.GATEWAY_REFUSED, reason, now));
    }

    private static Optional<Decision> late(Preparation waiting, Preparations known, Duration timeout, Instant now) {
        if (waiting.requestedAt().plus(timeout).isAfter(now)) {
            return Optional.empty();
        }
        String unreached = known.unreached().get(waiting.flow());
        return Optional.of(
                unreached != null && !waiting.asked()
                        ? unprepared(
                                waiting,
                                PreparationFailure.ANCHOR_UNAVAILABLE,
                                "the binding-service could not be asked (" + unreached + ")",
                                now)
                        : unprepared(
                                waiting,
                                PreparationFailure.NOT_IN_TIME,
                                "nothing was heard of it within " + timeout.toMillis() + " ms",
                                now));
    }

    private static Divert divert(FlowSite site, Preparation waiting, Instant now) {
        Move move = waiting.move();
        return new Divert(
                waiting.flow(),
                site.current().orElse(move.from()),
                move.to(),
                waiting.origin(),
                move.cause(),
                new Explanation(
                        now,
                        Outcome.MOVED,
                        Optional.of(move.cause()),
                        move.reason() + "; prefix " + waiting.what().prefix() + " was prepared there first",
                        Map.of("requestedAt", move.requestedAt().toString())));
    }

    private static Unprepared unprepared(Preparation waiting, PreparationFailure failure, String why, Instant now) {
        return new Unprepared(
                waiting.flow(),
                waiting,
                failure,
                why,
                new Explanation(
                        now,
                        Outcome.UNDONE,
                        Optional.of(waiting.move().cause()),
                        "not moved to " + waiting.move().to() + ", which does not carry "
                                + waiting.what().prefix() + ": " + why,
                        Map.of("failure", failure.name())));
    }
}
