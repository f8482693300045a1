package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.flowanchor.binding.domain.OutstandingMessage.Content.FlowMobilityInitiate;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refusal;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refused;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.UpdateNotificationStatus;

/**
 * Flow mobility with prefixes that are not shared (RFC 7864 section 3.2.2): which gateway carries which prefix of a mobile node beside
 * its own, and what it is told. The states of a prefix at a gateway are those of {@link FlowMobilePrefix}.
 *
 * <p>Traps: a Flow Mobility Initiate is the whole set, so what it leaves out is removed (F-05); there is one unanswered at a time, and
 * what is decided meanwhile goes into the next (F-18); a set that became empty is said by naming the gateway's own prefixes (F-16).
 */
final class PrefixPreparation {
    private final SignallingRules rules;
    private final Admission admission;
    private final GatewayCapabilities capabilities;

    PrefixPreparation(SignallingRules rules, Admission admission, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.admission = admission;
        this.capabilities = capabilities;
    }

    /** What a gateway that attaches the node carries at once: everything the node has elsewhere (RFC 7864 section 3.3, T-06). */
    FlowMobility granted(
            MobileNodeBindings bindings, BindingCacheEntry entry, ProxyCareOfAddress gateway, Instant now) {
        if (!isFlowMobile(bindings) || !capabilities.knows(gateway, MessageKind.UPDATE_NOTIFICATION)) {
            return FlowMobility.NONE;
        }
        List<HomeNetworkPrefix> there = bindings.activeAt(gateway).stream()
                .flatMap(other -> other.homeNetworkPrefixes().stream())
                .toList();
        List<HomeNetworkPrefix> elsewhere = bindings.entries().stream()
                .filter(other -> other.isActive()
                        && !other.isAt(gateway)
                        && !other.bindingIdentifier().equals(entry.bindingIdentifier()))
                .flatMap(other -> other.homeNetworkPrefixes().stream())
                .filter(prefix -> !entry.holds(prefix) && !there.contains(prefix))
                .toList();
        return FlowMobility.granted(elsewhere, now);
    }

    private boolean isFlowMobile(MobileNodeBindings bindings) {
        return admission
                .profile(bindings)
                .filter(MobileNodeProfile::isFlowMobile)
                .isPresent();
    }

    PrepareMoveDecision prepare(
            MobileNodeBindings bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway, Instant now) {
        List<BindingCacheEntry> there = bindings.activeAt(gateway);
        if (there.isEmpty()) {
            return new Refused(Refusal.NO_BINDING);
        }
        if (!bindings.homeNetworkPrefixes().contains(prefix)) {
            return new Refused(Refusal.NO_PREFIX);
        }
        if (there.stream().anyMatch(entry -> entry.holds(prefix))) {
            return new Prepared(List.of());
        }
        Optional<MobileNodeProfile> profile = admission.profile(bindings);
        if (profile.filter(MobileNodeProfile::isFlowMobile).isEmpty()) {
            return new Refused(
                    profile.filter(MobileNodeProfile::decidesItself).isPresent()
                            ? Refusal.DECISION_AUTHORITY
                            : Refusal.HOST_MODEL);
        }
        // The entry that has it already, otherwise the preferred one.
        BindingCacheEntry entry = there.stream()
                .filter(one -> one.flowMobility().of(prefix).isPresent())
                .findFirst()
                .orElse(there.getFirst());
        Optional<FlowMobilePrefix> known = entry.flowMobility().of(prefix);
        return switch (known.map(FlowMobilePrefix::state).orElse(null)) {
            case PREPARED -> new Prepared(List.of());
            case IDLE -> new Prepared(List.of(written(entry, FlowMobilePrefix.prepared(prefix, now))));
            case PREPARING -> new Requested(List.of());
            case WITHDRAWING, FAILED -> request(entry, prefix, now);
            case null -> request(entry, prefix, now);
        };
    }

    private PrepareMoveDecision request(BindingCacheEntry entry, HomeNetworkPrefix prefix, Instant now) {
        return capabilities.knows(entry.proxyCareOfAddress(), MessageKind.UPDATE_NOTIFICATION)
                ? new Requested(List.of(written(entry, FlowMobilePrefix.preparing(prefix, now))))
                : new Refused(Refusal.GATEWAY_CANNOT);
    }

    /** No flow needs the prefix there any more: it stays for the hold time, so that coming back costs nothing (T-25). */
    List<BindingRecord> release(
            MobileNodeBindings bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway, Instant now) {
        return bindings.activeAt(gateway).stream()
                .filter(entry -> entry.flowMobility()
                        .of(prefix)
                        .filter(one -> one.state() == FlowMobilePrefix.State.PREPARED)
                        .isPresent())
                .map(entry -> written(entry, FlowMobilePrefix.idle(prefix, now, now.plus(rules.prefixHold()))))
                .toList();
    }

    /**
     * The answer to {@code asked}. An acceptance that names no prefix is none (F-06): the notification is repeated.
     *
     * @return empty when it is no answer
     */
    Optional<List<BindingRecord>> acknowledged(
            MobileNodeBindings bindings,
            OutstandingMessage asked,
            UpdateNotificationAcknowledgement acknowledgement,
            Instant now) {
        if (acknowledgement.status().accepted()
                && acknowledgement.homeNetworkPrefixes().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                acknowledgement.status().accepted()
                        ? accepted(bindings, asked, acknowledgement.homeNetworkPrefixes(), now)
                        : failed(bindings, asked, reason(acknowledgement.status()), now));
    }

    private static String reason(UpdateNotificationStatus status) {
        return status.equals(UpdateNotificationStatus.MN_NOT_ATTACHED)
                ? "the gateway says that the mobile node is not attached (status 132)"
                : "the gateway refuses (status " + status + ")";
    }

    private List<BindingRecord> accepted(
            MobileNodeBindings bindings, OutstandingMessage asked, Collection<HomeNetworkPrefix> echoed, Instant now) {
        FlowMobilityInitiate initiate = (FlowMobilityInitiate) asked.content();
        return concluded(bindings, asked, mobility -> {
            FlowMobility next = mobility;
            for (FlowMobilePrefix one : mobility.prefixes()) {
                boolean listed = initiate.offLinkPrefixes().contains(one.prefix());
                next = switch (one.state()) {
                    case PREPARING ->
                        !listed
                                ? next
                                : next.with(
                                        echoed.contains(one.prefix())
                                                ? FlowMobilePrefix.prepared(one.prefix(), now)
                                                : failure(one.prefix(), "the gateway left it out of its answer", now));
                    // Asked for again after it was left out: the next initiate lists it.
                    case WITHDRAWING -> listed ? next : next.without(one.prefix());
                    case PREPARED, IDLE, FAILED -> next;
                };
            }
            return next;
        });
    }

    private FlowMobilePrefix failure(HomeNetworkPrefix prefix, String reason, Instant now) {
        return FlowMobilePrefix.failed(prefix, now, now.plus(rules.prefixHold()), reason);
    }

    /** What it asked for does not happen; what it was to remove is given up, since the next initiate leaves it out as well. */
    private List<BindingRecord> failed(
            MobileNodeBindings bindings, OutstandingMessage asked, String reason, Instant now) {
        FlowMobilityInitiate initiate = (FlowMobilityInitiate) asked.content();
        return concluded(bindings, asked, mobility -> {
            FlowMobility next = mobility;
            for (FlowMobilePrefix one : mobility.prefixes()) {
                boolean listed = initiate.offLinkPrefixes().contains(one.prefix());
                if (one.state() == FlowMobilePrefix.State.PREPARING && listed) {
                    next = next.with(failure(one.prefix(), reason, now));
                } else if (one.state() == FlowMobilePrefix.State.WITHDRAWING && !listed) {
                    next = next.without(one.prefix());
                }
            }
            return next;
        });
    }

    private static List<BindingRecord> concluded(
            MobileNodeBindings bindings, OutstandingMessage asked, UnaryOperator<FlowMobility> change) {
        List<BindingRecord> records = new ArrayList<>();
        records.add(new BindingRecord.MessageSettled(asked.key()));
        for (BindingCacheEntry entry : bindings.activeAt(asked.key().gateway())) {
            FlowMobility next = change.apply(entry.flowMobility());
            if (!next.equals(entry.flowMobility())) {
                records.add(new BindingRecord.EntryWritten(entry.with(next)));
            }
        }
        return records;
    }

    /** The gateway knows no Update Notifications (U-09). */
    List<BindingRecord> unknown(MobileNodeBindings bindings, OutstandingMessage asked, Instant now) {
        return failed(bindings, asked, "the gateway does not know Update Notifications", now);
    }

    /** U-04: the same message once more, at most as often as configured; then it has failed. */
    List<BindingRecord> overdue(MobileNodeBindings bindings, OutstandingMessage asked, Instant now) {
        return asked.transmissions() <= rules.maxUpdateNotificationRetransmitCount()
                ? List.of(new BindingRecord.MessageSent(asked.repeated(rules.updateNotificationDue(now))))
                : failed(bindings, asked, "the gateway does not answer", now);
    }

    /** Hold times that are over. */
    List<BindingRecord> holdsOver(MobileNodeBindings bindings, Instant now) {
        List<BindingRecord> records = new ArrayList<>();
        for (BindingCacheEntry entry : bindings.entries()) {
            FlowMobility next = entry.flowMobility();
            for (FlowMobilePrefix one : entry.flowMobility().prefixes()) {
                if (one.isDue(now)) {
                    next = one.state() == FlowMobilePrefix.State.IDLE
                            ? next.with(FlowMobilePrefix.withdrawing(one.prefix(), now))
                            : next.without(one.prefix());
                }
            }
            if (!next.equals(entry.flowMobility())) {
                records.add(new BindingRecord.EntryWritten(entry.with(next)));
            }
        }
        return records;
    }

    /**
     * What follows from the present entries, whatever changed them: prefixes no other entry anchors are withdrawn, messages that nothing
     * waits for are forgotten (the store looks for messages only where an entry waits), and a gateway whose set is to change is told, one
     * message at a time.
     */
    List<BindingRecord> settle(MobileNodeBindings bindings, Instant now) {
        List<BindingRecord> records = new ArrayList<>();
        for (BindingCacheEntry entry : bindings.entries()) {
            FlowMobility next = stillAnchored(bindings, entry, now);
            if (!next.equals(entry.flowMobility())) {
                records.add(new BindingRecord.EntryWritten(entry.with(next)));
            }
        }
        MobileNodeBindings after = bindings.replay(records);
        for (OutstandingMessage message : bindings.outstanding()) {
            if (message.content() instanceof FlowMobilityInitiate
                    && after.activeAt(message.key().gateway()).stream()
                            .noneMatch(entry -> entry.flowMobility().isUnsettled())) {
                records.add(new BindingRecord.MessageSettled(message.key()));
            }
        }
        for (BindingCacheEntry entry : after.entries()) {
            if (entry.flowMobility().isUnsettled()
                    && after.outstanding(entry.proxyCareOfAddress(), MessageKind.UPDATE_NOTIFICATION)
                            .isEmpty()) {
                BindingRecord initiate =
                        new BindingRecord.MessageSent(initiate(after, entry.proxyCareOfAddress(), now));
                records.add(initiate);
                after = after.replay(initiate);
            }
        }
        return records;
    }

    private static FlowMobility stillAnchored(MobileNodeBindings bindings, BindingCacheEntry entry, Instant now) {
        FlowMobility next = entry.flowMobility();
        for (FlowMobilePrefix one : entry.flowMobility().prefixes()) {
            if (bindings.anchorsBeside(one.prefix(), entry.proxyCareOfAddress())) {
                continue;
            }
            next = switch (one.state()) {
                case PREPARING, PREPARED, IDLE -> next.with(FlowMobilePrefix.withdrawing(one.prefix(), now));
                case FAILED -> next.without(one.prefix());
                case WITHDRAWING -> next;
            };
        }
        return next;
    }

    private OutstandingMessage initiate(MobileNodeBindings bindings, ProxyCareOfAddress gateway, Instant now) {
        List<HomeNetworkPrefix> wanted =
                named(bindings, gateway, entry -> entry.flowMobility().wanted());
        List<HomeNetworkPrefix> own = named(bindings, gateway, BindingCacheEntry::homeNetworkPrefixes);
        return OutstandingMessage.first(
                gateway,
                new FlowMobilityInitiate(wanted.isEmpty() ? own : List.of(), wanted),
                rules.updateNotificationDue(now));
    }

    private static List<HomeNetworkPrefix> named(
            MobileNodeBindings bindings,
            ProxyCareOfAddress gateway,
            Function<BindingCacheEntry, List<HomeNetworkPrefix>> prefixes) {
        return bindings.activeAt(gateway).stream()
                .flatMap(entry -> prefixes.apply(entry).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static BindingRecord written(BindingCacheEntry entry, FlowMobilePrefix prefix) {
        return new BindingRecord.EntryWritten(entry.with(entry.flowMobility().with(prefix)));
    }
}
