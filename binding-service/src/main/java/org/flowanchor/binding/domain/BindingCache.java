package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Ignored;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.BindingLookup.Match;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Decides updates and expiry for one mobile node at a time (RFC 5213 section 5.3). Holds no entries: it is given those of the mobile
 * node and answers with records. States and transitions are those of {@link BindingState}.
 *
 * <p>Traps: the order of the checks is the RFC's and is seen on the wire; an ignored de-registration gets no acknowledgement at all; a
 * new session never touches a sibling entry of the same mobile node.
 */
public final class BindingCache {
    private final AnchorRules rules;
    private final Admission admission;
    private final MessageOrdering ordering;

    public BindingCache(AnchorRules rules, Admission admission) {
        this.rules = rules;
        this.admission = admission;
        this.ordering = new MessageOrdering(rules);
    }

    /** The checks that need no entries: identifier present, gateway authorized, node known, service allowed. Empty: passed. */
    public Optional<Rejected> screen(ReceivedUpdate received) {
        ProxyBindingUpdate update = received.update();
        Optional<MobileNodeIdentifier> mobileNode = update.mobileNodeIdentifier();
        if (mobileNode.isEmpty()) {
            return reject(update, BindingStatus.MISSING_MN_IDENTIFIER_OPTION);
        }
        if (!received.sender().equals(update.proxyCareOfAddress())
                || !admission.isAuthorized(update.proxyCareOfAddress(), mobileNode.get())) {
            return reject(update, BindingStatus.MAG_NOT_AUTHORIZED_FOR_PROXY_REG);
        }
        Optional<MobileNodeProfile> profile = admission.profile(mobileNode.get());
        if (profile.isEmpty()) {
            return reject(update, BindingStatus.NOT_LMA_FOR_THIS_MOBILE_NODE);
        }
        if (!profile.get().proxyRegistrationEnabled()) {
            return reject(update, BindingStatus.PROXY_REG_NOT_ENABLED);
        }
        return Optional.empty();
    }

    /** Refuses what cannot even be decided now (RFC 6275: 130 "insufficient resources"). */
    public static Rejected overloaded(ProxyBindingUpdate update) {
        return rejected(update, BindingStatus.INSUFFICIENT_RESOURCES);
    }

    /** Refuses an update for an anchor that is not here. */
    public static Rejected notServed(ProxyBindingUpdate update) {
        return rejected(update, BindingStatus.NOT_LMA_FOR_THIS_MOBILE_NODE);
    }

    private static Optional<Rejected> reject(ProxyBindingUpdate update, BindingStatus status) {
        return Optional.of(rejected(update, status));
    }

    private static Rejected rejected(ProxyBindingUpdate update, BindingStatus status) {
        return new Rejected(ProxyBindingAcknowledgement.rejected(update, status));
    }

    /**
     * Decides one update.
     *
     * @param bindings the entries of the update's mobile node
     * @param holders of the prefixes the update names, as far as {@code bindings} does not hold them
     */
    public BindingDecision decide(
            ReceivedUpdate received, MobileNodeBindings bindings, PrefixHolders holders, PrefixSupplier supplier) {
        Optional<Rejected> screened = screen(received);
        if (screened.isPresent()) {
            return screened.get();
        }
        ProxyBindingUpdate update = received.update();
        Optional<Match> match = match(update, bindings, holders);
        Optional<BindingCacheEntry> session = match.isPresent()
                ? match.filter(Match.Existing.class::isInstance).map(found -> ((Match.Existing) found).entry())
                : sessionByGateway(update, bindings);
        Optional<ProxyBindingAcknowledgement> disorder = ordering.check(received, session, bindings);
        if (disorder.isPresent()) {
            return new Rejected(disorder.get());
        }
        if (update.homeNetworkPrefixes().isEmpty()) {
            return rejected(update, BindingStatus.MISSING_HOME_NETWORK_PREFIX_OPTION);
        }
        if (update.handoffIndicator().isEmpty()) {
            return rejected(update, BindingStatus.MISSING_HANDOFF_INDICATOR_OPTION);
        }
        if (match.isEmpty()) {
            return rejected(update, BindingStatus.MISSING_ACCESS_TECH_TYPE_OPTION);
        }
        return switch (match.get()) {
            case Match.Existing existing ->
                update.deregisters()
                        ? deregister(received, existing.entry())
                        : write(received, extended(received, existing.entry()), procedure(update, existing.entry()));
            case Match.NewSession fresh -> open(received, bindings, holders, supplier);
            case Match.SharedSession shared -> share(received, bindings, shared.prefixes());
            case Match.Refused refused -> rejected(update, refused.status());
            case Match.Unassociated none -> new Ignored("de-registration of no session");
        };
    }

    /** Empty when an option the lookup needs is missing. */
    private static Optional<Match> match(
            ProxyBindingUpdate update, MobileNodeBindings bindings, PrefixHolders holders) {
        if (update.homeNetworkPrefixes().isEmpty()) {
            return Optional.empty();
        }
        return update.handoffIndicator()
                .flatMap(handoff -> update.accessTechnologyType()
                        .map(type -> BindingLookup.of(update, handoff, type, bindings, holders)));
    }

    /** Ordering is checked before missing options are: the gateway's only session is then the one that is meant. */
    private static Optional<BindingCacheEntry> sessionByGateway(
            ProxyBindingUpdate update, MobileNodeBindings bindings) {
        List<BindingCacheEntry> here = bindings.entries().stream()
                .filter(entry -> entry.isAt(update.proxyCareOfAddress()))
                .filter(entry -> update.linkLayerIdentifier().isEmpty()
                        || update.linkLayerIdentifier().equals(entry.linkLayerIdentifier()))
                .toList();
        return here.size() == 1 ? Optional.of(here.getFirst()) : Optional.empty();
    }

    private BindingDecision deregister(ReceivedUpdate received, BindingCacheEntry entry) {
        BindingCacheEntry released =
                entry.released(received.receivedAt().plus(rules.minDelayBeforeBceDelete()), received.update());
        return write(received, released, Procedure.DEREGISTRATION);
    }

    private static Procedure procedure(ProxyBindingUpdate update, BindingCacheEntry entry) {
        return entry.isAt(update.proxyCareOfAddress()) ? Procedure.EXTENSION : Procedure.HANDOVER;
    }

    private BindingCacheEntry extended(ReceivedUpdate received, BindingCacheEntry entry) {
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
                policyGroup(entry.mobileNodeIdentifier()),
                update.sequenceNumber(),
                update.timestamp());
    }

    private BindingDecision open(
            ReceivedUpdate received, MobileNodeBindings bindings, PrefixHolders holders, PrefixSupplier supplier) {
        ProxyBindingUpdate update = received.update();
        if (isFull(bindings)) {
            return rejected(update, BindingStatus.INSUFFICIENT_RESOURCES);
        }
        // Section 5.3.2(3): a prefix named by value is granted when it still rests for this very node.
        boolean authorized = update.nonZeroPrefixes().stream()
                .allMatch(prefix -> holders.holder(prefix)
                        .filter(holder -> holder.mobileNodeIdentifier().equals(bindings.mobileNodeIdentifier()))
                        .isPresent());
        if (!authorized) {
            return rejected(update, BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX);
        }
        List<HomeNetworkPrefix> prefixes = new ArrayList<>();
        for (HomeNetworkPrefix requested : update.homeNetworkPrefixes()) {
            Optional<HomeNetworkPrefix> granted = requested.isAllZero() ? supplier.next() : Optional.of(requested);
            if (granted.isEmpty()) {
                return rejected(update, BindingStatus.INSUFFICIENT_RESOURCES);
            }
            prefixes.add(granted.get());
        }
        return write(received, opened(received, bindings, prefixes), Procedure.INITIAL);
    }

    private BindingDecision share(
            ReceivedUpdate received, MobileNodeBindings bindings, List<HomeNetworkPrefix> prefixes) {
        return isFull(bindings)
                ? rejected(received.update(), BindingStatus.INSUFFICIENT_RESOURCES)
                : write(received, opened(received, bindings, prefixes), Procedure.SHARING);
    }

    private boolean isFull(MobileNodeBindings bindings) {
        return bindings.entries().size() >= rules.maxBindingsPerMobileNode();
    }

    private BindingCacheEntry opened(
            ReceivedUpdate received, MobileNodeBindings bindings, List<HomeNetworkPrefix> prefixes) {
        ProxyBindingUpdate update = received.update();
        AccessTechnologyType type = update.accessTechnologyType().orElseThrow();
        return new BindingCacheEntry(
                bindings.mobileNodeIdentifier(),
                bindings.smallestFreeIdentifier(),
                rules.bindingPriority(type),
                prefixes,
                update.proxyCareOfAddress(),
                type,
                update.linkLayerIdentifier(),
                BindingState.ACTIVE,
                expiry(received),
                policyGroup(bindings.mobileNodeIdentifier()),
                update.sequenceNumber(),
                update.timestamp());
    }

    private Instant expiry(ReceivedUpdate received) {
        return received.receivedAt()
                .plusSeconds(
                        (long) rules.grantedLifetime(received.update().lifetime()) * AnchorRules.LIFETIME_UNIT_SECONDS);
    }

    private String policyGroup(MobileNodeIdentifier mobileNode) {
        return admission.profile(mobileNode).orElseThrow().policyGroup();
    }

    private BindingDecision write(ReceivedUpdate received, BindingCacheEntry entry, Procedure procedure) {
        ProxyBindingUpdate update = received.update();
        return new Accepted(
                procedure,
                List.of(new BindingRecord.EntryWritten(entry)),
                ProxyBindingAcknowledgement.accepted(
                        update, entry.homeNetworkPrefixes(), rules.grantedLifetime(update.lifetime())));
    }

    /** Entries whose lifetime or whose MinDelayBeforeBCEDelete is over at {@code now} (RFC 6275 section 10.3.1, RFC 5213 section 5.3.5). */
    public List<BindingRecord> expire(MobileNodeBindings bindings, Instant now) {
        return bindings.entries().stream()
                .filter(entry -> entry.isDue(now))
                .<BindingRecord>map(entry -> new BindingRecord.EntryRemoved(entry.bindingIdentifier()))
                .toList();
    }
}
