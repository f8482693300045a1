package org.flowanchor.flow.domain.placement;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.load.AccessCondition;
import org.flowanchor.flow.domain.load.Congestion;
import org.flowanchor.mobility.AccessTechnologyType;

/**
 * Where a flow may go that leaves its access.
 *
 * @param refusal why it may not, where {@code to} is empty
 * @param why the rest of the reason, as the end of a sentence; may be empty
 */
record OverflowTarget(Optional<Access> to, SuppressionReason refusal, String why) {
    /** The mobile node decides itself, or cannot follow. */
    static OverflowTarget notSteered(FlowSite site, Access from) {
        SuppressionReason reason = switch (site.node().facts().decisionAuthority()) {
            case MOBILE_NODE -> SuppressionReason.DECISION_AUTHORITY;
            case NETWORK -> SuppressionReason.HOST_MODEL;
        };
        String why = site.node()
                .refusal(from.accessTechnologyType())
                .map(text -> "; " + text)
                .orElse("");
        return new OverflowTarget(Optional.empty(), reason, why);
    }

    /**
     * The first of {@code order} that is attached, allowed, not congested and has room.
     *
     * @param threshold packet loss ratio above which an access is congested for the flow
     * @param figures is told what was free where it looked
     */
    static OverflowTarget firstOf(
            List<AccessTechnologyType> order,
            FlowSite site,
            double threshold,
            AccessCapacity capacity,
            Preparations preparations,
            Map<String, String> figures) {
        SuppressionReason refusal = SuppressionReason.NO_ALTERNATIVE;
        String why = "";
        for (AccessTechnologyType type : order) {
            Optional<Access> attached = site.node().attached(type);
            if (attached.isEmpty()) {
                continue;
            }
            Optional<String> barred = site.node().refusal(type);
            if (barred.isPresent()) {
                refusal = SuppressionReason.ACCESS_NOT_ALLOWED;
                why = "; " + barred.get();
                continue;
            }
            Optional<String> unwilling = preparations.unwilling(site, attached.get());
            if (unwilling.isPresent()) {
                refusal = SuppressionReason.PREFIX_NOT_PREPARED;
                why = "; " + attached.get() + " does not carry " + site.node().prefix() + ": " + unwilling.get();
                continue;
            }
            Optional<AccessCondition> known = capacity.condition(attached.get(), threshold);
            OptionalLong free = capacity.free(
                    attached.get(),
                    known.map(AccessCondition::freeBitsPerSecond).orElse(OptionalLong.empty()));
            free.ifPresent(bits -> figures.put(type + "FreeBitsPerSecond", Long.toString(bits)));
            if (known.isPresent() && known.get().congestion() == Congestion.CONGESTED) {
                refusal = SuppressionReason.TARGET_CONGESTED;
            } else if (free.isPresent() && free.getAsLong() <= capacity.rate(site)) {
                refusal = SuppressionReason.NO_CAPACITY;
            } else {
                return new OverflowTarget(attached, refusal, "");
            }
        }
        return new OverflowTarget(Optional.empty(), refusal, why);
    }
}
