package org.flowanchor.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.policy.domain.PolicyRegister.Situation;
import org.junit.jupiter.api.Test;

class PolicyRegisterTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final PolicyName NAME = new PolicyName("p");
    private static final Situation EMPTY = new Situation(Optional.empty(), 0, Optional.empty());

    private static OffloadPolicy policy(int precedence) {
        return new OffloadPolicy(
                NAME,
                true,
                precedence,
                List.of(new PolicyGroup("default")),
                List.of(new SteeringRule(
                        new RuleName("all"),
                        List.of(),
                        new Steering(
                                SteeringMode.ACTIVE_STANDBY,
                                List.of(AccessTechnologyType.E_UTRAN),
                                OptionalDouble.empty()))));
    }

    private static Situation standing(long revision) {
        return new Situation(
                Optional.of(new StoredPolicy(policy(1), revision, THEN, THEN)), revision, Optional.of(NAME));
    }

    @Test
    void aFirstPolicyStandsAtRevisionOne() {
        assertThat(PolicyRegister.create(policy(1), EMPTY, NOW))
                .isEqualTo(new PolicyDecision.Publish(new StoredPolicy(policy(1), 1, NOW, NOW), true));
    }

    @Test
    void aPolicyCreatedAgainIsNewerThanItsTombstone() {
        assertThat(PolicyRegister.retire(NAME, new Precondition.Present(), standing(4)))
                .isEqualTo(new PolicyDecision.Retire(NAME, 5));
        assertThat(PolicyRegister.create(policy(1), new Situation(Optional.empty(), 5, Optional.empty()), NOW))
                .isEqualTo(new PolicyDecision.Publish(new StoredPolicy(policy(1), 6, NOW, NOW), true));
    }

    @Test
    void aNameIsGivenOnce() {
        assertThat(PolicyRegister.create(policy(2), standing(1), NOW)).isEqualTo(new PolicyDecision.NameTaken(NAME));
    }

    @Test
    void aPrecedenceIsGivenOnce() {
        PolicyName other = new PolicyName("other");
        Situation taken = new Situation(standing(1).current(), 1, Optional.of(other));

        assertThat(PolicyRegister.create(policy(7), new Situation(Optional.empty(), 0, Optional.of(other)), NOW))
                .isEqualTo(new PolicyDecision.PrecedenceTaken(7, other));
        assertThat(PolicyRegister.replace(policy(7), new Precondition.Present(), taken, NOW))
                .isEqualTo(new PolicyDecision.PrecedenceTaken(7, other));
    }

    @Test
    void replacingKeepsTheTimeOfCreation() {
        assertThat(PolicyRegister.replace(policy(2), new Precondition.AtRevision(Set.of(3L)), standing(3), NOW))
                .isEqualTo(new PolicyDecision.Publish(new StoredPolicy(policy(2), 4, THEN, NOW), false));
    }

    @Test
    void replacingBySameChangesNothing() {
        assertThat(PolicyRegister.replace(policy(1), new Precondition.Present(), standing(3), NOW))
                .isEqualTo(new PolicyDecision.Unchanged(standing(3).current().orElseThrow()));
    }

    @Test
    void aPreconditionThatDoesNotHoldIsStale() {
        var stale = new PolicyDecision.Stale(NAME, Optional.of(3L));
        var missing = new PolicyDecision.Stale(NAME, Optional.empty());
        Precondition older = new Precondition.AtRevision(Set.of(2L));

        assertThat(PolicyRegister.replace(policy(2), older, standing(3), NOW)).isEqualTo(stale);
        assertThat(PolicyRegister.replace(policy(2), new Precondition.Absent(), standing(3), NOW))
                .isEqualTo(stale);
        assertThat(PolicyRegister.replace(policy(2), older, EMPTY, NOW)).isEqualTo(missing);
        assertThat(PolicyRegister.replace(policy(2), new Precondition.Present(), EMPTY, NOW))
                .isEqualTo(missing);
        assertThat(PolicyRegister.retire(NAME, older, standing(3))).isEqualTo(stale);
    }

    @Test
    void whatIsNotThereCannotBeRetired() {
        assertThat(PolicyRegister.retire(NAME, new Precondition.Present(), EMPTY))
                .isEqualTo(new PolicyDecision.Unknown(NAME));
    }
}
