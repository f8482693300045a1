package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.MobileNode;

/**
 * A flow, its mobile node and its rule, put together.
 *
 * @param byClass where the agent takes it without an exception
 * @param current where it is
 */
record FlowSite(Flow flow, MobileNode node, RuleMatch match, Optional<Access> byClass, Optional<Access> current) {

    /** Empty when it meets none, or when that is not known. */
    Optional<SteeringRule> rule() {
        return match.rule();
    }

    /** Place of an access in the rule's list, -1 when it is not listed. */
    int rank(Access access) {
        return rule().map(known -> known.accessTechnologyTypes().indexOf(access.accessTechnologyType()))
                .orElse(-1);
    }

    /** The flow's prefix at the gateway of {@code access}. */
    CarriedPrefix carried(Access access) {
        return new CarriedPrefix(node.identifier(), node.prefix(), access.proxyCareOfAddress());
    }

    boolean overflows() {
        return rule().filter(known -> known.mode() == SteeringMode.PRIORITY_BASED)
                .isPresent();
    }

    double threshold(PlacementLimits limits) {
        return rule().map(known -> known.packetLossRatioThreshold().orElse(limits.packetLossRatioThreshold()))
                .orElse(limits.packetLossRatioThreshold());
    }

    boolean isHeld(PlacementLimits limits, Instant now) {
        return flow.heldSince()
                .filter(since -> since.plus(limits.holdTime()).isAfter(now))
                .isPresent();
    }
}
