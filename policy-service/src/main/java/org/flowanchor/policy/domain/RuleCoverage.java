package org.flowanchor.policy.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * Finds rules that can never match because the rules before them take every packet.
 *
 * <p>A selector is a box in six dimensions (remote prefix, protocol, remote port, DSCP, flow label, Security Parameters Index). What is left
 * of a rule's boxes after subtracting every earlier box is what the rule can still see; nothing left: it is dead. Exact, but bounded: when
 * the boxes fall into too many pieces the rule counts as alive, which refuses nothing wrongly.
 */
final class RuleCoverage {
    private static final int MAX_SUBTRACTIONS = 200_000;

    private int subtractions;

    /**
     * The earlier rules that together leave nothing of {@code rules.get(index)}, in order; empty when it can match.
     */
    List<SteeringRule> coveredBy(List<SteeringRule> rules, int index) {
        List<TrafficSelector> rest = rules.get(index).matched();
        TreeSet<Integer> takers = new TreeSet<>();
        for (int earlier = 0; earlier < index; earlier++) {
            for (TrafficSelector taken : rules.get(earlier).matched()) {
                List<TrafficSelector> left = new ArrayList<>();
                for (TrafficSelector box : rest) {
                    if (++subtractions > MAX_SUBTRACTIONS) {
                        return List.of();
                    }
                    if (intersect(box, taken)) {
                        takers.add(earlier);
                        subtract(box, taken, left);
                    } else {
                        left.add(box);
                    }
                }
                rest = left;
                if (rest.isEmpty()) {
                    return takers.stream().map(rules::get).toList();
                }
            }
        }
        return List.of();
    }

    private static boolean intersect(TrafficSelector one, TrafficSelector other) {
        return one.remotePrefix().overlaps(other.remotePrefix())
                && intersect(one.protocols(), other.protocols())
                && intersect(one.remotePorts(), other.remotePorts())
                && intersect(one.dscp(), other.dscp())
                && intersect(one.flowLabels(), other.flowLabels())
                && intersect(one.securityParametersIndexes(), other.securityParametersIndexes());
    }

    private static boolean intersect(Range one, Range other) {
        return one.start() <= other.end() && other.start() <= one.end();
    }

    /** Adds the pieces of {@code box} outside {@code taken}, which intersects it. */
    private static void subtract(TrafficSelector box, TrafficSelector taken, List<TrafficSelector> pieces) {
        HomeNetworkPrefix prefix = box.remotePrefix();
        Range indexes = box.securityParametersIndexes();
        for (int length = prefix.length() + 1; length <= taken.remotePrefix().length(); length++) {
            HomeNetworkPrefix sibling = sibling(taken.remotePrefix().address(), length);
            pieces.add(new TrafficSelector(
                    sibling, box.protocols(), box.remotePorts(), box.dscp(), box.flowLabels(), indexes));
        }
        if (taken.remotePrefix().length() > prefix.length()) {
            prefix = taken.remotePrefix();
        }
        for (Range outside : outside(box.protocols(), taken.protocols())) {
            pieces.add(new TrafficSelector(prefix, outside, box.remotePorts(), box.dscp(), box.flowLabels(), indexes));
        }
        Range protocols = common(box.protocols(), taken.protocols());
        for (Range outside : outside(box.remotePorts(), taken.remotePorts())) {
            pieces.add(new TrafficSelector(prefix, protocols, outside, box.dscp(), box.flowLabels(), indexes));
        }
        Range ports = common(box.remotePorts(), taken.remotePorts());
        for (Range outside : outside(box.dscp(), taken.dscp())) {
            pieces.add(new TrafficSelector(prefix, protocols, ports, outside, box.flowLabels(), indexes));
        }
        Range dscp = common(box.dscp(), taken.dscp());
        for (Range outside : outside(box.flowLabels(), taken.flowLabels())) {
            pieces.add(new TrafficSelector(prefix, protocols, ports, dscp, outside, indexes));
        }
        // Last: what has fewer than all of them is of one protocol, which the pieces then have alone.
        Range labels = common(box.flowLabels(), taken.flowLabels());
        for (Range outside : outside(indexes, taken.securityParametersIndexes())) {
            pieces.add(new TrafficSelector(prefix, protocols, ports, dscp, labels, outside));
        }
    }

    /** The prefix of {@code length} bits that differs from {@code address} in its last bit only. */
    private static HomeNetworkPrefix sibling(Ipv6Address address, int length) {
        Ipv6Address flipped = length <= 64
                ? new Ipv6Address(address.high() ^ 1L << (64 - length), address.low())
                : new Ipv6Address(address.high(), address.low() ^ 1L << (128 - length));
        return HomeNetworkPrefix.containing(flipped, length);
    }

    private static List<Range> outside(Range range, Range taken) {
        List<Range> parts = new ArrayList<>(2);
        if (range.start() < taken.start()) {
            parts.add(new Range(range.start(), taken.start() - 1));
        }
        if (range.end() > taken.end()) {
            parts.add(new Range(taken.end() + 1, range.end()));
        }
        return parts;
    }

    private static Range common(Range one, Range other) {
        return new Range(Math.max(one.start(), other.start()), Math.min(one.end(), other.end()));
    }
}
