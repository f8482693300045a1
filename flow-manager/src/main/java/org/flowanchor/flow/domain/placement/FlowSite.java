package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.MobileNode;

/**
 * A flow, its mobile node and its rule, put together.
 *
 * @param rule empty when it meets none, or none that exists
 * @param ruleIsKnown false: it may meet one, nobody has said yet
 * @param byClass where the agent takes it without an exception
 * @param current where it is
 */
record FlowSite(
        Flow flow,
        MobileNode node,
        Optional<SteeringRule> rule,
        boolean ruleIsKnown,
        Optional<Access> byClass,
        Optional<Access> current) {

    /** Place of an access in the rule's list, -1 when it is not listed. */
    int rank(Access access) {
        return rule.map(known -> known.accessTechnologyTypes().indexOf(access.accessTechnologyType()))
                .orElse(-1);
    }

    /** The flow's prefix at the gateway of {@code access}. */
    CarriedPrefix carried(Access access) {
        return new CarriedPrefix(node.identifier(), node.prefix(), access.proxyCareOfAddress());
    }

    boolean overflows() {
        return rule.filter(known -> known.mode() == SteeringMode.PRIORITY_BASED).isPresent();
    }

    double threshold(PlacementLimits limits) {
        return rule.map(known -> known.packetLossRatioThreshold().orElse(limits.packetLossRatioThreshold()))
                .orElse(limits.packetLossRatioThreshold());
    }

    boolean isHeld(PlacementLimits limits, Instant now) {
        return flow.heldSince()
                .filter(since -> since.plus(limits.holdTime()).isAfter(now))
                .isPresent();
    }
}
