package org.flowanchor.flow.adapter.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.flow.domain.placement.OffloadPolicies;
import org.flowanchor.flow.domain.placement.OffloadPolicy;

/**
 * What the topic {@code policies} says. Owned by the thread that reads it.
 *
 * <p>Trap: a sender may repeat records, and a reader that lost its broker reads from the beginning again. Only what is newer counts,
 * tombstones included, so the version of a retired policy is remembered: one number per name that was ever used.
 */
final class PublishedPolicies {
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, OffloadPolicy> policies = new HashMap<>();

    /**
     * @param version of the record; empty when it has none, then the policy's revision decides
     * @param policy empty with a tombstone
     * @return whether the record was newer than what is known
     */
    boolean apply(String name, OptionalLong version, Optional<OffloadPolicy> policy) {
        Long known = versions.get(name);
        if (version.isPresent() && known != null && version.getAsLong() <= known) {
            return false;
        }
        version.ifPresent(newer -> versions.put(name, newer));
        if (policy.isEmpty()) {
            return policies.remove(name) != null;
        }
        OffloadPolicy before = policies.get(name);
        if (before != null && policy.get().revision() <= before.revision()) {
            return false;
        }
        policies.put(name, policy.get());
        return true;
    }

    OffloadPolicies all() {
        return OffloadPolicies.of(policies.values());
    }
}
