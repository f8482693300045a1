package org.flowanchor.flow.domain.placement;

import java.util.Optional;

/** The rule a flow meets, as far as can be told without its DSCP and flow label. */
sealed interface RuleMatch {
    record Met(SteeringRule met) implements RuleMatch {}

    /** No rule of its policy group is for it. */
    record None() implements RuleMatch {}

    /** It may meet one, and the agent has not said which. */
    record NotKnown() implements RuleMatch {}

    default Optional<SteeringRule> rule() {
        return this instanceof Met known ? Optional.of(known.met()) : Optional.empty();
    }
}
