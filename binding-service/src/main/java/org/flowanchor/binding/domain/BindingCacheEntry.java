package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Binding cache entry, BCE: one attached interface of a mobile node (RFC 5213 section 5.1, RFC 7864 section 5.1).
 *
 * @param bindingPriority BID-PRI, 1..127, lower is preferred
 * @param homeNetworkPrefixes at least one, ordered, without duplicates
 * @param linkLayerIdentifier empty: never given
 * @param expiresAt end of the lifetime (ACTIVE) or of MinDelayBeforeBCEDelete (RELEASING); kept to the millisecond
 * @param sequenceNumber of the update accepted last
 * @param timestamp of the update accepted last, as the update gave it; empty: it was ordered by sequence number
 */
public record BindingCacheEntry(
        MobileNodeIdentifier mobileNodeIdentifier,
        BindingIdentifier bindingIdentifier,
        int bindingPriority,
        List<HomeNetworkPrefix> homeNetworkPrefixes,
        ProxyCareOfAddress proxyCareOfAddress,
        AccessTechnologyType accessTechnologyType,
        Optional<LinkLayerIdentifier> linkLayerIdentifier,
        BindingState state,
        Instant expiresAt,
        String policyGroup,
        int sequenceNumber,
        Optional<Timestamp> timestamp) {
    public BindingCacheEntry {
        if (bindingPriority < 1 || bindingPriority > 127) {
            throw new IllegalArgumentException("binding priority " + bindingPriority + " is not in 1..127");
        }
        ProxyBindingUpdate.requireUnsigned16(sequenceNumber, "sequence number");
        homeNetworkPrefixes = homeNetworkPrefixes.stream().sorted().distinct().toList();
        if (homeNetworkPrefixes.isEmpty() || homeNetworkPrefixes.stream().anyMatch(HomeNetworkPrefix::isAllZero)) {
            throw new IllegalArgumentException("a binding has one prefix or more, none of them ALL_ZERO");
        }
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
    }

    boolean isActive() {
        return state == BindingState.ACTIVE;
    }

    boolean isDue(Instant now) {
        return !expiresAt.isAfter(now);
    }

    boolean holdsAnyOf(List<HomeNetworkPrefix> prefixes) {
        return homeNetworkPrefixes.stream().anyMatch(prefixes::contains);
    }

    /** Whether content and count are those of the request (RFC 5213 section 5.4.1.1). */
    boolean holdsExactly(List<HomeNetworkPrefix> prefixes) {
        return homeNetworkPrefixes.equals(prefixes.stream().sorted().toList());
    }

    boolean isOver(AccessTechnologyType type, Optional<LinkLayerIdentifier> identifier) {
        return identifier.isPresent() && identifier.equals(linkLayerIdentifier) && isOver(type);
    }

    boolean isOver(AccessTechnologyType type) {
        return accessTechnologyType.equals(type);
    }

    boolean isAt(ProxyCareOfAddress gateway) {
        return proxyCareOfAddress.equals(gateway);
    }

    /** De-registered: forwards nothing from now on, deleted at {@code deleteAt}. A repeated de-registration never prolongs the wait. */
    BindingCacheEntry released(Instant deleteAt, ProxyBindingUpdate update) {
        return new BindingCacheEntry(
                mobileNodeIdentifier,
                bindingIdentifier,
                bindingPriority,
                homeNetworkPrefixes,
                proxyCareOfAddress,
                accessTechnologyType,
                linkLayerIdentifier,
                BindingState.RELEASING,
                isActive() ? deleteAt : expiresAt,
                policyGroup,
                update.sequenceNumber(),
                update.timestamp());
    }
}
