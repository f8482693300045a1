package org.flowanchor.policy.application;

import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.policy.domain.OffloadPolicy;
import org.flowanchor.policy.domain.PolicyGroup;
import org.flowanchor.policy.domain.StoredPolicy;

/** Turns a policy into what the flow-manager evaluates: names resolved to code points, selectors to ranges. Pure. */
final class PolicyCompiler {
    private PolicyCompiler() {}

    static OffloadPolicyEvent compile(StoredPolicy stored) {
        OffloadPolicy policy = stored.policy();
        OffloadPolicyEvent.Builder event = OffloadPolicyEvent.newBuilder()
                .setName(policy.name().text())
                .setRevision(stored.revision())
                .setEnabled(policy.enabled())
                .setPrecedence(policy.precedence());
        policy.groups().stream().map(PolicyGroup::text).forEach(event::addGroups);
        policy.rules().stream().map(PolicyCompiler::compile).forEach(event::addRules);
        return event.build();
    }

    private static org.flowanchor.api.v1.SteeringRule compile(org.flowanchor.policy.domain.SteeringRule rule) {
        var compiled = org.flowanchor.api.v1.SteeringRule.newBuilder()
                .setName(rule.name().text())
                .setMode(
                        switch (rule.steering().mode()) {
                            case ACTIVE_STANDBY -> org.flowanchor.api.v1.SteeringMode.STEERING_MODE_ACTIVE_STANDBY;
                            case PRIORITY_BASED -> org.flowanchor.api.v1.SteeringMode.STEERING_MODE_PRIORITY_BASED;
                        })
                // 0 is "the flow-manager's default" in the contract; no policy can ask for a threshold of 0.
                .setPacketLossRatioThreshold(
                        rule.steering().packetLossRatioThreshold().orElse(0));
        rule.selectors().stream().map(ProtoMapping::toProto).forEach(compiled::addSelectors);
        rule.steering().accessTechnologyTypes().forEach(access -> compiled.addAccessTechnologyTypes(access.value()));
        return compiled.build();
    }
}
