package org.flowanchor.binding.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Configuration variables of an anchor (RFC 5213 section 9.1) and its preferences.
 *
 * @param timestampValidityWindow TimestampValidityWindow, positive, default 300 ms
 * @param minDelayBeforeBceDelete MinDelayBeforeBCEDelete, default 10 s
 * @param maxDelayBeforeNewBceAssign MaxDelayBeforeNewBCEAssign, default 1500 ms; 0: never wait for a de-registration
 * @param maxLifetime longest lifetime granted, 4 s..262140 s; granted in units of 4 s
 * @param bindingPriorities BID-PRI by access technology, 1..127
 * @param defaultBindingPriority BID-PRI of any other access technology, 1..127
 * @param maxBindingsPerMobileNode entries beyond it are refused with 130: an update without link-layer identifier may create a new
 *     session on each retransmission (RFC 5213 section 5.4.1.3)
 * @param domain variables of the whole domain
 * @param signalling variables of what the anchor sends by itself
 * @param prefixKinds by service; every other service, and no service, gets permanent prefixes
 */
public record AnchorRules(
        Duration timestampValidityWindow,
        Duration minDelayBeforeBceDelete,
        Duration maxDelayBeforeNewBceAssign,
        Duration maxLifetime,
        Map<AccessTechnologyType, Integer> bindingPriorities,
        int defaultBindingPriority,
        int maxBindingsPerMobileNode,
        DomainVariables domain,
        SignallingRules signalling,
        Map<ServiceSelection, PrefixKind> prefixKinds) {
    /** A lifetime is counted in these (RFC 6275 section 6.1.7). */
    public static final int LIFETIME_UNIT_SECONDS = 4;

    public AnchorRules {
        if (timestampValidityWindow.isNegative() || timestampValidityWindow.isZero()) {
            throw new IllegalArgumentException("timestamp validity window must be positive");
        }
        if (minDelayBeforeBceDelete.isNegative()) {
            throw new IllegalArgumentException("delay before the deletion of an entry must not be negative");
        }
        if (maxDelayBeforeNewBceAssign.isNegative()) {
            throw new IllegalArgumentException("delay before a new entry is assigned must not be negative");
        }
        if (maxLifetime.toSeconds() < LIFETIME_UNIT_SECONDS
                || maxLifetime.toSeconds() > 65535L * LIFETIME_UNIT_SECONDS) {
            throw new IllegalArgumentException("maximum lifetime must be 4 s to 262140 s, not " + maxLifetime);
        }
        bindingPriorities = Map.copyOf(bindingPriorities);
        bindingPriorities.forEach((type, priority) -> requirePriority(priority, type.toString()));
        requirePriority(defaultBindingPriority, "every other access technology");
        if (maxBindingsPerMobileNode < 1 || maxBindingsPerMobileNode > 65535) {
            throw new IllegalArgumentException("bindings per mobile node must be 1..65535");
        }
        prefixKinds = Map.copyOf(prefixKinds);
    }

    private static void requirePriority(int priority, String of) {
        if (priority < 1 || priority > 127) {
            throw new IllegalArgumentException("binding priority " + priority + " of " + of + " is not in 1..127");
        }
    }

    int bindingPriority(AccessTechnologyType type) {
        return bindingPriorities.getOrDefault(type, defaultBindingPriority);
    }

    PrefixKind prefixKind(Optional<ServiceSelection> service) {
        return service.map(prefixKinds::get).orElse(PrefixKind.PERMANENT);
    }

    /** Units of 4 seconds. */
    int grantedLifetime(int requested) {
        return (int) Math.min(requested, maxLifetime.toSeconds() / LIFETIME_UNIT_SECONDS);
    }
}
