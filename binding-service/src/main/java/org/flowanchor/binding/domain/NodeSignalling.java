package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * What the anchor starts by itself with the gateways of one mobile node, and what it makes of their answers: flow mobility (RFC 7864),
 * revocation (RFC 5846), lost sessions (RFC 5847). Pure, like {@link BindingCache}.
 */
public final class NodeSignalling {
    private final AnchorRules rules;
    private final Admission admission;
    private final PrefixPreparation preparation;
    private final BindingRevocation revocation;

    public NodeSignalling(AnchorRules rules, Admission admission, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.admission = admission;
        this.preparation = new PrefixPreparation(rules.signalling(), admission, capabilities);
        this.revocation = new BindingRevocation(rules, capabilities);
    }

    /** Asks that {@code gateway} carry {@code prefix}, which another gateway anchors. */
    public PrepareMoveDecision prepare(
            MobileNodeBindings bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway, Instant now) {
        return switch (preparation.prepare(bindings, prefix, gateway, now)) {
            case PrepareMoveDecision.Prepared(List<BindingRecord> records) ->
                new PrepareMoveDecision.Prepared(settled(bindings, records, now));
            case PrepareMoveDecision.Requested(List<BindingRecord> records) ->
                new PrepareMoveDecision.Requested(settled(bindings, records, now));
            case PrepareMoveDecision.Refused refused -> refused;
        };
    }

    /** No flow needs {@code prefix} at {@code gateway} any more. */
    public List<BindingRecord> release(
            MobileNodeBindings bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway, Instant now) {
        return settled(bindings, preparation.release(bindings, prefix, gateway, now), now);
    }

    /**
     * Revokes entries.
     *
     * @param identifiers of the entries; those that are not there, or under revocation for the same reason, are passed over
     */
    public List<BindingRecord> revoke(
            MobileNodeBindings bindings, Set<BindingIdentifier> identifiers, RevocationTrigger trigger, Instant now) {
        List<BindingCacheEntry> meant = bindings.entries().stream()
                .filter(entry -> identifiers.contains(entry.bindingIdentifier()))
                .filter(entry -> entry.revocation()
                        .filter(one -> one.isInProgress() && one.trigger().equals(trigger))
                        .isEmpty())
                .toList();
        return settled(bindings, revocation.revoke(bindings, meant, trigger, now), now);
    }

    /**
     * The node's profile may not be what it was: its entries say what is true now, and those it does not admit any more are revoked. A node
     * that cannot be identified any more keeps what it has until its next update, so that profiles that are lost cut nobody off.
     *
     * @param withdrawn the profile is not lost, its operator deleted it: a node that cannot be identified now keeps nothing
     */
    public List<BindingRecord> profileChanged(MobileNodeBindings bindings, boolean withdrawn, Instant now) {
        Optional<MobileNodeProfile> known = admission.profile(bindings);
        if (known.isEmpty()) {
            return withdrawn ? settled(bindings, revokedUnless(bindings, entry -> false, now), now) : List.of();
        }
        MobileNodeProfile profile = known.get();
        List<BindingRecord> records = new ArrayList<>();
        for (BindingCacheEntry entry : bindings.entries()) {
            if (!entry.facts().equals(profile.facts())) {
                records.add(new BindingRecord.EntryWritten(entry.with(profile.facts())));
            }
        }
        records.addAll(revokedUnless(bindings.replay(records), profile::admits, now));
        return settled(bindings, records, now);
    }

    private List<BindingRecord> revokedUnless(
            MobileNodeBindings bindings, Predicate<BindingCacheEntry> admitted, Instant now) {
        List<BindingCacheEntry> unwanted = bindings.entries().stream()
                .filter(entry -> entry.isActive() && !entry.isUnwanted() && !admitted.test(entry))
                .toList();
        return revocation.revoke(bindings, unwanted, RevocationTrigger.ADMINISTRATIVE_REASON, now);
    }

    /**
     * The answer of a gateway to {@code asked}. One that names another mobile node is none, whatever its number.
     *
     * @return empty when it answers nothing and changes nothing
     */
    public Optional<List<BindingRecord>> answered(
            MobileNodeBindings bindings, OutstandingMessage asked, GatewayAnswer answer, Instant now) {
        if (named(answer)
                .filter(mobileNode -> !mobileNode.equals(bindings.mobileNodeIdentifier()))
                .isPresent()) {
            return Optional.empty();
        }
        Optional<List<BindingRecord>> records = switch (asked.content()) {
            case OutstandingMessage.Content.FlowMobilityInitiate initiate ->
                answer instanceof UpdateNotificationAcknowledgement acknowledgement
                        ? preparation.acknowledged(bindings, asked, acknowledgement, now)
                        : Optional.empty();
            case OutstandingMessage.Content.BindingRevocation indication ->
                answer instanceof BindingRevocationAcknowledgement acknowledgement
                        ? Optional.of(revocation.acknowledged(bindings, asked, acknowledgement, now))
                        : Optional.empty();
        };
        return records.map(changes -> settled(bindings, changes, now));
    }

    private static Optional<MobileNodeIdentifier> named(GatewayAnswer answer) {
        return switch (answer) {
            case UpdateNotificationAcknowledgement acknowledgement -> acknowledgement.mobileNodeIdentifier();
            case BindingRevocationAcknowledgement acknowledgement -> acknowledgement.mobileNodeIdentifier();
            case Heartbeat heartbeat -> Optional.empty();
            case BindingError error -> Optional.empty();
        };
    }

    /** The gateway answered {@code asked} with a Binding Error: it does not know such messages. */
    public List<BindingRecord> unknown(MobileNodeBindings bindings, OutstandingMessage asked, Instant now) {
        List<BindingRecord> records = switch (asked.content()) {
            case OutstandingMessage.Content.FlowMobilityInitiate initiate -> preparation.unknown(bindings, asked, now);
            case OutstandingMessage.Content.BindingRevocation indication -> revocation.unknown(bindings, asked);
        };
        return settled(bindings, records, now);
    }

    /**
     * The gateway lost the entries it registered before some time (RFC 5847 section 3), or gave them all up (RFC 5846 section 8.1). Lost
     * ones forward nothing from now on, and keep their prefixes as after a de-registration, so that a node that comes back finds them.
     */
    public List<BindingRecord> lost(
            MobileNodeBindings bindings, ProxyCareOfAddress gateway, GatewayPeer.Loss loss, Instant now) {
        Instant deleteAt = now.plus(rules.minDelayBeforeBceDelete());
        List<BindingRecord> records = bindings.activeAt(gateway).stream()
                .filter(entry -> entry.acceptedAt().isBefore(loss.before()))
                .<BindingRecord>map(entry -> switch (loss.how()) {
                    case INVALIDATE -> new BindingRecord.EntryWritten(entry.lost(deleteAt));
                    case REMOVE -> new BindingRecord.EntryRemoved(entry.bindingIdentifier());
                })
                .toList();
        return settled(bindings, records, now);
    }

    /** A gateway revokes what the node has there: one that is not to be refused ({@link RevocationByGateway#refusal}). */
    public RevocationByGateway revokedBy(
            MobileNodeBindings bindings, ProxyCareOfAddress gateway, ReceivedRevocation received, Instant now) {
        RevocationByGateway decided =
                RevocationByGateway.of(bindings, gateway, received, now.plus(rules.minDelayBeforeBceDelete()));
        return new RevocationByGateway(settled(bindings, decided.records(), now), decided.answer());
    }

    /** {@code expired}, hold times that are over, messages that are repeated or given up, and what follows. */
    List<BindingRecord> due(MobileNodeBindings bindings, List<BindingRecord> expired, Instant now) {
        List<BindingRecord> records = new ArrayList<>(expired);
        MobileNodeBindings left = bindings.replay(records);
        List<BindingRecord> held = preparation.holdsOver(left, now);
        records.addAll(held);
        left = left.replay(held);
        for (OutstandingMessage message : bindings.outstanding()) {
            if (message.isDue(now)) {
                List<BindingRecord> overdue = switch (message.content()) {
                    case OutstandingMessage.Content.FlowMobilityInitiate initiate ->
                        preparation.overdue(left, message, now);
                    case OutstandingMessage.Content.BindingRevocation indication ->
                        revocation.overdue(left, message, now);
                };
                records.addAll(overdue);
                left = left.replay(overdue);
            }
        }
        return settled(bindings, records, now);
    }

    /** {@code records} and what follows from them for all entries of the node and their gateways. */
    List<BindingRecord> settled(MobileNodeBindings bindings, List<BindingRecord> records, Instant now) {
        if (isQuiet(bindings) && records.stream().allMatch(NodeSignalling::isQuiet)) {
            return records;
        }
        List<BindingRecord> all = new ArrayList<>(records);
        MobileNodeBindings after = bindings.replay(records);
        List<BindingRecord> revocations = revocation.settle(after);
        all.addAll(revocations);
        all.addAll(preparation.settle(after.replay(revocations), now));
        return all;
    }

    /** Nothing is signalled, nothing was: the usual case of shared prefixes. */
    private static boolean isQuiet(MobileNodeBindings bindings) {
        return bindings.outstanding().isEmpty() && bindings.entries().stream().allMatch(NodeSignalling::isQuiet);
    }

    private static boolean isQuiet(BindingRecord record) {
        return switch (record) {
            case BindingRecord.EntryWritten written -> isQuiet(written.entry());
            case BindingRecord.EntryRemoved removed -> true;
            case BindingRecord.MessageSent sent -> false;
            case BindingRecord.MessageSettled settled -> false;
        };
    }

    private static boolean isQuiet(BindingCacheEntry entry) {
        return entry.flowMobility().isEmpty() && entry.revocation().isEmpty();
    }
}
