package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * Revocation at a gateway (RFC 5846 section 9). Bindings that are meant are given up: routes go, the terminal is told, no de-registration
 * is sent. A terminal that is still there is served again when it asks (solicitation, trigger), not because it still sends.
 *
 * <p>For a handover (triggers 2 to 4) the anchor wants to know whether the terminal left: it is asked, and the answer waits for its
 * . An anchor asks again after a second and then decides without, so silence of {@link #ATTENTION} is a no.
 */
final class BindingRevocation {
    /** Two of the kernel's questions, a second apart, and some for the way. */
    static final long ATTENTION = Duration.ofMillis(1500).toNanos();

    private static final Set<RevocationTrigger> HANDOVER = Set.of(
            RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT,
            RevocationTrigger.INTER_MAG_HANDOVER_DIFFERENT_ATT,
            RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
    private static final Set<RevocationTrigger> ENDING = Set.of(
            RevocationTrigger.UNSPECIFIED,
            RevocationTrigger.ADMINISTRATIVE_REASON,
            RevocationTrigger.USER_INITIATED_SESSION_TERMINATION,
            RevocationTrigger.ACCESS_NETWORK_SESSION_TERMINATION,
            RevocationTrigger.POSSIBLE_OUT_OF_SYNC_BCE_STATE);

    private record Question(List<Attachment> asked, long until) {}

    private final AttachmentTable table;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final LongSupplier nanoTime;

    /** Handovers whose terminals did not answer yet. */
    private final Map<BindingRevocationIndication, Question> questions = new LinkedHashMap<>();

    BindingRevocation(AttachmentTable table, ProxyCareOfAddress proxyCareOfAddress, LongSupplier nanoTime) {
        this.table = table;
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.nanoTime = nanoTime;
    }

    boolean isWaiting(BindingRevocationIndication indication) {
        return questions.containsKey(indication);
    }

    /** @return empty: {@link #due} answers */
    Optional<BindingRevocationAcknowledgement> revoked(
            BindingRevocationIndication indication, List<AttachmentDecision> decisions) {
        Optional<RevocationStatus> refusal = refusal(indication);
        if (refusal.isPresent()) {
            return Optional.of(BindingRevocationAcknowledgement.of(indication, refusal.get()));
        }
        List<Attachment> meant = meant(indication);
        if (indication.global()) {
            meant.forEach(attachment -> table.revoke(attachment, true, decisions));
            return Optional.of(BindingRevocationAcknowledgement.of(indication, RevocationStatus.SUCCESS));
        }
        if (meant.isEmpty()) {
            return Optional.of(
                    BindingRevocationAcknowledgement.of(indication, RevocationStatus.BINDING_DOES_NOT_EXIST));
        }
        if (!HANDOVER.contains(indication.trigger())) {
            return Optional.of(giveUp(indication, meant, true, decisions));
        }
        for (Attachment attachment : meant) {
            if (attachment.isServed() && !attachment.probing) {
                table.ask(attachment, decisions);
            }
        }
        questions.put(indication, new Question(meant, nanoTime.getAsLong() + ATTENTION));
        return Optional.empty();
    }

    private Optional<RevocationStatus> refusal(BindingRevocationIndication indication) {
        RevocationTrigger trigger = indication.trigger();
        if (!indication.proxyBinding() || indication.group()) {
            return Optional.of(RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED);
        }
        if (indication
                .proxyCareOfAddress()
                .filter(address -> !address.equals(proxyCareOfAddress))
                .isPresent()) {
            return Optional.of(RevocationStatus.BINDING_DOES_NOT_EXIST);
        }
        if (indication.ipv4BindingOnly()) {
            // R-08; there are none.
            return Optional.of(RevocationStatus.BINDING_DOES_NOT_EXIST);
        }
        if (indication.global()) {
            if (trigger.equals(RevocationTrigger.PER_PEER_POLICY)) {
                return Optional.empty();
            }
            if (!trigger.equals(RevocationTrigger.REVOKING_MOBILITY_NODE_LOCAL_POLICY)) {
                return Optional.of(RevocationStatus.REVOCATION_TRIGGER_NOT_SUPPORTED);
            }
        } else if (!HANDOVER.contains(trigger) && !ENDING.contains(trigger)) {
            return Optional.of(RevocationStatus.REVOCATION_TRIGGER_NOT_SUPPORTED);
        }
        return indication.mobileNode().isEmpty()
                ? Optional.of(RevocationStatus.REVOKED_MOBILE_NODES_IDENTITY_REQUIRED)
                : Optional.empty();
    }

    /** With a binding, as far as this gateway knows. */
    private List<Attachment> meant(BindingRevocationIndication indication) {
        List<Attachment> named = indication.mobileNode().isEmpty() || isGlobalPerPeer(indication)
                ? table.all()
                : indication.global()
                        ? table.all().stream()
                                .filter(attachment -> isOfRealm(
                                        attachment.mobileNodeIdentifier,
                                        indication.mobileNode().get()))
                                .toList()
                        : table.ofNode(indication.mobileNode().get());
        return named.stream()
                .filter(attachment -> attachment.forwarding || attachment.isLeaving())
                .filter(attachment -> indication.prefixes().isEmpty()
                        || attachment.prefixes.stream().anyMatch(indication.prefixes()::contains))
                .toList();
    }

    private static boolean isGlobalPerPeer(BindingRevocationIndication indication) {
        return indication.global() && indication.trigger().equals(RevocationTrigger.PER_PEER_POLICY);
    }

    /** that realm, none below it. */
    private static boolean isOfRealm(MobileNodeIdentifier mobileNode, MobileNodeIdentifier realm) {
        int at = mobileNode.value().indexOf('@');
        return at >= 0 && mobileNode.value().substring(at).equalsIgnoreCase(realm.value());
    }

    private BindingRevocationAcknowledgement giveUp(
            BindingRevocationIndication indication,
            List<Attachment> meant,
            boolean expelled,
            List<AttachmentDecision> decisions) {
        Set<HomeNetworkPrefix> gone = new HashSet<>(indication.prefixes());
        for (Attachment attachment : meant) {
            gone.removeAll(attachment.prefixes);
            table.revoke(attachment, expelled, decisions);
        }
        return gone.isEmpty()
                ? BindingRevocationAcknowledgement.of(indication, RevocationStatus.SUCCESS)
                : BindingRevocationAcknowledgement.partial(indication, gone);
    }

    /** Answers that waited for a terminal's, by what they answer. */
    Map<BindingRevocationIndication, BindingRevocationAcknowledgement> due(List<AttachmentDecision> decisions) {
        Map<BindingRevocationIndication, BindingRevocationAcknowledgement> answers = new LinkedHashMap<>();
        Iterator<Map.Entry<BindingRevocationIndication, Question>> each =
                questions.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<BindingRevocationIndication, Question> entry = each.next();
            List<Attachment> asked = entry.getValue().asked();
            if (asked.stream().anyMatch(BindingRevocation::isThere)) {
                answers.put(
                        entry.getKey(),
                        BindingRevocationAcknowledgement.of(
                                entry.getKey(), RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED));
                each.remove();
            } else if (asked.stream().noneMatch(attachment -> attachment.probing)
                    || nanoTime.getAsLong() - entry.getValue().until() >= 0) {
                answers.put(entry.getKey(), giveUp(entry.getKey(), new ArrayList<>(asked), false, decisions));
                each.remove();
            }
        }
        return answers;
    }

    private static boolean isThere(Attachment attachment) {
        return attachment.isServed() && !attachment.probing;
    }

    OptionalLong nextDue() {
        return questions.values().stream().mapToLong(Question::until).min();
    }
}
