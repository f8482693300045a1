package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;

/**
 * Update notifications at a gateway (RFC 7077 section 5.2). A Flow Mobility Initiate names all prefixes of other sessions that the mobile
 * node's attachment here is to carry: those it leaves out are given up (F-05), and none is ever advertised (F-04).
 *
 * <p>Traps: a prefix that the node's own session here has stays its own, with L or without; one that another terminal of this gateway has
 * is refused, or whoever says "L" could draw that terminal's packets; an initiate older than the newest of its node must not be carried
 * out again.
 */
final class FlowMobility {
    private record Carried(Attachment attachment, Set<HomeNetworkPrefix> before) {}

    private final AttachmentTable table;

    /** What to go back to should the kernel refuse; an entry lives until it answers. */
    private final Map<UpdateNotification, List<Carried>> unconfirmed = new HashMap<>();

    FlowMobility(AttachmentTable table) {
        this.table = table;
    }

    /** Whether something newer was said about its mobile node since. */
    boolean isOutdated(UpdateNotification notification) {
        return notification.isFlowMobilityInitiate()
                && notification.mobileNode().isPresent()
                && table.ofNode(notification.mobileNode().get()).stream()
                        .noneMatch(attachment -> notification.equals(attachment.initiated));
    }

    UpdateNotificationStatus notified(UpdateNotification notification, List<AttachmentDecision> decisions) {
        UpdateNotificationReason reason = notification.reason();
        if (notification.isFlowMobilityInitiate()) {
            return initiated(notification);
        }
        if (reason.equals(UpdateNotificationReason.FORCE_REREGISTRATION)) {
            return reregister(notification, decisions);
        }
        if (reason.equals(UpdateNotificationReason.VENDOR_SPECIFIC_REASON) && !notification.vendorSpecific()) {
            return UpdateNotificationStatus.MISSING_VENDOR_SPECIFIC_OPTION;
        }
        if (reason.equals(UpdateNotificationReason.QOS_SERVICE_REQUEST)) {
            return UpdateNotificationStatus.CANNOT_MEET_QOS_SERVICE_REQUEST;
        }
        // U-10: the gateway has no parameters that an anchor could set.
        return UpdateNotificationStatus.FAILED_TO_UPDATE_SESSION_PARAMETERS;
    }

    private UpdateNotificationStatus initiated(UpdateNotification initiate) {
        if (initiate.mobileNode().isEmpty()) {
            return UpdateNotificationStatus.REASON_UNSPECIFIED;
        }
        MobileNodeIdentifier mobileNode = initiate.mobileNode().get();
        List<Attachment> attachments = table.ofNode(mobileNode).stream()
                .filter(attachment -> attachment.forwarding && attachment.isServed())
                .toList();
        if (attachments.isEmpty()) {
            return UpdateNotificationStatus.MN_NOT_ATTACHED;
        }
        Set<HomeNetworkPrefix> own = new HashSet<>();
        attachments.forEach(attachment -> own.addAll(attachment.prefixes));
        if (initiate.anchored().isEmpty() && initiate.foreign().isEmpty()
                || !own.containsAll(initiate.anchored())
                || !initiate.foreign().stream().allMatch(prefix -> mayBeCarried(prefix, mobileNode))
                || attachments.stream().anyMatch(attachment -> attachment.linkLocalAddress == null)) {
            return UpdateNotificationStatus.REASON_UNSPECIFIED;
        }
        Set<HomeNetworkPrefix> foreign = new HashSet<>(initiate.foreign());
        foreign.removeAll(own);
        List<Carried> changes = new ArrayList<>();
        for (Attachment attachment : attachments) {
            changes.add(new Carried(attachment, attachment.carried));
            attachment.carried = Set.copyOf(foreign);
            attachment.initiated = initiate.first();
        }
        unconfirmed.putIfAbsent(initiate.first(), changes);
        return UpdateNotificationStatus.SUCCESS;
    }

    private boolean mayBeCarried(HomeNetworkPrefix prefix, MobileNodeIdentifier mobileNode) {
        return !prefix.isAllZero()
                && !prefix.address().isLinkLocal()
                && !prefix.address().isMulticast()
                && table.isOfNobodyElse(prefix, mobileNode);
    }

    private UpdateNotificationStatus reregister(UpdateNotification notification, List<AttachmentDecision> decisions) {
        List<Attachment> meant = notification
                .mobileNode()
                .map(table::ofNode)
                .orElseGet(() -> notification.allSessions() ? table.all() : List.of());
        List<Attachment> bound = meant.stream()
                .filter(attachment -> attachment.state == Attachment.State.BOUND)
                .toList();
        if (bound.isEmpty() && meant.stream().noneMatch(Attachment::isServed)) {
            return UpdateNotificationStatus.MN_NOT_ATTACHED;
        }
        bound.forEach(table::extendNow);
        decisions.addAll(table.due());
        return UpdateNotificationStatus.SUCCESS;
    }

    /** Attachments that carry other prefixes because of it. */
    Set<AttachmentName> concerned(UpdateNotification notification) {
        Set<AttachmentName> names = new HashSet<>();
        unconfirmed
                .getOrDefault(notification.first(), List.of())
                .forEach(change -> names.add(change.attachment().name()));
        return names;
    }

    /** The kernel forwards as it asked. */
    void carriedOut(UpdateNotification notification) {
        unconfirmed.remove(notification.first());
    }

    /** The kernel does not: as if it had not been asked. */
    void refused(UpdateNotification notification) {
        List<Carried> changes = unconfirmed.remove(notification.first());
        if (changes != null) {
            for (Carried change : changes) {
                change.attachment().carried = change.before();
                change.attachment().initiated = null;
                table.changed(change.attachment());
            }
        }
    }
}
