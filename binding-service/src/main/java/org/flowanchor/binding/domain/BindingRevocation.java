package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Revocation of entries by the anchor (RFC 5846 section 8.1). The states of an entry under revocation are those of {@link Revocation}.
 *
 * <p>Traps: a gateway is asked one thing at a time, so what it is asked next about a node names also what it was asked before and has not
 * answered; an indication names prefixes, so of two interfaces that share theirs at one gateway it means both; after a handover trigger the
 * node itself stays, so its entry is released as by a de-registration and not removed; a gateway
 * that cannot be asked, or refuses what is for no handover, has its entries removed at once, since nothing else can end them.
 */
final class BindingRevocation {
    private final AnchorRules rules;
    private final GatewayCapabilities capabilities;

    BindingRevocation(AnchorRules rules, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.capabilities = capabilities;
    }

    /**
     * Asks the gateways of {@code entries} to give them up: one message per gateway, in the place of one that is not answered. What
     * its prefixes do not tell apart from them at their gateway is given up with them.
     */
    List<BindingRecord> revoke(
            MobileNodeBindings bindings, List<BindingCacheEntry> entries, RevocationTrigger trigger, Instant now) {
        Map<ProxyCareOfAddress, List<BindingCacheEntry>> byGateway = new LinkedHashMap<>();
        entries.forEach(entry -> byGateway
                .computeIfAbsent(entry.proxyCareOfAddress(), gateway -> new ArrayList<>())
                .add(entry));
        List<BindingRecord> records = new ArrayList<>();
        byGateway.forEach((gateway, there) -> {
            boolean knows = capabilities.knows(gateway, MessageKind.BINDING_REVOCATION_INDICATION);
            Map<Boolean, List<BindingCacheEntry>> askable = there.stream()
                    .collect(Collectors.partitioningBy(entry -> knows && !isGivenUpBesideItsLike(bindings, entry)));
            askable.getOrDefault(false, List.of())
                    .forEach(entry -> records.add(new BindingRecord.EntryRemoved(entry.bindingIdentifier())));
            List<BindingCacheEntry> asked = askable.getOrDefault(true, List.of());
            if (!asked.isEmpty()) {
                records.addAll(asked(bindings, gateway, asked, trigger, now));
            }
        });
        return records;
    }

    /** Its gateway has it no more, and would take an indication that names its prefixes for one about the others that have them. */
    private static boolean isGivenUpBesideItsLike(MobileNodeBindings bindings, BindingCacheEntry entry) {
        return !entry.isActive()
                && entry.homeNetworkPrefixes().stream()
                        .allMatch(prefix -> bindings.activeAt(entry.proxyCareOfAddress()).stream()
                                .anyMatch(other -> other.holds(prefix)));
    }

    private List<BindingRecord> asked(
            MobileNodeBindings bindings,
            ProxyCareOfAddress gateway,
            List<BindingCacheEntry> entries,
            RevocationTrigger trigger,
            Instant now) {
        List<BindingCacheEntry> unanswered = unanswered(bindings, gateway, entries);
        List<BindingCacheEntry> wanted =
                Stream.concat(entries.stream(), unanswered.stream()).toList();
        List<BindingCacheEntry> others = bindings.activeAt(gateway).stream()
                .filter(entry ->
                        wanted.stream().noneMatch(one -> one.bindingIdentifier().equals(entry.bindingIdentifier())))
                .toList();
        List<HomeNetworkPrefix> named = wanted.stream()
                .flatMap(entry -> distinguishing(entry, others).stream())
                .distinct()
                .sorted()
                .toList();
        List<BindingCacheEntry> namedAlike =
                others.stream().filter(entry -> entry.holdsAnyOf(named)).toList();
        List<BindingRecord> records = new ArrayList<>();
        Stream.concat(entries.stream(), namedAlike.stream())
                .map(entry -> entry.with(Optional.of(Revocation.begun(trigger, now))))
                .forEach(entry -> records.add(new BindingRecord.EntryWritten(entry)));
        List<BindingIdentifier> identifiers = Stream.concat(wanted.stream(), namedAlike.stream())
                .map(BindingCacheEntry::bindingIdentifier)
                .toList();
        records.add(new BindingRecord.MessageSent(OutstandingMessage.first(
                gateway,
                new OutstandingMessage.Content.BindingRevocation(said(trigger, wanted), identifiers, named),
                rules.signalling().revocationDue(now, 1))));
        return records;
    }

    /** Those of its prefixes that no other entry at its gateway shares; all of them when it has none of its own. */
    private static List<HomeNetworkPrefix> distinguishing(BindingCacheEntry entry, List<BindingCacheEntry> others) {
        List<HomeNetworkPrefix> own = entry.homeNetworkPrefixes().stream()
                .filter(prefix -> others.stream().noneMatch(other -> other.holds(prefix)))
                .toList();
        return own.isEmpty() ? entry.homeNetworkPrefixes() : own;
    }

    /** What the gateway was asked before about others than {@code entries}. */
    private static List<BindingCacheEntry> unanswered(
            MobileNodeBindings bindings, ProxyCareOfAddress gateway, List<BindingCacheEntry> entries) {
        return bindings
                .outstanding(gateway, MessageKind.BINDING_REVOCATION_INDICATION)
                .map(asked -> meant(bindings, asked))
                .orElse(List.of())
                .stream()
                .filter(asked -> entries.stream()
                        .noneMatch(entry -> entry.bindingIdentifier().equals(asked.bindingIdentifier())))
                .toList();
    }

    /** A trigger of a handover lets the gateway answer that the node is still there, which nothing else is to depend on. */
    private static RevocationTrigger said(RevocationTrigger trigger, List<BindingCacheEntry> entries) {
        return !Revocation.isForHandover(trigger)
                ? trigger
                : entries.stream()
                        .filter(BindingCacheEntry::isUnwanted)
                        .flatMap(entry -> entry.revocation().stream())
                        .map(Revocation::trigger)
                        .findFirst()
                        .orElse(trigger);
    }

    /** The answer to {@code asked}. */
    List<BindingRecord> acknowledged(
            MobileNodeBindings bindings,
            OutstandingMessage asked,
            BindingRevocationAcknowledgement acknowledgement,
            Instant now) {
        RevocationStatus status = acknowledgement.status();
        if (status.accepted() || status.equals(RevocationStatus.BINDING_DOES_NOT_EXIST)) {
            return concluded(bindings, asked, entry -> givenUp(entry, now));
        }
        if (status.equals(RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED)
                || status.equals(RevocationStatus.PROXY_BINDING_REVOCATION_NOT_SUPPORTED)) {
            return unknown(bindings, asked);
        }
        // What is revoked for another reason than a handover is to go whatever the gateway says: nothing else would end
        // it.
        Revocation.State end = status.equals(RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED)
                ? Revocation.State.REFUSED
                : Revocation.State.UNANSWERED;
        return concluded(bindings, asked, entry -> isForHandover(entry) ? ended(entry, end, now) : givenUp(entry, now));
    }

    /** The gateway knows no revocation: a handover waits for the de-registration instead; anything else happens without it. */
    List<BindingRecord> unknown(MobileNodeBindings bindings, OutstandingMessage asked) {
        return concluded(
                bindings,
                asked,
                entry -> isForHandover(entry)
                        ? new BindingRecord.EntryWritten(entry.with(Optional.<Revocation>empty()))
                        : new BindingRecord.EntryRemoved(entry.bindingIdentifier()));
    }

    /** the same message once more, at most as often as configured; then nobody waits any longer. */
    List<BindingRecord> overdue(MobileNodeBindings bindings, OutstandingMessage asked, Instant now) {
        SignallingRules signalling = rules.signalling();
        if (asked.transmissions() <= signalling.briMaxRetriesNumber()) {
            Instant next = signalling.revocationDue(now, asked.transmissions() + 1);
            return List.of(new BindingRecord.MessageSent(asked.repeated(next)));
        }
        return concluded(
                bindings,
                asked,
                entry -> isForHandover(entry)
                        ? ended(entry, Revocation.State.UNANSWERED, now)
                        : new BindingRecord.EntryRemoved(entry.bindingIdentifier()));
    }

    /** "as if it received a de-registration message" after a handover trigger, otherwise gone (RFC 5846 section 8.1). */
    private BindingRecord givenUp(BindingCacheEntry entry, Instant now) {
        return isForHandover(entry)
                ? new BindingRecord.EntryWritten(entry.lost(now.plus(rules.minDelayBeforeBceDelete())))
                : new BindingRecord.EntryRemoved(entry.bindingIdentifier());
    }

    private static BindingRecord ended(BindingCacheEntry entry, Revocation.State end, Instant now) {
        return new BindingRecord.EntryWritten(
                entry.with(entry.revocation().map(revocation -> revocation.ended(end, now))));
    }

    /** Why the entry itself is revoked: its message may name others, which are for another reason. */
    private static boolean isForHandover(BindingCacheEntry entry) {
        return entry.revocation()
                .filter(revocation -> Revocation.isForHandover(revocation.trigger()))
                .isPresent();
    }

    @FunctionalInterface
    private interface Conclusion {
        BindingRecord of(BindingCacheEntry entry);
    }

    private static List<BindingRecord> concluded(
            MobileNodeBindings bindings, OutstandingMessage asked, Conclusion conclusion) {
        List<BindingRecord> records = new ArrayList<>();
        records.add(new BindingRecord.MessageSettled(asked.key()));
        for (BindingCacheEntry entry : meant(bindings, asked)) {
            records.add(conclusion.of(entry));
        }
        return records;
    }

    /** Entries the message is about that are still where it went, and still under revocation. */
    private static List<BindingCacheEntry> meant(MobileNodeBindings bindings, OutstandingMessage asked) {
        OutstandingMessage.Content.BindingRevocation revocation =
                (OutstandingMessage.Content.BindingRevocation) asked.content();
        return revocation.bindingIdentifiers().stream()
                .flatMap(identifier -> bindings.entry(identifier).stream())
                .filter(entry -> entry.isAt(asked.key().gateway()) && entry.isBeingRevoked())
                .toList();
    }

    /** Messages about entries that are not under revocation any more. */
    List<BindingRecord> settle(MobileNodeBindings bindings) {
        List<BindingRecord> records = new ArrayList<>();
        for (OutstandingMessage message : bindings.outstanding()) {
            if (message.content() instanceof OutstandingMessage.Content.BindingRevocation
                    && meant(bindings, message).isEmpty()) {
                records.add(new BindingRecord.MessageSettled(message.key()));
            }
        }
        return records;
    }
}
