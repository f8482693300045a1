package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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
    private static final String NOT_KNOWN = "the gateway does not know Update Notifications";

    private final SignallingRules rules;
    private final Admission admission;
    private final GatewayCapabilities capabilities;

    PrefixPreparation(SignallingRules rules, Admission admission, GatewayCapabilities capabilities) {
        this.rules = rules;
        this.admission = admission;
        this.capabilities = capabilities;
    }

    /**
     * What a gateway that attaches the node carries at once: everything the node has elsewhere (RFC 7864 section 3.3, T-06), but for what an
     * unanswered initiate, which may reach the gateway after the acknowledgement, does not list: that is for the next one.
     */
    FlowMobility granted(
            MobileNodeBindings bindings, BindingCacheEntry entry, ProxyCareOfAddress gateway, Instant now) {
        if (!isFlowMobile(bindings) || !knows(gateway)) {
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
        Predicate<HomeNetworkPrefix> isListed = bindings.outstanding(gateway, MessageKind.UPDATE_NOTIFICATION)
                .<Predicate<HomeNetworkPrefix>>map(
                        message -> ((FlowMobilityInitiate) message.content()).offLinkPrefixes()::contains)
                .orElse(prefix -> true);
        return FlowMobility.granted(elsewhere, isListed, now);
    }

    private boolean knows(ProxyCareOfAddress gateway) {
        return capabilities.knows(gateway, MessageKind.UPDATE_NOTIFICATION);
    }

    /** The profile says that packets of one interface's prefix must not go to another. One that is lost says nothing. */
    private boolean isNotFlowMobile(MobileNodeBindings bindings) {
        return admission
                .profile(bindings)
                .filter(profile -> !profile.isFlowMobile())
                .isPresent();
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
        if (there.stream().anyMatch(entry -> entry.holds(prefix))) {
            return new Prepared(List.of());
        }
        // What is held after a de-registration at that very gateway only is not somebody else's to be carried there.
        if (!bindings.anchorsBeside(prefix, gateway)) {
            return new Refused(Refusal.NO_PREFIX);
        }
        Optional<MobileNodeProfile> profile = admission.profile(bindings);
        if (profile.filter(MobileNodeProfile::isFlowMobile).isEmpty()) {
            return new Refused(
                    profile.filter(MobileNodeProfile::decidesItself).isPresent()
                            ? Refusal.DECISION_AUTHORITY
                            : Refusal.HOST_MODEL);
        }
        if (there.stream().anyMatch(entry -> entry.flowMobility().carried().contains(prefix))) {
            return new Prepared(needed(there, prefix, now));
        }
        if (there.stream().anyMatch(entry -> entry.flowMobility().wanted().contains(prefix))) {
            return new Requested(List.of());
        }
        return knows(gateway)
                ? new Requested(there.stream()
                        .map(entry -> written(entry, FlowMobilePrefix.preparing(prefix, now)))
                        .toList())
                : new Refused(Refusal.GATEWAY_CANNOT);
    }

    /** Idle ones stay, of every entry as {@link #release} made them idle. */
    private static List<BindingRecord> needed(List<BindingCacheEntry> there, HomeNetworkPrefix prefix, Instant now) {
        return there.stream()
                .filter(entry -> isIn(FlowMobilePrefix.State.IDLE, entry, prefix))
                .map(entry -> written(entry, FlowMobilePrefix.prepared(prefix, now)))
                .toList();
    }

    private static boolean isIn(FlowMobilePrefix.State state, BindingCacheEntry entry, HomeNetworkPrefix prefix) {
        return entry.flowMobility()
                .of(prefix)
                .filter(one -> one.state() == state)
                .isPresent();
    }

    /** No flow needs the prefix there any more: it stays for the hold time, so that coming back costs nothing (T-25). */
    List<BindingRecord> release(
            MobileNodeBindings bindings, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway, Instant now) {
        return bindings.activeAt(gateway).stream()
                .filter(entry -> isIn(FlowMobilePrefix.State.PREPARED, entry, prefix))
                .map(entry -> written(entry, FlowMobilePrefix.idle(prefix, now, now.plus(rules.prefixHold()))))
                .toList();
    }

    /**
     * The answer to {@code asked}. An acceptance that names no mobile node or no prefix is none (F-06): the notification is
     * repeated.
     *
     * @return empty when it is no answer
     */
    Optional<List<BindingRecord>> acknowledged(
            MobileNodeBindings bindings,
            OutstandingMessage asked,
            UpdateNotificationAcknowledgement acknowledgement,
            Instant now) {
        if (acknowledgement.status().accepted()
                && (acknowledgement.mobileNodeIdentifier().isEmpty()
                        || acknowledgement.homeNetworkPrefixes().isEmpty())) {
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
                                                ? one.acknowledged(now)
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
        return failed(bindings, asked, NOT_KNOWN, now);
    }

    /** U-04: the same message once more, at most as often as configured; then it has failed. */
    List<BindingRecord> overdue(MobileNodeBindings bindings, OutstandingMessage asked, Instant now) {
        if (!knows(asked.key().gateway())) {
            return unknown(bindings, asked, now);
        }
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
     * What follows from the present entries and profile, whatever changed them: prefixes that no other gateway anchors, or their own does,
     * are withdrawn, those that the profile does not let move any more are held while their flows come home, what one entry gives up
     * and another at its gateway needs is no gateway's business, messages that nothing waits for are forgotten (the store looks for messages
     * only where an entry waits), and a gateway whose set is to change is told, one message at a time.
     */
    List<BindingRecord> settle(MobileNodeBindings bindings, Instant now) {
        List<BindingRecord> records = new ArrayList<>();
        for (BindingCacheEntry entry : bindings.entries()) {
            FlowMobility next = toBeSaid(bindings, entry, stillAnchored(bindings, entry, now), now);
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

    private FlowMobility stillAnchored(MobileNodeBindings bindings, BindingCacheEntry entry, Instant now) {
        boolean mayMove = !isNotFlowMobile(bindings);
        FlowMobility next = entry.flowMobility();
        for (FlowMobilePrefix one : entry.flowMobility().prefixes()) {
            boolean anchoredHere =
                    bindings.activeAt(entry.proxyCareOfAddress()).stream().anyMatch(other -> other.holds(one.prefix()));
            if (!anchoredHere && bindings.anchorsBeside(one.prefix(), entry.proxyCareOfAddress())) {
                next = mayMove ? next : sentHome(next, one, now);
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

    /**
     * The anchor's agent takes the flows home when it hears of the profile, and for as long as that takes the gateway forwards them: a
     * withdrawal at once would cost their packets.
     */
    private FlowMobility sentHome(FlowMobility mobility, FlowMobilePrefix one, Instant now) {
        return switch (one.state()) {
            case PREPARED -> mobility.with(FlowMobilePrefix.idle(one.prefix(), now, now.plus(rules.prefixHold())));
            case PREPARING -> mobility.with(FlowMobilePrefix.withdrawing(one.prefix(), now));
            case IDLE, WITHDRAWING, FAILED -> mobility;
        };
    }

    /**
     * An initiate is the set of all entries at the gateway: one that lists what another entry needs withdraws nothing, however often sent. A
     * gateway that does not know initiates is sent none (U-09): it cannot be asked, nor told to forget.
     */
    private FlowMobility toBeSaid(
            MobileNodeBindings bindings, BindingCacheEntry entry, FlowMobility mobility, Instant now) {
        boolean knows = knows(entry.proxyCareOfAddress());
        FlowMobility next = mobility;
        for (FlowMobilePrefix one : mobility.prefixes()) {
            if (one.state() == FlowMobilePrefix.State.WITHDRAWING
                    && (!knows || isWantedBeside(bindings, entry, one.prefix()))) {
                next = next.without(one.prefix());
            } else if (one.state() == FlowMobilePrefix.State.PREPARING && !knows) {
                next = next.with(failure(one.prefix(), NOT_KNOWN, now));
            }
        }
        return next;
    }

    private static boolean isWantedBeside(
            MobileNodeBindings bindings, BindingCacheEntry except, HomeNetworkPrefix prefix) {
        return bindings.activeAt(except.proxyCareOfAddress()).stream()
                .anyMatch(entry -> !entry.bindingIdentifier().equals(except.bindingIdentifier())
                        && entry.flowMobility().wanted().contains(prefix));
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
