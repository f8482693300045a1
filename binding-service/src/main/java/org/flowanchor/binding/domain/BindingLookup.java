package org.flowanchor.binding.domain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;

/**
 * Binding cache entry lookup (RFC 5213 section 5.4.1 with the update of RFC 7864 section 3.2.1): which session an update means. Cases
 * and rows are named as in the decision table A1..A7, B1..B4, C1..C3; D-A..D-E are this implementation's answers where the text is
 * silent or contradicts itself.
 *
 * <p>Rows B3 and C2 (handoff state unknown, one entry) leave open what is meant until the previous gateway de-registers, or says that
 * the node is still there; a de-registration that has already come counts.
 */
final class BindingLookup {
    /** What was found. */
    sealed interface Match {
        record Existing(BindingCacheEntry entry) implements Match {}

        /** A new session with the prefixes of the update: given ones, or ones to allocate. */
        record NewSession() implements Match {}

        /** A new session on the prefixes of another session of the same mobile node. */
        record SharedSession(List<HomeNetworkPrefix> prefixes) implements Match {}

        record Refused(BindingStatus status) implements Match {}

        /** This session if the node left its gateway, otherwise a new one. */
        record Unsure(BindingCacheEntry entry) implements Match {}

        /** A de-registration that belongs to no session: "silently ignore". */
        record Unassociated() implements Match {}
    }

    private final ProxyBindingUpdate update;
    private final HandoffIndicator handoff;
    private final AccessTechnologyType type;
    private final Optional<LinkLayerIdentifier> identifier;
    private final MobileNodeBindings bindings;

    private BindingLookup(
            ProxyBindingUpdate update,
            HandoffIndicator handoff,
            AccessTechnologyType type,
            MobileNodeBindings bindings) {
        this.update = update;
        this.handoff = handoff;
        this.type = type;
        this.identifier = update.linkLayerIdentifier();
        this.bindings = bindings;
    }

    static Match of(
            ProxyBindingUpdate update,
            HandoffIndicator handoff,
            AccessTechnologyType type,
            MobileNodeBindings bindings,
            PrefixHolders holders) {
        BindingLookup lookup = new BindingLookup(update, handoff, type, bindings);
        List<HomeNetworkPrefix> named = update.nonZeroPrefixes();
        if (!named.isEmpty()) {
            return lookup.byPrefix(named, holders);
        }
        if (update.deregisters()) {
            return lookup.ofDeregistration(bindings.entries());
        }
        return lookup.withoutPrefix();
    }

    private Match byPrefix(List<HomeNetworkPrefix> named, PrefixHolders holders) {
        boolean own = false;
        for (HomeNetworkPrefix prefix : named) {
            if (bindings.holds(prefix)) {
                own = true;
            } else if (holders.holder(prefix)
                    .filter(holder ->
                            !holder.resting() && !holder.mobileNodeIdentifier().equals(bindings.mobileNodeIdentifier()))
                    .isPresent()) {
                return new Match.Refused(BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX); // A2
            }
        }
        if (!own) {
            return update.deregisters() ? new Match.Unassociated() : new Match.NewSession(); // A1
        }
        // D-C: sharing makes the entry of a prefix ambiguous; those with exactly the requested set are meant.
        List<BindingCacheEntry> candidates = bindings.entries().stream()
                .filter(entry -> entry.holdsExactly(update.homeNetworkPrefixes()))
                .toList();
        if (candidates.isEmpty()) {
            return new Match.Refused(BindingStatus.BCE_PBU_PREFIX_SET_DO_NOT_MATCH); // A3
        }
        if (update.deregisters()) {
            return ofDeregistration(candidates);
        }
        return isHandoff(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES)
                ? bySharedPrefix(candidates)
                : bySession(candidates);
    }

    private Match bySharedPrefix(List<BindingCacheEntry> candidates) {
        Optional<BindingCacheEntry> known = retransmitted(candidates);
        if (known.isPresent()) {
            return new Match.Existing(known.get()); // A4, D-E
        }
        return candidates.getFirst().prefixKind() == PrefixKind.PERMANENT
                ? new Match.SharedSession(candidates.getFirst().homeNetworkPrefixes()) // A5
                : new Match.Refused(BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX);
    }

    /** A6 in the precedence of D-C, then D-B. */
    private Match bySession(List<BindingCacheEntry> candidates) {
        Optional<BindingCacheEntry> sameInterface = first(candidates, entry -> entry.isOver(type, identifier));
        if (sameInterface.isPresent()) {
            return new Match.Existing(sameInterface.get());
        }
        List<BindingCacheEntry> sameGateway = candidates.stream()
                .filter(entry -> entry.isAt(update.proxyCareOfAddress()) && entry.isOver(type))
                .toList();
        if (!sameGateway.isEmpty()) {
            return only(sameGateway);
        }
        if (isHandoff(HandoffIndicator.HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES)) {
            return only(candidates);
        }
        if (isHandoff(HandoffIndicator.HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE) && identifier.isEmpty()) {
            List<BindingCacheEntry> unnamed = candidates.stream()
                    .filter(entry -> entry.linkLayerIdentifier().isEmpty() && entry.isOver(type))
                    .toList();
            if (!unnamed.isEmpty()) {
                return only(unnamed);
            }
        }
        // D-B: a session of its own on prefixes another session holds is what handoff indicator 6 is for.
        return new Match.Refused(BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX); // A7
    }

    /** Cases B (with link-layer identifier) and C (without). */
    private Match withoutPrefix() {
        Optional<BindingCacheEntry> sameInterface = first(bindings.entries(), entry -> entry.isOver(type, identifier));
        if (sameInterface.isPresent()) {
            return new Match.Existing(sameInterface.get()); // B1
        }
        if (isHandoff(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES)) {
            return sharing();
        }
        if (bindings.entries().size() == 1) {
            BindingCacheEntry single = bindings.entries().iterator().next();
            if (isHandoff(HandoffIndicator.HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES)) {
                return new Match.Existing(single); // B2, C1
            }
            if (isHandoff(HandoffIndicator.HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE) && identifier.isEmpty()) {
                return new Match.Existing(single); // C1
            }
            if (isHandoff(HandoffIndicator.HANDOFF_STATE_UNKNOWN)) {
                // B3, C2; known already: its de-registration has come, or (D-F) it is a retransmission.
                return single.isActive() && !isRetransmittedFor(single)
                        ? new Match.Unsure(single)
                        : new Match.Existing(single);
            }
        }
        return new Match.NewSession(); // B4, C3
    }

    /** D-F: without identifiers, the same gateway and access technology are the same session, as in D-E. */
    private boolean isRetransmittedFor(BindingCacheEntry entry) {
        return identifier.isEmpty()
                && entry.linkLayerIdentifier().isEmpty()
                && entry.isAt(update.proxyCareOfAddress())
                && entry.isOver(type);
    }

    /** D-A: prefixes are shared with the common set, or with the set of the preferred session. Temporal ones never are. */
    private Match sharing() {
        return retransmitted(bindings.entries())
                .<Match>map(Match.Existing::new)
                .or(() -> bindings.shareable().<Match>map(Match.SharedSession::new))
                .orElseGet(Match.NewSession::new);
    }

    /** A4; D-E: without link-layer identifier, gateway and access technology tell a retransmission. */
    private Optional<BindingCacheEntry> retransmitted(Collection<BindingCacheEntry> candidates) {
        return identifier.isPresent()
                ? first(candidates, entry -> entry.isOver(type, identifier))
                : first(candidates, entry -> entry.isAt(update.proxyCareOfAddress()) && entry.isOver(type));
    }

    /** D-D: gateway and access technology (and link-layer identifier) must be the session's; never a sibling's. L-14 follows. */
    private Match ofDeregistration(Collection<BindingCacheEntry> candidates) {
        List<BindingCacheEntry> here = candidates.stream()
                .filter(entry -> entry.isAt(update.proxyCareOfAddress()) && entry.isOver(type))
                .filter(entry -> identifier.isEmpty()
                        || entry.linkLayerIdentifier().isEmpty()
                        || identifier.equals(entry.linkLayerIdentifier()))
                .toList();
        if (here.isEmpty()) {
            return new Match.Unassociated();
        }
        return first(here, entry -> entry.isOver(type, identifier))
                .<Match>map(Match.Existing::new)
                .orElseGet(() -> only(here));
    }

    /** Several sessions would fit: refuse to guess (D-C). */
    private static Match only(List<BindingCacheEntry> candidates) {
        return candidates.size() == 1
                ? new Match.Existing(candidates.getFirst())
                : new Match.Refused(BindingStatus.REASON_UNSPECIFIED);
    }

    private boolean isHandoff(HandoffIndicator value) {
        return handoff.equals(value);
    }

    private static Optional<BindingCacheEntry> first(
            Collection<BindingCacheEntry> entries, Predicate<BindingCacheEntry> condition) {
        return entries.stream().filter(condition).findFirst();
    }
}
