package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Binding cache entry, BCE: one attached interface of a mobile node (RFC 5213 section 5.1, RFC 7864 section 5.1).
 *
 * @param bindingPriority BID-PRI, 1..127, lower is preferred
 * @param homeNetworkPrefixes at least one, ordered, without duplicates
 * @param linkLayerIdentifier empty: never given
 * @param expiresAt end of the lifetime (ACTIVE) or of MinDelayBeforeBCEDelete (RELEASING); kept to the millisecond
 * @param facts of its mobile node, as the last decision about the entry knew them
 * @param sequenceNumber of the update accepted last
 * @param timestamp of the update accepted last, as the update gave it; empty: it was ordered by sequence number
 * @param acceptedAt when the update accepted last arrived
 * @param linkLocalAddress of the gateway on the access link (RFC 5213 section 8.7); empty: none was asked for
 * @param serviceSelection of the update that opened the session (RFC 5149)
 * @param prefixKind where the session's own prefixes come from
 * @param flowMobility prefixes of sibling entries that this gateway carries too
 * @param revocation under way, or ended without taking the entry
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
        MobileNodeFacts facts,
        int sequenceNumber,
        Optional<Timestamp> timestamp,
        Instant acceptedAt,
        Optional<Ipv6Address> linkLocalAddress,
        Optional<ServiceSelection> serviceSelection,
        PrefixKind prefixKind,
        FlowMobility flowMobility,
        Optional<Revocation> revocation) {
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
        acceptedAt = acceptedAt.truncatedTo(ChronoUnit.MILLIS);
        if (linkLocalAddress.filter(address -> !address.isLinkLocal()).isPresent()) {
            throw new IllegalArgumentException("link-local address " + linkLocalAddress.get() + " is not link-local");
        }
        if (state != BindingState.ACTIVE && !flowMobility.isEmpty()) {
            throw new IllegalArgumentException("an entry that forwards nothing carries no prefix of others");
        }
    }

    public String policyGroup() {
        return facts.policyGroup();
    }

    boolean isActive() {
        return state == BindingState.ACTIVE;
    }

    /** Its lifetime or its MinDelayBeforeBCEDelete is over. */
    public boolean isDue(Instant now) {
        return !expiresAt.isAfter(now);
    }

    boolean holds(HomeNetworkPrefix prefix) {
        return homeNetworkPrefixes.contains(prefix);
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

    boolean isBeingRevoked() {
        return revocation.filter(Revocation::isInProgress).isPresent();
    }

    /** It is being revoked, and not for a handover, after which it may turn out to stay. */
    boolean isUnwanted() {
        return revocation
                .filter(one -> one.isInProgress() && !Revocation.isForHandover(one.trigger()))
                .isPresent();
    }

    /** Messages about it may be unanswered. */
    public boolean awaitsGateway() {
        return isBeingRevoked() || flowMobility.isUnsettled();
    }

    /** De-registered: forwards nothing from now on, deleted at {@code deleteAt}. A repeated de-registration never prolongs the wait. */
    BindingCacheEntry released(
            Instant deleteAt, ReceivedUpdate received, Optional<Ipv6Address> gatewaysLinkLocalAddress) {
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
                facts,
                received.update().sequenceNumber(),
                received.update().timestamp(),
                received.receivedAt(),
                gatewaysLinkLocalAddress,
                serviceSelection,
                prefixKind,
                FlowMobility.NONE,
                Optional.empty());
    }

    /** As if it had been de-registered: its gateway has lost or given up the session. */
    BindingCacheEntry lost(Instant deleteAt) {
        return with(BindingState.RELEASING, isActive() ? deleteAt : expiresAt, FlowMobility.NONE, Optional.empty());
    }

    BindingCacheEntry with(MobileNodeFacts newFacts) {
        return new BindingCacheEntry(
                mobileNodeIdentifier,
                bindingIdentifier,
                bindingPriority,
                homeNetworkPrefixes,
                proxyCareOfAddress,
                accessTechnologyType,
                linkLayerIdentifier,
                state,
                expiresAt,
                newFacts,
                sequenceNumber,
                timestamp,
                acceptedAt,
                linkLocalAddress,
                serviceSelection,
                prefixKind,
                flowMobility,
                revocation);
    }

    BindingCacheEntry with(FlowMobility mobility) {
        return with(state, expiresAt, mobility, revocation);
    }

    BindingCacheEntry with(Optional<Revocation> newRevocation) {
        return with(state, expiresAt, flowMobility, newRevocation);
    }

    private BindingCacheEntry with(
            BindingState newState, Instant newExpiry, FlowMobility mobility, Optional<Revocation> newRevocation) {
        return new BindingCacheEntry(
                mobileNodeIdentifier,
                bindingIdentifier,
                bindingPriority,
                homeNetworkPrefixes,
                proxyCareOfAddress,
                accessTechnologyType,
                linkLayerIdentifier,
                newState,
                newExpiry,
                facts,
                sequenceNumber,
                timestamp,
                acceptedAt,
                linkLocalAddress,
                serviceSelection,
                prefixKind,
                mobility,
                newRevocation);
    }
}
