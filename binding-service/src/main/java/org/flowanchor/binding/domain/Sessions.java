package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.PrefixModel;

/**
 * What an accepted update makes of an entry: new, shared, extended, handed over (RFC 5213 sections 5.3.2 to 5.3.4, RFC 7864 section
 * 3.2.1), with the prefixes that the node's profile and its service call for.
 */
final class Sessions {
    private final AnchorRules rules;
    private final Admission admission;
    private final NamedPrefixes named;
    private final PrefixPreparation preparation;

    Sessions(AnchorRules rules, Admission admission, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.admission = admission;
        this.named = new NamedPrefixes(admission);
        this.preparation = new PrefixPreparation(rules.signalling(), admission, capabilities);
    }

    PrefixDemand demand(ProxyBindingUpdate update) {
        int named = update.nonZeroPrefixes().size();
        int asked = update.homeNetworkPrefixes().size() - named;
        // Of a subscriber that is known only when its entries are.
        boolean hybrid = asked > 0
                && update.mobileNodeIdentifier()
                        .flatMap(admission::profile)
                        .filter(MobileNodeProfile::isHybrid)
                        .isPresent();
        return new PrefixDemand(
                rules.prefixKind(update.serviceSelection()), update.proxyCareOfAddress(), asked + (hybrid ? 1 : 0));
    }

    /** A session of its own, or on common prefixes where the node's profile says so. */
    BindingDecision open(
            ReceivedUpdate received, MobileNodeBindings bindings, PrefixHolders holders, PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        PrefixKind kind = rules.prefixKind(update.serviceSelection());
        if (isFull(bindings)) {
            return BindingCache.rejected(update, BindingStatus.INSUFFICIENT_RESOURCES);
        }
        if (!named.areGranted(update, bindings.mobileNodeIdentifier(), holders, kind)) {
            return BindingCache.rejected(update, BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX);
        }
        return kind == PrefixKind.PERMANENT
                ? openPermanent(received, bindings, holders, supplier)
                : openOwn(received, bindings, update.homeNetworkPrefixes(), kind, supplier);
    }

    private BindingDecision openPermanent(
            ReceivedUpdate received, MobileNodeBindings bindings, PrefixHolders holders, PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        MobileNodeProfile profile = profile(bindings);
        boolean named = !update.nonZeroPrefixes().isEmpty();
        Optional<List<HomeNetworkPrefix>> shareable = bindings.shareable();
        if (!named && profile.prefixModel().filter(PrefixModel.SHARED::equals).isPresent() && shareable.isPresent()) {
            return write(
                    received, opened(received, bindings, shareable.get(), PrefixKind.PERMANENT), Procedure.SHARING);
        }
        StaticPrefixes kept = new StaticPrefixes(profile, bindings, holders, update.proxyCareOfAddress());
        if (!kept.isEmpty() && !kept.include(update.nonZeroPrefixes())) {
            return BindingCache.rejected(update, BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX);
        }
        if (!kept.areObtainable()) {
            return BindingCache.rejected(update, BindingStatus.INSUFFICIENT_RESOURCES);
        }
        if (profile.isHybrid() && !named) {
            return openHybrid(received, bindings, kept.before(supplier, update.nonZeroPrefixes()));
        }
        boolean unique =
                profile.prefixModel().filter(PrefixModel.UNIQUE::equals).isPresent();
        // A node that has one set of prefixes has all of the kept ones, whatever its gateway asks for.
        List<HomeNetworkPrefix> wanted =
                unique || named || kept.unused().isEmpty() ? update.homeNetworkPrefixes() : kept.unused();
        return openOwn(
                received, bindings, wanted, PrefixKind.PERMANENT, kept.before(supplier, update.nonZeroPrefixes()));
    }

    private BindingDecision openOwn(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            List<HomeNetworkPrefix> wanted,
            PrefixKind kind,
            PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        Optional<List<HomeNetworkPrefix>> prefixes = granted(update, wanted, kind, supplier);
        return prefixes.isEmpty()
                ? BindingCache.rejected(update, BindingStatus.INSUFFICIENT_RESOURCES)
                : write(received, opened(received, bindings, prefixes.get(), kind), Procedure.INITIAL);
    }

    /** The prefix all sessions of the node have in common, and at least one that only this one has. */
    private BindingDecision openHybrid(ReceivedUpdate received, MobileNodeBindings bindings, PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        Optional<HomeNetworkPrefix> common = bindings.common();
        List<HomeNetworkPrefix> wanted = new ArrayList<>();
        wanted.add(common.orElse(HomeNetworkPrefix.ALL_ZERO));
        wanted.addAll(update.homeNetworkPrefixes());
        return granted(update, wanted, PrefixKind.PERMANENT, supplier)
                .map(prefixes -> write(
                        received,
                        opened(received, bindings, prefixes, PrefixKind.PERMANENT),
                        common.isPresent() ? Procedure.SHARING : Procedure.INITIAL))
                .orElseGet(() -> BindingCache.rejected(update, BindingStatus.INSUFFICIENT_RESOURCES));
    }

    /** Empty when a prefix that is asked for is not there. */
    private static Optional<List<HomeNetworkPrefix>> granted(
            ProxyBindingUpdate update, List<HomeNetworkPrefix> wanted, PrefixKind kind, PrefixSupplier supplier) {
        List<HomeNetworkPrefix> prefixes = new ArrayList<>();
        for (HomeNetworkPrefix one : wanted) {
            Optional<HomeNetworkPrefix> granted =
                    one.isAllZero() ? supplier.next(kind, update.proxyCareOfAddress()) : Optional.of(one);
            if (granted.isEmpty()) {
                return Optional.empty();
            }
            prefixes.add(granted.get());
        }
        return Optional.of(prefixes);
    }

    /** Handoff indicator 6. A node whose profile wants prefixes of its own for each session gets them, or 155 if it named others. */
    BindingDecision share(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            List<HomeNetworkPrefix> prefixes,
            PrefixHolders holders,
            PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        Optional<PrefixModel> model = profile(bindings).prefixModel();
        boolean named = !update.nonZeroPrefixes().isEmpty();
        boolean unique = model.filter(PrefixModel.UNIQUE::equals).isPresent();
        boolean temporal = rules.prefixKind(update.serviceSelection()) == PrefixKind.TEMPORAL;
        if (named && unique) {
            return BindingCache.rejected(update, BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX);
        }
        if (!named
                && (unique
                        || temporal
                        || model.filter(PrefixModel.HYBRID::equals).isPresent())) {
            return open(received, bindings, holders, supplier);
        }
        return isFull(bindings)
                ? BindingCache.rejected(update, BindingStatus.INSUFFICIENT_RESOURCES)
                : write(received, opened(received, bindings, prefixes, PrefixKind.PERMANENT), Procedure.SHARING);
    }

    private boolean isFull(MobileNodeBindings bindings) {
        return bindings.entries().size() >= rules.maxBindingsPerMobileNode();
    }

    private BindingCacheEntry opened(
            ReceivedUpdate received, MobileNodeBindings bindings, List<HomeNetworkPrefix> prefixes, PrefixKind kind) {
        ProxyBindingUpdate update = received.update();
        AccessTechnologyType type = update.accessTechnologyType().orElseThrow();
        BindingCacheEntry entry = new BindingCacheEntry(
                bindings.mobileNodeIdentifier(),
                bindings.smallestFreeIdentifier(),
                rules.bindingPriority(type),
                prefixes,
                update.proxyCareOfAddress(),
                type,
                update.linkLayerIdentifier(),
                BindingState.ACTIVE,
                expiry(received),
                profile(bindings).facts(),
                update.sequenceNumber(),
                update.timestamp(),
                received.receivedAt(),
                linkLocalAddress(update, Optional.empty()),
                update.serviceSelection(),
                kind,
                FlowMobility.NONE,
                Optional.empty());
        return entry.with(preparation.granted(bindings, entry, update.proxyCareOfAddress(), received.receivedAt()));
    }

    /** Section 5.3.3 at the same gateway, 5.3.4 at another. */
    BindingDecision update(ReceivedUpdate received, MobileNodeBindings bindings, BindingCacheEntry entry) {
        boolean stays = entry.isAt(received.update().proxyCareOfAddress());
        BindingCacheEntry extended = extended(received, entry, profile(bindings).facts());
        // To a gateway that did not have the session this is an attachment, and the acknowledgement says what it
        // carries beside it.
        FlowMobility mobility = stays && entry.isActive()
                ? entry.flowMobility()
                : preparation.granted(bindings, entry, extended.proxyCareOfAddress(), received.receivedAt());
        return write(received, extended.with(mobility), stays ? Procedure.EXTENSION : Procedure.HANDOVER);
    }

    private BindingCacheEntry extended(ReceivedUpdate received, BindingCacheEntry entry, MobileNodeFacts facts) {
        ProxyBindingUpdate update = received.update();
        AccessTechnologyType type = update.accessTechnologyType().orElse(entry.accessTechnologyType());
        // Another interface whose identifier is not given must not keep the old interface's.
        boolean sameInterface = entry.accessTechnologyType().equals(type)
                && !update.handoffIndicator()
                        .equals(Optional.of(HandoffIndicator.HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES));
        return new BindingCacheEntry(
                entry.mobileNodeIdentifier(),
                entry.bindingIdentifier(),
                rules.bindingPriority(type),
                entry.homeNetworkPrefixes(),
                update.proxyCareOfAddress(),
                type,
                update.linkLayerIdentifier().or(() -> sameInterface ? entry.linkLayerIdentifier() : Optional.empty()),
                BindingState.ACTIVE,
                expiry(received),
                facts,
                update.sequenceNumber(),
                update.timestamp(),
                received.receivedAt(),
                linkLocalAddress(update, entry.linkLocalAddress()),
                entry.serviceSelection(),
                entry.prefixKind(),
                FlowMobility.NONE,
                Optional.empty());
    }

    /** Section 5.3.6: the entry's, or a generated one, to the gateway that asks; the gateway's own is kept. */
    Optional<Ipv6Address> linkLocalAddress(ProxyBindingUpdate update, Optional<Ipv6Address> held) {
        if (update.linkLocalAddress().isEmpty()) {
            return held;
        }
        Ipv6Address named = update.linkLocalAddress().get();
        return named.isUnspecified()
                ? held.or(() -> Optional.of(rules.domain().generatedLinkLocalAddress()))
                : Optional.of(named);
    }

    private Instant expiry(ReceivedUpdate received) {
        return received.receivedAt()
                .plusSeconds(
                        (long) rules.grantedLifetime(received.update().lifetime()) * AnchorRules.LIFETIME_UNIT_SECONDS);
    }

    private MobileNodeProfile profile(MobileNodeBindings bindings) {
        return admission.profile(bindings).orElseThrow();
    }

    BindingDecision write(ReceivedUpdate received, BindingCacheEntry entry, Procedure procedure) {
        ProxyBindingUpdate update = received.update();
        return new Accepted(
                procedure,
                List.of(new BindingRecord.EntryWritten(entry)),
                ProxyBindingAcknowledgement.accepted(update, entry, rules.grantedLifetime(update.lifetime())));
    }
}
