package org.flowanchor.policy.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.flowanchor.policy.domain.OffloadPolicy;
import org.flowanchor.policy.domain.PolicyGroup;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.RuleName;
import org.flowanchor.policy.domain.Steering;
import org.flowanchor.policy.domain.SteeringRule;
import org.flowanchor.policy.domain.StoredPolicy;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    @Test
    void t59_everyFieldArrivesInTheEvent() {
        TrafficSelector voip = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8:c::/64"),
                new Range(17, 17),
                new Range(5004, 5005),
                new Range(46, 46));
        TrafficSelector encrypted = new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                new Range(50, 50),
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                new Range(0x12345, 0x12345),
                new Range(0x7fffffffL, 0xfffffffeL));
        OffloadPolicy policy = new OffloadPolicy(
                new PolicyName("default-offload"),
                true,
                100,
                List.of(new PolicyGroup("default"), new PolicyGroup("gold")),
                List.of(
                        new SteeringRule(
                                new RuleName("voip"),
                                List.of(voip, encrypted, TrafficSelector.ALL),
                                new Steering(
                                        org.flowanchor.policy.domain.SteeringMode.ACTIVE_STANDBY,
                                        List.of(AccessTechnologyType.E_UTRAN, AccessTechnologyType.IEEE_802_11),
                                        OptionalDouble.empty())),
                        new SteeringRule(
                                new RuleName("best-effort"),
                                List.of(),
                                new Steering(
                                        org.flowanchor.policy.domain.SteeringMode.PRIORITY_BASED,
                                        List.of(AccessTechnologyType.IEEE_802_11),
                                        OptionalDouble.of(0.1)))));

        OffloadPolicyEvent event = PolicyCompiler.compile(new StoredPolicy(policy, 7, Instant.EPOCH, Instant.EPOCH));

        assertThat(event.getName()).isEqualTo("default-offload");
        assertThat(event.getRevision()).isEqualTo(7);
        assertThat(event.getEnabled()).isTrue();
        assertThat(event.getPrecedence()).isEqualTo(100);
        assertThat(event.getGroupsList()).containsExactly("default", "gold");
        assertThat(event.getRulesList()).hasSize(2);
        assertThat(event.getRules(0).getName()).isEqualTo("voip");
        assertThat(event.getRules(0).getMode()).isEqualTo(SteeringMode.STEERING_MODE_ACTIVE_STANDBY);
        assertThat(event.getRules(0).getAccessTechnologyTypesList()).containsExactly(8, 4);
        assertThat(event.getRules(0).getPacketLossRatioThreshold()).isZero();
        assertThat(event.getRules(0).getSelectorsList().stream().map(ProtoMapping::trafficSelector))
                .containsExactly(voip, encrypted, TrafficSelector.ALL);
        assertThat(event.getRules(1).getSelectorsList()).isEmpty();
        assertThat(event.getRules(1).getMode()).isEqualTo(SteeringMode.STEERING_MODE_PRIORITY_BASED);
        assertThat(event.getRules(1).getPacketLossRatioThreshold()).isEqualTo(0.1);
    }
}
