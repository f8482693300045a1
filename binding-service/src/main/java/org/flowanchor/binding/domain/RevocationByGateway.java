package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Revocation that a gateway begins (RFC 5846 sections 6.2.1 and 8.2).
 *
 * <p>Where the text leaves room: only bindings with that gateway are meant, also where it names the mobile node alone (section 13: nobody
 * revokes what is not registered with it). A handover trigger releases an entry as a de-registration does, any other removes it.
 *
 * @param records what changes
 * @param answer what the gateway is told once that is durable
 */
public record RevocationByGateway(List<BindingRecord> records, BindingRevocationAcknowledgement answer) {
    private static final int LAST_TRIGGER_OF_A_NODE = RevocationTrigger.POSSIBLE_OUT_OF_SYNC_BCE_STATE.value();

    public RevocationByGateway {
        records = List.copyOf(records);
    }

    /**
     * Why it is not carried out.
     *
     * @param identity what a gateway that may revoke all its bindings at once calls itself; empty: it may not
     * @return empty: it is
     */
    public static Optional<RevocationStatus> refusal(
            ReceivedRevocation revocation, Optional<MobileNodeIdentifier> identity) {
        RevocationTrigger trigger = revocation.trigger();
        boolean ofAll = trigger.equals(RevocationTrigger.PER_PEER_POLICY);
        boolean ofNode = trigger.value() <= LAST_TRIGGER_OF_A_NODE;
        if (!revocation.proxyBinding() || revocation.scope() == ReceivedRevocation.Scope.GROUP) {
            return Optional.of(RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED);
        }
        if (!ofAll && !ofNode) {
            return Optional.of(RevocationStatus.REVOCATION_TRIGGER_NOT_SUPPORTED);
        }
        if (revocation.global() != ofAll) {
            return Optional.of(RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED);
        }
        if (ofAll && (identity.isEmpty() || !identity.equals(revocation.identifier()))) {
            return Optional.of(RevocationStatus.GLOBAL_REVOCATION_NOT_AUTHORIZED);
        }
        if (revocation.identifier().isEmpty()) {
            return Optional.of(RevocationStatus.REVOKED_MOBILE_NODES_IDENTITY_REQUIRED);
        }
        return switch (revocation.scope()) {
            case IPV4_HOME_ADDRESS_UNNAMED -> Optional.of(RevocationStatus.IPV4_HOME_ADDRESS_OPTION_REQUIRED);
            // None is ever granted.
            case IPV4_HOME_ADDRESS -> Optional.of(RevocationStatus.BINDING_DOES_NOT_EXIST);
            case BINDINGS, GROUP -> Optional.empty();
        };
    }

    /** @param deleteAt when entries go that a handover leaves behind */
    static RevocationByGateway of(
            MobileNodeBindings bindings, ProxyCareOfAddress gateway, ReceivedRevocation revocation, Instant deleteAt) {
        List<HomeNetworkPrefix> named = revocation.homeNetworkPrefixes();
        List<BindingCacheEntry> meant = bindings.entries().stream()
                .filter(entry -> entry.isAt(gateway))
                .filter(entry -> named.isEmpty() || entry.holdsAnyOf(named))
                .toList();
        if (meant.isEmpty()) {
            return new RevocationByGateway(List.of(), revocation.answered(RevocationStatus.BINDING_DOES_NOT_EXIST));
        }
        boolean handover = Revocation.isForHandover(revocation.trigger());
        List<BindingRecord> records = new ArrayList<>();
        for (BindingCacheEntry entry : meant) {
            if (!handover) {
                records.add(new BindingRecord.EntryRemoved(entry.bindingIdentifier()));
            } else if (entry.isActive()) {
                records.add(new BindingRecord.EntryWritten(entry.lost(deleteAt)));
            }
        }
        List<HomeNetworkPrefix> gone = named.stream()
                .filter(prefix -> meant.stream().noneMatch(entry -> entry.holds(prefix)))
                .toList();
        return new RevocationByGateway(
                records,
                gone.isEmpty()
                        ? revocation.answered(RevocationStatus.SUCCESS)
                        : new BindingRevocationAcknowledgement(
                                revocation.sequenceNumber(),
                                RevocationStatus.PARTIAL_SUCCESS,
                                false,
                                Optional.of(bindings.mobileNodeIdentifier()),
                                gone));
    }
}
