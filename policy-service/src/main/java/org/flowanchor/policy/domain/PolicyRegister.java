package org.flowanchor.policy.domain;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.policy.domain.PolicyDecision.NameTaken;
import org.flowanchor.policy.domain.PolicyDecision.PrecedenceTaken;
import org.flowanchor.policy.domain.PolicyDecision.Publish;
import org.flowanchor.policy.domain.PolicyDecision.Retire;
import org.flowanchor.policy.domain.PolicyDecision.Stale;
import org.flowanchor.policy.domain.PolicyDecision.Unchanged;
import org.flowanchor.policy.domain.PolicyDecision.Unknown;

/**
 * Decides changes of the set of policies, from what stands now.
 *
 * <p>A name is absent or stands at a revision. {@link #create} and {@link #replace} with {@link Precondition.Absent} lead from absent
 * to standing, {@link #replace} from one revision to the next, {@link #retire} to absent. Revisions of a name go on counting while it
 * is absent, so that a policy created again is newer than the tombstone of its predecessor.
 */
public final class PolicyRegister {
    /**
     * What stands now.
     *
     * @param current the policy of the name in question
     * @param lastRevision last revision ever given to the name, 0 for none
     * @param precedenceHolder the policy with the wanted precedence
     */
    public record Situation(Optional<StoredPolicy> current, long lastRevision, Optional<PolicyName> precedenceHolder) {
        Optional<Long> standing() {
            return current.map(StoredPolicy::revision);
        }
    }

    private PolicyRegister() {}

    public static PolicyDecision create(OffloadPolicy wanted, Situation situation, Instant now) {
        if (situation.current().isPresent()) {
            return new NameTaken(wanted.name());
        }
        return publish(wanted, situation, now);
    }

    public static PolicyDecision replace(
            OffloadPolicy wanted, Precondition precondition, Situation situation, Instant now) {
        if (!precondition.holds(situation.standing())) {
            return stale(wanted.name(), situation);
        }
        if (situation.current().isPresent()
                && situation.current().get().policy().equals(wanted)) {
            return new Unchanged(situation.current().get());
        }
        return publish(wanted, situation, now);
    }

    public static PolicyDecision retire(PolicyName name, Precondition precondition, Situation situation) {
        if (situation.current().isEmpty()) {
            return new Unknown(name);
        }
        if (!precondition.holds(situation.standing())) {
            return stale(name, situation);
        }
        return new Retire(name, situation.lastRevision() + 1);
    }

    private static PolicyDecision publish(OffloadPolicy wanted, Situation situation, Instant now) {
        Optional<PolicyName> holder = situation.precedenceHolder();
        if (holder.isPresent() && !holder.get().equals(wanted.name())) {
            return new PrecedenceTaken(wanted.precedence(), holder.get());
        }
        Instant createdAt = situation.current().map(StoredPolicy::createdAt).orElse(now);
        return new Publish(
                new StoredPolicy(wanted, situation.lastRevision() + 1, createdAt, now),
                situation.current().isEmpty());
    }

    private static PolicyDecision stale(PolicyName name, Situation situation) {
        return new Stale(name, situation.standing());
    }
}
