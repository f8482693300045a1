package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Deferred;
import org.flowanchor.binding.domain.BindingDecision.Ignored;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.BindingLookup.Match;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

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
    private final GatewayCapabilities capabilities;
    private final MessageOrdering ordering;
    private final Sessions sessions;
    private final BindingRevocation revocation;
    private final NodeSignalling signalling;

    public BindingCache(AnchorRules rules, Admission admission, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.admission = admission;
        this.capabilities = capabilities;
        this.ordering = new MessageOrdering(rules);
        this.sessions = new Sessions(rules, admission, capabilities);
        this.revocation = new BindingRevocation(rules, capabilities);
        this.signalling = new NodeSignalling(rules, admission, capabilities);
    }

    /** The checks that need nothing of the node: identifier present, gateway known. Empty: passed. */
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
        return Optional.empty();
    }

    /**
     * What the node's profile says (RFC 5213 section 5.3.1(6) to (8), RFC 5149 section 4.2). Empty: passed. A gateway may always give up
     * what it has registered.
     */
    private Optional<BindingDecision> admit(ProxyBindingUpdate update, MobileNodeBindings bindings) {
        ProxyCareOfAddress gateway = update.proxyCareOfAddress();
        if (update.deregisters() && bindings.entries().stream().anyMatch(entry -> entry.isAt(gateway))) {
            return Optional.empty();
        }
        Optional<MobileNodeProfile> known = admission.profile(bindings);
        if (known.isEmpty()) {
            return Optional.of(
                    admission.knowsEverySubscriber()
                            ? rejected(update, BindingStatus.NOT_LMA_FOR_THIS_MOBILE_NODE)
                            : new Ignored("not all subscribers are known yet"));
        }
        MobileNodeProfile profile = known.get();
        if (!profile.isAuthorized(gateway)) {
            return Optional.of(rejected(update, BindingStatus.MAG_NOT_AUTHORIZED_FOR_PROXY_REG));
        }
        boolean allowed = profile.proxyRegistrationEnabled()
                && update.accessTechnologyType()
                        .filter(type -> !profile.allows(type))
                        .isEmpty();
        if (!allowed) {
            return Optional.of(rejected(update, BindingStatus.PROXY_REG_NOT_ENABLED));
        }
        return update.serviceSelection()
                        .filter(service -> !profile.allows(service))
                        .isPresent()
                ? Optional.of(rejected(update, BindingStatus.SERVICE_AUTHORIZATION_FAILED))
                : Optional.empty();
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

    static Rejected rejected(ProxyBindingUpdate update, BindingStatus status) {
        return new Rejected(ProxyBindingAcknowledgement.rejected(update, status));
    }

    /** The most prefixes that deciding the update could take. */
    public PrefixDemand demand(ReceivedUpdate received) {
        return sessions.demand(received.update());
    }

    /**
     * Decides one update.
     *
     * @param bindings the entries of the update's mobile node
     * @param holders of the prefixes the update names, as far as {@code bindings} does not hold them
     * @param now not before the update arrived
     */
    public BindingDecision decide(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            PrefixHolders holders,
            PrefixSupplier supplier,
            Instant now) {
        return settled(decideAlone(received, bindings, holders, supplier, now, false), bindings, now);
    }

    /** Decides an update that was {@link Deferred}, on what has happened since. */
    public BindingDecision decideAgain(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            PrefixHolders holders,
            PrefixSupplier supplier,
            Instant now) {
        return settled(decideAlone(received, bindings, holders, supplier, now, true), bindings, now);
    }

    /** With what follows for the node's other entries and their gateways. */
    private BindingDecision settled(BindingDecision decision, MobileNodeBindings bindings, Instant now) {
        return switch (decision) {
            case Accepted accepted ->
                new Accepted(
                        accepted.procedure(),
                        signalling.settled(bindings, accepted.records(), now),
                        accepted.acknowledgement());
            case Deferred deferred ->
                new Deferred(signalling.settled(bindings, deferred.records(), now), deferred.until());
            case Rejected rejected -> rejected;
            case Ignored ignored -> ignored;
        };
    }

    private BindingDecision decideAlone(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            PrefixHolders holders,
            PrefixSupplier supplier,
            Instant now,
            boolean again) {
        Optional<Rejected> screened = screen(received);
        if (screened.isPresent()) {
            return screened.get();
        }
        ProxyBindingUpdate update = received.update();
        Optional<BindingDecision> notAdmitted = admit(update, bindings);
        if (notAdmitted.isPresent()) {
            return notAdmitted.get();
        }
        Optional<Match> match = match(update, bindings, holders);
        Optional<BindingCacheEntry> session =
                match.isPresent() ? match.flatMap(BindingCache::session) : sessionByGateway(update, bindings);
        Optional<ProxyBindingAcknowledgement> disorder = ordering.check(received, session, bindings, again);
        if (disorder.isPresent()) {
            return new Rejected(disorder.get());
        }
        boolean givesUp = update.deregisters() && !update.homeNetworkPrefixes().isEmpty();
        if (received.notOffered().isPresent() && !givesUp) {
            return rejected(update, received.notOffered().get());
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
                        : update(received, bindings, existing.entry());
            case Match.NewSession fresh -> sessions.open(received, bindings, holders, supplier);
            case Match.SharedSession shared -> sessions.share(received, bindings, shared.prefixes(), holders, supplier);
            case Match.Unsure unsure -> await(received, bindings, unsure.entry(), holders, supplier, now);
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

    /** The session the order of messages is kept for. */
    private static Optional<BindingCacheEntry> session(Match match) {
        return switch (match) {
            case Match.Existing existing -> Optional.of(existing.entry());
            case Match.Unsure unsure -> Optional.of(unsure.entry());
            case Match.NewSession fresh -> Optional.empty();
            case Match.SharedSession shared -> Optional.empty();
            case Match.Refused refused -> Optional.empty();
            case Match.Unassociated none -> Optional.empty();
        };
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
        BindingCacheEntry released = entry.released(
                received.receivedAt().plus(rules.minDelayBeforeBceDelete()),
                received,
                sessions.linkLocalAddress(received.update(), entry.linkLocalAddress()));
        return sessions.write(received, released, Procedure.DEREGISTRATION);
    }

    /**
     * A revocation for a handover is overtaken by any accepted update; one that an operator or the user wants is not, unless the node
     * comes through another gateway (RFC 5846 section 8.1 leaves it to "the reason for sending" and "local policy").
     */
    private BindingDecision update(ReceivedUpdate received, MobileNodeBindings bindings, BindingCacheEntry entry) {
        boolean stays = entry.isAt(received.update().proxyCareOfAddress());
        return stays && entry.isUnwanted()
                ? rejected(received.update(), BindingStatus.ADMINISTRATIVELY_PROHIBITED)
                : sessions.update(received, bindings, entry);
    }

    /**
     * Rows B3 and C2: the previous gateway is asked whether the node left (RFC 5846 section 8.1), or, when it cannot be asked, is given
     * MaxDelayBeforeNewBCEAssign to say so by itself. The de-registration, or the answer, makes this a handover; "MN is attached", no
     * answer, and the end of the wait make it a new session.
     */
    private BindingDecision await(
            ReceivedUpdate received,
            MobileNodeBindings bindings,
            BindingCacheEntry entry,
            PrefixHolders holders,
            PrefixSupplier supplier,
            Instant now) {
        Instant arrived = received.receivedAt().truncatedTo(ChronoUnit.MILLIS);
        boolean waits = !rules.maxDelayBeforeNewBceAssign().isZero();
        boolean answered = entry.revocation()
                .filter(one -> !one.isInProgress() && !one.since().isBefore(arrived))
                .isPresent();
        if (!waits || answered) {
            return sessions.open(received, bindings, holders, supplier);
        }
        Instant asked = entry.revocation()
                .filter(Revocation::isInProgress)
                .map(Revocation::since)
                .orElse(now);
        boolean asks = capabilities.knows(entry.proxyCareOfAddress(), MessageKind.BINDING_REVOCATION_INDICATION);
        Instant until = asks
                ? asked.plus(rules.signalling().revocationPatience()).plus(rules.maxDelayBeforeNewBceAssign())
                : arrived.plus(rules.maxDelayBeforeNewBceAssign());
        if (!now.isBefore(until)) {
            return sessions.open(received, bindings, holders, supplier);
        }
        return asks && !entry.isBeingRevoked()
                ? new Deferred(
                        revocation.revoke(bindings, List.of(entry), RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN, now),
                        until)
                : new Deferred(List.of(), until);
    }

    /**
     * What is due at {@code now}: entries whose lifetime or whose MinDelayBeforeBCEDelete is over (RFC 6275 section 10.3.1, RFC 5213
     * section 5.3.5), hold times, messages to gateways that are repeated or given up.
     */
    public List<BindingRecord> due(MobileNodeBindings bindings, Instant now) {
        List<BindingRecord> records = new ArrayList<>();
        bindings.entries().stream()
                .filter(entry -> entry.isDue(now))
                .forEach(entry -> records.add(new BindingRecord.EntryRemoved(entry.bindingIdentifier())));
        return signalling.due(bindings, records, now);
    }
}
