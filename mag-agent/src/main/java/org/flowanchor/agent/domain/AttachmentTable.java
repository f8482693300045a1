package org.flowanchor.agent.domain;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.AskWhose;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.agent.domain.MobileNodeDirectory.Arrival;
import org.flowanchor.agent.domain.MobileNodeDirectory.Installed;
import org.flowanchor.agent.domain.MobileNodeDirectory.Owner;
import org.flowanchor.agent.domain.MobileNodeDirectory.Solicited;
import org.flowanchor.agent.domain.MobileNodeDirectory.Triggered;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ServiceSelection;
import org.jspecify.annotations.Nullable;

/**
 * The terminals of one gateway: attachment state machine per access link and link-layer identifier (RFC 5213 section 6.9). Not
 * thread-safe; one loop owns it. Inputs are methods, outputs are decisions; nothing here blocks.
 *
 * <pre>
 * state          forwards  left by
 * (none)         no        solicitation, trigger, neighbour seen -> REGISTERING (update: attach indicator, ALL_ZERO)
 *                          whose it is must be known: {@link MobileNodeDirectory}
 *                          found installed at start -> REGISTERING, forwarding (update: recovery indicator, prefixes);
 *                          who it is must be known: {@link UnidentifiedTerminals}
 * BOUND, EXTENDING: the anchor restarted -> REGISTERING, forwarding (update: recovery indicator, prefixes)
 * REGISTERING    recovered acknowledged 0..127 -> BOUND; refused for good -> REJECTED; named prefixes refused -> REGISTERING with ALL_ZERO
 * BOUND          yes       half of the lifetime -> EXTENDING (update: indicator 5, prefixes)
 * EXTENDING      yes       acknowledged -> BOUND; refused for good -> REJECTED; prefixes refused -> REGISTERING with ALL_ZERO
 * DEREGISTERING  yes       acknowledged -> (none); after 1 s -> DEPARTED (M-08)
 * DEPARTED       no        acknowledged -> (none); lifetime over -> (none)
 * REJECTED       no        solicitation, trigger after the hold time (before it: ignored, and said) -> REGISTERING; after 10 min -> (none)
 * BLOCKED        as before never; only an administrator's restart (M-03); forwarding ends with the lifetime or the link
 *
 * REGISTERING, BOUND, EXTENDING: any {@link Departure} -> DEREGISTERING when forwarding, else DEPARTED (update: indicator 4, lifetime 0)
 * DEREGISTERING, DEPARTED: solicitation, trigger -> REGISTERING; the de-registration's answer is then nobody's (M-02)
 * REGISTERING, EXTENDING: acknowledgement that is not an echo (M-03) -> BLOCKED
 * REJECTED: access link down -> (none)
 * </pre>
 *
 * Presence (M-09, RFC 5213 section 6.13): before an extension, before a retransmission and after a while without news the terminal is
 * asked whether it is there ({@link AttachmentDecision.Probe}), unless it was seen within 10 s. It answers: what was due goes on. It is
 * silent twice in a row, or no verdict comes at all: it has departed. Forwarding goes on meanwhile.
 *
 * <p>In every state with an outstanding update: see {@link UpdateTransmission}; and at once when the stream to the anchor comes back. Traps: a lifetime that ends while the anchor is out of reach does
 * not stop forwarding (the loss of a control stream never does), only the anchor's refusal does; statuses 135, 156, 157 are refusals of a
 * message, not of the terminal, so the next retransmission answers them.
 */
public final class AttachmentTable {
    private final AttachmentSettings settings;
    private final UpdateTransmission updates;
    private final AttachmentLifecycle lifecycle;
    private final MobileNodeDirectory directory;
    private final LongSupplier nanoTime;
    private final Attachments attachments;
    private final UnidentifiedTerminals unidentified;

    /** At the last call of {@link #takeChangedTerminals}; before the first nobody knows. */
    private boolean hadInstalled = true;

    private final ExpelledTerminals expelled = new ExpelledTerminals();

    /**
     * @param clock wall clock, for the Timestamp option only
     * @param nanoTime monotonic, for every timer
     */
    public AttachmentTable(
            AttachmentSettings settings, InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.directory = new MobileNodeDirectory(settings.mobileNodes(), settings.asksForMobileNodes(), nanoTime);
        this.updates =
                new UpdateTransmission(new UpdateFactory(settings, clock, random.nextInt(0x10000)), nanoTime, random);
        this.unidentified = new UnidentifiedTerminals(nanoTime);
        this.lifecycle = new AttachmentLifecycle(settings, updates, nanoTime, random);
        this.attachments =
                new Attachments(nanoTime, attachment -> lifecycle.restUntilDue(attachment, nanoTime.getAsLong()));
    }

    /**
     * A terminal that a previous process left installed: goes on forwarding and is registered again, once it is known who it is, and
     * whose.
     */
    public List<AttachmentDecision> recover(AttachedTerminal installed) {
        if (!installed.isIdentified()) {
            List<AttachmentDecision> decisions = new ArrayList<>();
            unidentified.hold(installed, decisions);
            return decisions;
        }
        Owner owner = directory.owner(installed.linkLayerIdentifier());
        if (owner == null) {
            directory.hold(new Installed(installed));
            return List.of();
        }
        return owner.mobileNode()
                .map(mobileNode -> recover(installed, mobileNode))
                .orElseGet(() -> unmapped(installed.accessLink(), installed.linkLayerIdentifier()));
    }

    /** Somebody has that address on the link: perhaps one that was found installed. */
    private List<AttachmentDecision> identified(
            String accessLink, Ipv6Address address, LinkLayerIdentifier linkLayerIdentifier) {
        AttachedTerminal installed = unidentified.identify(accessLink, address, linkLayerIdentifier);
        return installed == null ? List.of() : recover(installed);
    }

    private static List<AttachmentDecision> unmapped(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {
        return List.of(new Unmapped(accessLink, linkLayerIdentifier));
    }

    private List<AttachmentDecision> recover(AttachedTerminal installed, MobileNodeIdentifier mobileNode) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (attachments.has(new AttachmentName(installed.accessLink(), installed.linkLayerIdentifier()))) {
            return decisions;
        }
        Attachment attachment = new Attachment(
                installed.accessLink(), installed.linkLayerIdentifier(), mobileNode, installed.linkLocalAddress());
        lifecycle.recover(attachment, installed);
        attachments.add(attachment);
        lifecycle.probe(attachment, decisions);
        return decisions;
    }

    /** A router solicitation (RFC 4861 section 4.1). */
    public List<AttachmentDecision> solicited(
            String accessLink, Ipv6Address source, LinkLayerIdentifier linkLayerIdentifier) {
        if (!source.isLinkLocal()) {
            // Without a next hop there is nothing to install; the terminal repeats once it has its address.
            return List.of(new Ignored("solicitation of " + linkLayerIdentifier + " on " + accessLink
                    + " has no link-local source: " + source));
        }
        List<AttachmentDecision> decisions = new ArrayList<>(identified(accessLink, source, linkLayerIdentifier));
        decisions.addAll(owned(
                new Solicited(accessLink, source, linkLayerIdentifier),
                mobileNode -> appeared(
                        accessLink,
                        linkLayerIdentifier,
                        mobileNode,
                        Optional.of(source),
                        HandoffKnowledge.NONE,
                        Optional.empty())));
        return decisions;
    }

    /** Goes on with the mobile node whose interface it is, as soon as that is known (RFC 5213 section 6.6). */
    private List<AttachmentDecision> owned(
            Arrival arrival, Function<MobileNodeIdentifier, List<AttachmentDecision>> with) {
        LinkLayerIdentifier linkLayerIdentifier = arrival.linkLayerIdentifier();
        Attachment attachment = attachments.find(new AttachmentName(arrival.accessLink(), linkLayerIdentifier));
        if (attachment != null && attachment.isServed()) {
            return with.apply(attachment.mobileNodeIdentifier);
        }
        Owner owner = directory.owner(linkLayerIdentifier);
        if (owner != null) {
            return owner.mobileNode().map(with).orElseGet(() -> unmapped(arrival.accessLink(), linkLayerIdentifier));
        }
        return directory.hold(arrival)
                ? List.of()
                : List.of(new Ignored(linkLayerIdentifier + " on " + arrival.accessLink()
                        + " is not known, and too many others are being asked for"));
    }

    /** The anchor says whose interfaces are. */
    public List<AttachmentDecision> mobileNodesAre(List<MobileNodeMapping> mappings) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        for (MobileNodeMapping mapping : mappings) {
            for (Arrival arrival : directory.answered(mapping)) {
                decisions.addAll(
                        switch (arrival) {
                            case Solicited(String accessLink, Ipv6Address source, LinkLayerIdentifier identifier) ->
                                solicited(accessLink, source, identifier);
                            case Triggered(AttachmentTrigger trigger) -> triggered(trigger);
                            case Installed(AttachedTerminal terminal) -> recover(terminal);
                        });
            }
        }
        return decisions;
    }

    /** The access network says that a terminal is there (T-86); a solicitation that follows sends no second update. */
    public List<AttachmentDecision> triggered(AttachmentTrigger trigger) {
        List<AttachmentDecision> decisions = new ArrayList<>(trigger.linkLocalAddress()
                .map(address -> identified(trigger.accessLink(), address, trigger.linkLayerIdentifier()))
                .orElse(List.of()));
        decisions.addAll(owned(
                new Triggered(trigger),
                mobileNode -> appeared(
                        trigger.accessLink(),
                        trigger.linkLayerIdentifier(),
                        mobileNode,
                        trigger.linkLocalAddress(),
                        trigger.handoff(),
                        trigger.serviceSelection())));
        return decisions;
    }

    /** The kernel got to know a neighbour, or heard of it again: it sends, solicited or not. */
    public List<AttachmentDecision> neighbourSeen(
            String accessLink, Ipv6Address address, LinkLayerIdentifier linkLayerIdentifier) {
        List<AttachmentDecision> decisions = new ArrayList<>(identified(accessLink, address, linkLayerIdentifier));
        decisions.addAll(seen(accessLink, address, linkLayerIdentifier));
        return decisions;
    }

    private List<AttachmentDecision> seen(
            String accessLink, Ipv6Address address, LinkLayerIdentifier linkLayerIdentifier) {
        Attachment attachment = attachments.find(new AttachmentName(accessLink, linkLayerIdentifier));
        boolean returns = attachment == null
                ? !expelled.contains(new AttachmentName(accessLink, linkLayerIdentifier))
                : attachment.isLeaving() && !attachment.expelled;
        if (!directory.wasSomebodys(linkLayerIdentifier)) {
            // A neighbour may be anything, also another router: only who solicits is worth a word.
            return List.of();
        }
        if (returns) {
            return solicited(accessLink, address, linkLayerIdentifier);
        }
        return attachment == null || attachment.linkLocalAddress != null && !attachment.linkLocalAddress.equals(address)
                ? List.of()
                : lifecycle.seen(attachment, address);
    }

    /** The terminal answered; what waited for that is due. */
    public List<AttachmentDecision> answered(String accessLink, Ipv6Address address) {
        List<Attachment> there = attachments.at(accessLink, address);
        // One that left may have had the same address; whoever is served is the one that was asked.
        return there.stream()
                .filter(Attachment::isServed)
                .findFirst()
                .or(() -> there.stream().findFirst())
                .map(attachment -> lifecycle.seen(attachment, address))
                .orElse(List.of());
    }

    /** The terminal did not answer. Unless it was asked by us it is asked again before it counts as gone. */
    public List<AttachmentDecision> silent(String accessLink, Ipv6Address address) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        unidentified.silent(accessLink, address, decisions);
        for (Attachment attachment : attachments.at(accessLink, address)) {
            if (attachment.isServed()) {
                if (attachment.probing) {
                    lifecycle.leave(attachment, Departure.SILENCE, decisions);
                } else {
                    lifecycle.probe(attachment, decisions);
                }
            }
        }
        return decisions;
    }

    private List<AttachmentDecision> appeared(
            String accessLink,
            LinkLayerIdentifier linkLayerIdentifier,
            MobileNodeIdentifier mobileNode,
            Optional<Ipv6Address> address,
            HandoffKnowledge handoff,
            Optional<ServiceSelection> serviceSelection) {
        List<Attachment> there =
                address.map(each -> attachments.at(accessLink, each)).orElse(List.of());
        for (Attachment other : there) {
            if (!other.linkLayerIdentifier.equals(linkLayerIdentifier) && other.hasItsAddress()) {
                // T-78: what is sent to the one would reach the other.
                return List.of(new Ignored(linkLayerIdentifier + " on " + accessLink + " claims " + address.get()
                        + ", which " + other.linkLayerIdentifier + " has"));
            }
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        forgetElsewhere(accessLink, linkLayerIdentifier, decisions);
        AttachmentName key = new AttachmentName(accessLink, linkLayerIdentifier);
        expelled.remove(key);
        HandoffIndicator indicator = handoff.indicator(settings.attachHandoffIndicator());
        Attachment attachment = attachments.find(key);
        if (attachment != null && !attachment.mobileNodeIdentifier.equals(mobileNode)) {
            updates.abandon(attachment, "its interface is " + mobileNode + "'s by now", decisions);
            forget(attachment);
            attachment = null;
        }
        if (attachment == null) {
            attachment = new Attachment(accessLink, linkLayerIdentifier, mobileNode, address.orElse(null));
            attachments.add(attachment);
            attachment.seenAt = nanoTime.getAsLong();
            attachment.serviceSelection = serviceSelection;
            lifecycle.register(attachment, AttachmentLifecycle.ALLOCATE, indicator, decisions);
            return decisions;
        }
        attachment.linkLocalAddress = address.orElse(attachment.linkLocalAddress);
        lifecycle.appearedAgain(attachment, indicator, serviceSelection, decisions);
        return decisions;
    }

    /** The access network says that a terminal has gone, or is to go. */
    public List<AttachmentDecision> detached(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {
        AttachmentName key = new AttachmentName(accessLink, linkLayerIdentifier);
        Attachment attachment = attachments.find(key);
        boolean waited = directory.forget(accessLink, linkLayerIdentifier);
        if (!waited && (attachment == null || attachment.isLeaving())) {
            return List.of(new Ignored(linkLayerIdentifier + " is not attached on " + accessLink));
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        expelled.add(key);
        if (attachment == null) {
            return decisions;
        }
        attachment.expelled = true;
        if (attachment.isServed()) {
            lifecycle.leave(attachment, Departure.TRIGGER, decisions);
        } else if (attachment.state == State.REJECTED) {
            forget(attachment);
        } else if (!attachment.isLeaving()) {
            attachment.forwarding = false;
        }
        return decisions;
    }

    /** Every terminal on the link is gone (M-08, T-86). */
    public List<AttachmentDecision> linkWentDown(String accessLink) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        directory.linkWentDown(accessLink);
        unidentified.linkWentDown(accessLink, decisions);
        for (Attachment attachment : attachments.all()) {
            if (!attachment.accessLink.equals(accessLink)) {
                continue;
            }
            if (attachment.isServed()) {
                lifecycle.leave(attachment, Departure.LINK_DOWN, decisions);
            } else if (attachment.state == State.REJECTED) {
                forget(attachment);
            } else if (attachment.state == State.BLOCKED) {
                attachment.forwarding = false;
            }
        }
        return decisions;
    }

    /** M-02 to M-06. */
    public List<AttachmentDecision> acknowledged(ProxyBindingAcknowledgement acknowledgement) {
        Attachment attachment = answeredBy(acknowledgement);
        Outstanding outstanding = attachment == null ? null : attachment.outstanding;
        if (attachment == null || outstanding == null) {
            return List.of(new Ignored("acknowledgement " + acknowledgement.sequenceNumber() + " answers no update"));
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (lifecycle.acknowledged(attachment, outstanding, acknowledgement, decisions)) {
            forget(attachment);
        }
        return decisions;
    }

    /**
     * Whose update is meant: that of the terminal it names, whoever else has the number. One that names none of them is no echo of the
     * only update with that number; where a number came round, or was of an earlier transmission, it answers nobody (M-02).
     */
    private @Nullable Attachment answeredBy(ProxyBindingAcknowledgement acknowledgement) {
        int number = acknowledgement.sequenceNumber();
        List<Attachment> numbered = attachments.numbered(number);
        for (Attachment attachment : numbered) {
            if (acknowledgement.names(attachment)) {
                return attachment;
            }
        }
        return numbered.size() == 1 && hasPresent(numbered.getFirst(), number) ? numbered.getFirst() : null;
    }

    private static boolean hasPresent(Attachment attachment, int sequenceNumber) {
        Outstanding outstanding = attachment.outstanding;
        return outstanding != null && outstanding.update().sequenceNumber() == sequenceNumber;
    }

    /**
     * The update went out.
     *
     * @param stream that took it, counted from 1; 0: none was up
     */
    public void transmitted(ProxyBindingUpdate update, long stream) {
        for (Attachment attachment : attachments.numbered(update.sequenceNumber())) {
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null && outstanding.update().equals(update)) {
                attachment.outstanding = outstanding.takenBy(stream);
            }
        }
    }

    /** A stream to the anchor came up: what waits and did not go by it is due at once. */
    public List<AttachmentDecision> streamCameUp(long stream) {
        directory.hasten();
        for (Attachment attachment : attachments.all()) {
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null && outstanding.stream() != stream) {
                updates.hasten(attachment);
            }
        }
        return due();
    }

    /** What is due by now. */
    public List<AttachmentDecision> due() {
        long now = nanoTime.getAsLong();
        List<AttachmentDecision> decisions = new ArrayList<>();
        List<LinkLayerIdentifier> asked = directory.due();
        if (!asked.isEmpty()) {
            decisions.add(new AskWhose(asked));
        }
        unidentified.due(decisions);
        for (Attachment attachment : attachments.dueBy(now)) {
            if (lifecycle.elapsed(attachment, now, decisions)) {
                if (attachment.state == State.REJECTED) {
                    expelled.add(attachment.name());
                }
                forget(attachment);
            }
        }
        return decisions;
    }

    /** Monotonic time at which {@link #due()} has something to do; empty when nothing is timed. */
    public OptionalLong nextDue() {
        return nearer(nearer(directory.nextDue(), unidentified.nextDue()), attachments.nextDue());
    }

    private static OptionalLong nearer(OptionalLong some, OptionalLong other) {
        if (some.isEmpty() || other.isEmpty()) {
            return some.isEmpty() ? other : some;
        }
        return some.getAsLong() - other.getAsLong() < 0 ? some : other;
    }

    AttachmentSettings settings() {
        return settings;
    }

    List<Attachment> all() {
        return attachments.all();
    }

    List<Attachment> ofNode(MobileNodeIdentifier mobileNode) {
        return attachments.ofNode(mobileNode);
    }

    /** It was changed by who had it from before. */
    void changed(Attachment attachment) {
        attachments.touch(attachment);
    }

    /** Whether it, or a part of it, is assigned to none but this mobile node here. */
    boolean isOfNobodyElse(HomeNetworkPrefix prefix, MobileNodeIdentifier mobileNode) {
        return attachments.allMatch(attachment -> attachment.mobileNodeIdentifier.equals(mobileNode)
                || attachment.prefixes.stream().noneMatch(prefix::overlaps));
    }

    /** The anchor knows none of its sessions any more: each is registered again, prefixes named, and forwards meanwhile. */
    List<AttachmentDecision> registerAgain() {
        for (Attachment attachment : attachments.all()) {
            if (attachment.state == State.BOUND || attachment.state == State.EXTENDING) {
                lifecycle.registerAgain(attachment);
            }
        }
        return due();
    }

    /** With {@link State#BOUND}: {@link #due()} extends it, once the terminal is known to be there. */
    void extendNow(Attachment attachment) {
        attachment.extendAt = nanoTime.getAsLong();
        attachments.touch(attachment);
    }

    /** Asks whether it is there; where nobody can be asked it has left. */
    void ask(Attachment attachment, List<AttachmentDecision> decisions) {
        lifecycle.probe(attachment, decisions);
        attachments.touch(attachment);
    }

    /**
     * The anchor took its binding away: nothing is forwarded any more, nothing de-registered.
     *
     * @param expels it may still be there, and is to be served again only when it asks
     */
    void revoke(Attachment attachment, boolean expels, List<AttachmentDecision> decisions) {
        AttachmentName key = attachment.name();
        if (attachments.find(key) != attachment) {
            return;
        }
        updates.abandon(attachment, "the anchor revoked the binding", decisions);
        if (attachment.forwarding) {
            decisions.add(new Left(
                    attachment.linkLayerIdentifier, attachment.accessLink, Departure.REVOKED, Optional.empty()));
        }
        lifecycle.deny(attachment, decisions);
        if (attachment.state == State.BLOCKED) {
            return;
        }
        if (expels && !attachment.isLeaving()) {
            expelled.add(key);
        }
        forget(attachment);
    }

    /** Terminals for which the kernel is to forward. */
    public Set<AttachedTerminal> terminals() {
        Set<AttachedTerminal> terminals = attachments.terminals();
        terminals.addAll(directory.installed());
        terminals.addAll(unidentified.terminals());
        return terminals;
    }

    /**
     * Terminals for which the kernel is to forward something else than at the last call: what now, empty for nothing any more.
     *
     * @return null: whoever asks has to look at all {@link #terminals}
     */
    public @Nullable Map<AttachmentName, Optional<AttachedTerminal>> takeChangedTerminals() {
        Map<AttachmentName, Optional<AttachedTerminal>> changed = attachments.takeChangedTerminals();
        boolean had = hadInstalled;
        hadInstalled = !directory.installed().isEmpty() || !unidentified.isEmpty();
        return had || hadInstalled ? null : changed;
    }

    /** All of them, in the order in which they came. */
    public List<AttachmentSummary> attachments() {
        long now = nanoTime.getAsLong();
        List<AttachmentSummary> summaries = new ArrayList<>();
        for (Attachment attachment : attachments.unchanged()) {
            summaries.add(new AttachmentSummary(
                    attachment.accessLink,
                    attachment.linkLayerIdentifier,
                    attachment.mobileNodeIdentifier,
                    attachment.state.name(),
                    Optional.ofNullable(attachment.linkLocalAddress),
                    attachment.prefixes,
                    attachment.forwarding,
                    Duration.ofNanos(attachment.expiresAt - now),
                    Duration.ofNanos(now - attachment.seenAt),
                    Optional.ofNullable(attachment.outstanding).map(Outstanding::procedure)));
        }
        return summaries;
    }

    /** Terminals with an accepted binding. */
    public int bound() {
        return attachments.bound();
    }

    /** A terminal seen on another link of this gateway has left the first; the update from there moves its binding. */
    private void forgetElsewhere(
            String accessLink, LinkLayerIdentifier linkLayerIdentifier, List<AttachmentDecision> decisions) {
        for (Attachment attachment : attachments.ofInterface(linkLayerIdentifier)) {
            if (attachment.accessLink.equals(accessLink)) {
                continue;
            }
            if (attachment.state == State.BLOCKED) {
                // Its route would compete with the one to where it is.
                attachment.forwarding = false;
            } else {
                updates.abandon(attachment, "the terminal is on " + accessLink, decisions);
                forget(attachment);
            }
        }
    }

    private void forget(Attachment attachment) {
        attachments.remove(attachment.name());
    }

    /** Null when the terminal is not known. */
    @Nullable
    State state(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {
        Attachment attachment = attachments.find(new AttachmentName(accessLink, linkLayerIdentifier));
        return attachment == null ? null : attachment.state;
    }
}
