package org.flowanchor.testbed.signalling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.signalling.Operation.Kind;

/**
 * Who surely held which prefix when: from the answer that gave it until the transmission of what may have given it back. Two holders at
 * one time are a fault.
 *
 * @param reused prefixes with several holders, one after the other
 */
record PrefixHolding(long reused, List<String> faults) {
    private record Hold(String mobileNode, long fromNanos, long untilNanos) {}

    static PrefixHolding of(Map<String, List<Operation>> histories) {
        Map<HomeNetworkPrefix, List<Hold>> holds = new HashMap<>();
        histories.forEach((mobileNode, operations) -> collect(mobileNode, operations, holds));
        List<String> faults = new ArrayList<>();
        long reused = 0;
        for (Map.Entry<HomeNetworkPrefix, List<Hold>> entry : holds.entrySet()) {
            List<Hold> ofPrefix = entry.getValue();
            ofPrefix.sort(Comparator.comparingLong(Hold::fromNanos));
            if (ofPrefix.stream().map(Hold::mobileNode).distinct().count() > 1) {
                reused++;
            }
            for (int i = 1; i < ofPrefix.size(); i++) {
                Hold before = ofPrefix.get(i - 1);
                Hold after = ofPrefix.get(i);
                if (!before.mobileNode().equals(after.mobileNode()) && before.untilNanos() > after.fromNanos()) {
                    faults.add(entry.getKey() + " is that of " + before.mobileNode() + " and of " + after.mobileNode());
                }
            }
        }
        return new PrefixHolding(reused, List.copyOf(faults));
    }

    private static void collect(
            String mobileNode, List<Operation> operations, Map<HomeNetworkPrefix, List<Hold>> holds) {
        Optional<HomeNetworkPrefix> held = Optional.empty();
        long from = 0;
        for (Operation operation : operations.stream()
                .sorted(Comparator.comparingLong(Operation::sentNanos))
                .toList()) {
            if (operation.kind() == Kind.DEREGISTRATION) {
                if (held.isPresent()) {
                    holds.computeIfAbsent(held.get(), key -> new ArrayList<>())
                            .add(new Hold(mobileNode, from, operation.sentNanos()));
                    held = Optional.empty();
                }
            } else if (operation.accepted() && held.isEmpty()) {
                held = operation.outcome().flatMap(Operation.Outcome::prefix);
                from = operation.outcome().orElseThrow().nanos();
            }
        }
        if (held.isPresent()) {
            holds.computeIfAbsent(held.get(), key -> new ArrayList<>()).add(new Hold(mobileNode, from, Long.MAX_VALUE));
        }
    }
}
