package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Revocation of entries by the anchor (RFC 5846 section 8.1). The states of an entry under revocation are those of {@link Revocation}.
 *
 * <p>Traps: after a handover trigger the node itself stays, so its entry is released as by a de-registration and not removed; a gateway
 * that cannot be asked has its entries removed at once, since nothing else can end them.
 */
final class BindingRevocation {
    private final AnchorRules rules;
    private final GatewayCapabilities capabilities;

    BindingRevocation(AnchorRules rules, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.capabilities = capabilities;
    }

    /** Asks the gateways of {@code entries} to give them up: one message per gateway. */
    List<BindingRecord> revoke(List<BindingCacheEntry> entries, RevocationTrigger trigger, Instant now) {
        Map<ProxyCareOfAddress, List<BindingCacheEntry>> byGateway = new LinkedHashMap<>();
        entries.forEach(entry -> byGateway
                .computeIfAbsent(entry.proxyCareOfAddress(), gateway -> new ArrayList<>())
                .add(entry));
        List<BindingRecord> records = new ArrayList<>();
        byGateway.forEach((gateway, there) -> {
            if (!capabilities.knows(gateway, MessageKind.BINDING_REVOCATION_INDICATION)) {
                there.forEach(entry -> records.add(new BindingRecord.EntryRemoved(entry.bindingIdentifier())));
                return;
            }
            there.forEach(entry -> records.add(
                    new BindingRecord.EntryWritten(entry.with(Optional.of(Revocation.begun(trigger, now))))));
            records.add(new BindingRecord.MessageSent(indication(gateway, there, trigger, now)));
        });
        return records;
    }

    private OutstandingMessage indication(
            ProxyCareOfAddress gateway, List<BindingCacheEntry> entries, RevocationTrigger trigger, Instant now) {
        List<BindingIdentifier> identifiers =
                entries.stream().map(BindingCacheEntry::bindingIdentifier).toList();
        List<HomeNetworkPrefix> prefixes = entries.stream()
                .flatMap(entry -> entry.homeNetworkPrefixes().stream())
                .distinct()
                .sorted()
                .toList();
        return OutstandingMessage.first(
                gateway,
                new OutstandingMessage.Content.BindingRevocation(trigger, identifiers, prefixes),
                rules.signalling().revocationDue(now, 1));
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
        Revocation.State end = status.equals(RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED)
                ? Revocation.State.REFUSED
                : Revocation.State.UNANSWERED;
        return concluded(bindings, asked, entry -> ended(entry, end, now));
    }

    /** The gateway knows no revocation: a handover waits for the de-registration instead; anything else happens without it. */
    List<BindingRecord> unknown(MobileNodeBindings bindings, OutstandingMessage asked) {
        return concluded(
                bindings,
                asked,
                entry -> Revocation.isForHandover(trigger(asked))
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
                entry -> Revocation.isForHandover(trigger(asked))
                        ? ended(entry, Revocation.State.UNANSWERED, now)
                        : new BindingRecord.EntryRemoved(entry.bindingIdentifier()));
    }

    /** "as if it received a de-registration message" after a handover trigger, otherwise gone (RFC 5846 section 8.1). */
    private BindingRecord givenUp(BindingCacheEntry entry, Instant now) {
        boolean handover = entry.revocation()
                .filter(revocation -> Revocation.isForHandover(revocation.trigger()))
                .isPresent();
        return handover
                ? new BindingRecord.EntryWritten(entry.lost(now.plus(rules.minDelayBeforeBceDelete())))
                : new BindingRecord.EntryRemoved(entry.bindingIdentifier());
    }

    private static BindingRecord ended(BindingCacheEntry entry, Revocation.State end, Instant now) {
        return new BindingRecord.EntryWritten(
                entry.with(entry.revocation().map(revocation -> revocation.ended(end, now))));
    }

    private static RevocationTrigger trigger(OutstandingMessage asked) {
        return ((OutstandingMessage.Content.BindingRevocation) asked.content()).trigger();
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
