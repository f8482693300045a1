package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * The prefixes a gateway carries for a mobile node without anchoring them: its flow-mobility set (RFC 7864 section 4.2).
 *
 * @param prefixes ascending, each once
 */
public record FlowMobility(List<FlowMobilePrefix> prefixes) {
    public static final FlowMobility NONE = new FlowMobility(List.of());

    public FlowMobility {
        prefixes = prefixes.stream()
                .sorted(Comparator.comparing(FlowMobilePrefix::prefix))
                .toList();
        if (prefixes.stream().map(FlowMobilePrefix::prefix).distinct().count() != prefixes.size()) {
            throw new IllegalArgumentException("a flow-mobile prefix is there twice");
        }
    }

    /**
     * What comes with an attachment (RFC 7864 section 3.3).
     *
     * @param atOnce whether the acknowledgement gives it; the rest is asked for
     */
    static FlowMobility granted(
            Collection<HomeNetworkPrefix> prefixes, Predicate<HomeNetworkPrefix> atOnce, Instant now) {
        return prefixes.isEmpty()
                ? NONE
                : new FlowMobility(prefixes.stream()
                        .distinct()
                        .map(prefix -> atOnce.test(prefix)
                                ? FlowMobilePrefix.granted(prefix, now)
                                : FlowMobilePrefix.promised(prefix, now))
                        .toList());
    }

    public boolean isEmpty() {
        return prefixes.isEmpty();
    }

    public Optional<FlowMobilePrefix> of(HomeNetworkPrefix prefix) {
        return prefixes.stream().filter(one -> one.prefix().equals(prefix)).findFirst();
    }

    /** Flows for these may be sent to the gateway. */
    public List<HomeNetworkPrefix> carried() {
        return named(FlowMobilePrefix::isCarried);
    }

    /** What the next Flow Mobility Initiate lists: everything that is to stay or to come (set semantics, RFC 7864 section 4.2). */
    List<HomeNetworkPrefix> wanted() {
        return named(one -> one.isCarried() || one.state() == FlowMobilePrefix.State.PREPARING);
    }

    /** Whether the gateway is to be told something, or was told and has not answered. */
    public boolean isUnsettled() {
        return prefixes.stream()
                .anyMatch(one -> one.state() == FlowMobilePrefix.State.PREPARING
                        || one.state() == FlowMobilePrefix.State.WITHDRAWING);
    }

    /** When the first hold time ends. */
    public Optional<Instant> holdUntil() {
        return prefixes.stream().flatMap(one -> one.until().stream()).min(Comparator.naturalOrder());
    }

    FlowMobility with(FlowMobilePrefix prefix) {
        return new FlowMobility(Stream.concat(without(prefix.prefix()).prefixes.stream(), Stream.of(prefix))
                .toList());
    }

    FlowMobility without(HomeNetworkPrefix prefix) {
        return new FlowMobility(
                prefixes.stream().filter(one -> !one.prefix().equals(prefix)).toList());
    }

    private List<HomeNetworkPrefix> named(Predicate<FlowMobilePrefix> condition) {
        return prefixes.stream().filter(condition).map(FlowMobilePrefix::prefix).toList();
    }
}
