package org.flowanchor.flow.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.api.v1.SteeringRule;
import org.flowanchor.flow.domain.placement.TrafficClass;
import org.junit.jupiter.api.Test;

class PublishedPoliciesTest {
    private final PublishedPolicies policies = new PublishedPolicies();

    private boolean written(String rule, long version, long revision) {
        OffloadPolicyEvent event = OffloadPolicyEvent.newBuilder()
                .setName("offload")
                .setRevision(revision)
                .setEnabled(true)
                .addGroups("default")
                .addRules(SteeringRule.newBuilder()
                        .setName(rule)
                        .setMode(SteeringMode.STEERING_MODE_ACTIVE_STANDBY)
                        .addAccessTechnologyTypes(4))
                .build();
        return read(version, Optional.of(event));
    }

    private boolean retired(long version) {
        return read(version, Optional.empty());
    }

    private boolean read(long version, Optional<OffloadPolicyEvent> event) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(Topics.VERSION_HEADER, Long.toString(version).getBytes(StandardCharsets.US_ASCII));
        EventMapping.PolicyRecord row = EventMapping.policy(
                "offload".getBytes(StandardCharsets.US_ASCII),
                event.map(OffloadPolicyEvent::toByteArray).orElse(null),
                headers);
        return policies.apply(row.name(), row.version(), row.policy());
    }

    private List<String> rules() {
        return policies.all().classes().stream()
                .map(TrafficClass::name)
                .map(name -> name.rule())
                .toList();
    }

    @Test
    void aRepeatedRecordDoesNotReviveARetiredPolicy() {
        assertThat(written("one", 1, 1)).isTrue();
        assertThat(retired(2)).isTrue();
        assertThat(written("one", 1, 1)).isFalse();
        assertThat(rules()).isEmpty();
    }

    @Test
    void aRepeatedTombstoneDoesNotRetireAPolicyThatWasCreatedAgain() {
        written("one", 1, 1);
        retired(2);
        assertThat(written("two", 3, 2)).isTrue();
        assertThat(retired(2)).isFalse();
        assertThat(rules()).containsExactly("two");
    }

    @Test
    void readingTheTopicFromItsBeginningAgainChangesNothing() {
        for (int time = 0; time < 2; time++) {
            boolean first = time == 0;
            assertThat(written("one", 1, 1)).isEqualTo(first);
            assertThat(retired(2)).isEqualTo(first);
            assertThat(written("two", 3, 2)).isEqualTo(first);
            assertThat(written("three", 4, 3)).isEqualTo(first);
            assertThat(rules()).contains("three");
        }
    }
}
