package org.flowanchor.agent.domain;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The terminals of one gateway: attachment state machine per access link and link-layer identifier (RFC 5213 section 6.9). Not
 * thread-safe; one loop owns it. Inputs are methods, outputs are decisions; nothing here blocks.
 *
 * <pre>
 * state          forwards  left by
 * (none)         no        solicitation -> REGISTERING (update: attach indicator, ALL_ZERO)
 *                          found installed at start -> REGISTERING, forwarding (update: recovery indicator, prefixes)
 * REGISTERING    recovered acknowledged 0..127 -> BOUND; refused for good -> REJECTED; named prefixes refused -> REGISTERING with ALL_ZERO
 * BOUND          yes       half of the lifetime -> EXTENDING (update: indicator 5, prefixes)
 * EXTENDING      yes       acknowledged -> BOUND; refused for good -> REJECTED; prefixes refused -> REGISTERING with ALL_ZERO
 * DEREGISTERING  yes       acknowledged -> (none); after 1 s -> DEPARTED (M-08)
 * DEPARTED       no        acknowledged -> (none); lifetime over -> (none)
 * REJECTED       no        solicitation after the hold time -> REGISTERING
 * BLOCKED        as before never; only an administrator's restart (M-03); forwarding ends with the lifetime or the link
 *
 * REGISTERING, BOUND, EXTENDING: access link down -> DEREGISTERING when forwarding, else DEPARTED (update: indicator 4, lifetime 0)
 * DEREGISTERING, DEPARTED: solicitation -> REGISTERING; the de-registration's answer is then nobody's (M-02)
 * REGISTERING, EXTENDING: acknowledgement that is not an echo (M-03) -> BLOCKED
 * REJECTED: access link down -> (none)
 * </pre>
 *
 * In every state with an outstanding update: retransmitted after 1, 2, 4 ... 32 s with a fresh sequence number and timestamp (RFC 5213
 * section 6.9.4), and at once when the stream to the anchor comes back. Traps: a lifetime that ends while the anchor is out of reach does
 * not stop forwarding (the loss of a control stream never does), only the anchor's refusal does; statuses 135, 156, 157 are refusals of a
 * message, not of the terminal, so the next retransmission answers them.
 */
public final class AttachmentTable {
    static final long INITIAL_BINDACK_TIMEOUT = Duration.ofSeconds(1).toNanos();
    static final long MAX_BINDACK_TIMEOUT = Duration.ofSeconds(32).toNanos();

    /** How long a refused terminal's solicitations are ignored. */
    static final long REJECTION_HOLD = Duration.ofSeconds(5).toNanos();

    /** Longest time between two advertisements; well below the router lifetime they carry. */
    static final long MAX_ADVERTISEMENT_INTERVAL = Duration.ofSeconds(600).toNanos();

    /** Transmissions of one update whose late answers still count; an anchor under load is slower than the first intervals. */
    private static final int MAX_EARLIER = 7;

    private static final Set<HomeNetworkPrefix> ALLOCATE = Set.of(HomeNetworkPrefix.ALL_ZERO);

    private record Key(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {}

    private final AttachmentSettings settings;
    private final UpdateFactory updates;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Map<Key, Attachment> attachments = new LinkedHashMap<>();

    /**
     * @param clock wall clock, for the Timestamp option only
     * @param nanoTime monotonic, for every timer
     */
    public AttachmentTable(
            AttachmentSettings settings, InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.random = random;
        this.updates = new UpdateFactory(settings, clock, random.nextInt(0x10000));
    }

    /** A terminal that a previous process left installed: goes on forwarding and is registered again. */
    public List<AttachmentDecision> recover(AttachedTerminal installed) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        MobileNodeIdentifier mobileNode = settings.mobileNodes().get(installed.linkLayerIdentifier());
        if (mobileNode == null) {
            return List.of(new Unmapped(installed.accessLink(), installed.linkLayerIdentifier()));
        }
        Attachment attachment = new Attachment(
                installed.accessLink(), installed.linkLayerIdentifier(), mobileNode, installed.linkLocalAddress());
        attachment.prefixes = installed.prefixes();
        attachment.forwarding = true;
        attachments.put(key(attachment), attachment);
        register(attachment, installed.prefixes(), settings.recoveryHandoffIndicator(), decisions);
        return decisions;
    }

    /** A router solicitation (RFC 4861 section 4.1). */
    public List<AttachmentDecision> solicited(
            String accessLink, Ipv6Address source, LinkLayerIdentifier linkLayerIdentifier) {
        MobileNodeIdentifier mobileNode = settings.mobileNodes().get(linkLayerIdentifier);
        if (mobileNode == null) {
            return List.of(new Unmapped(accessLink, linkLayerIdentifier));
        }
        if (!source.isLinkLocal()) {
            // Without a next hop there is nothing to install; the terminal repeats once it has its address.
            return List.of(new Ignored("solicitation of " + linkLayerIdentifier + " on " + accessLink
                    + " has no link-local source: " + source));
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        forgetElsewhere(accessLink, linkLayerIdentifier, decisions);
        Attachment attachment = attachments.get(new Key(accessLink, linkLayerIdentifier));
        if (attachment == null) {
            attachment = new Attachment(accessLink, linkLayerIdentifier, mobileNode, source);
            attachments.put(key(attachment), attachment);
            register(attachment, ALLOCATE, settings.attachHandoffIndicator(), decisions);
            return decisions;
        }
        attachment.linkLocalAddress = source;
        switch (attachment.state) {
            case REGISTERING -> {}
            case BOUND, EXTENDING -> advertise(attachment, decisions);
            case DEREGISTERING, DEPARTED -> {
                abandon(attachment, "the terminal is back", decisions);
                attachment.forwarding = false;
                attachment.prefixes = Set.of();
                register(attachment, ALLOCATE, settings.attachHandoffIndicator(), decisions);
            }
            case REJECTED -> {
                if (nanoTime.getAsLong() - attachment.heldUntil >= 0) {
                    register(attachment, ALLOCATE, settings.attachHandoffIndicator(), decisions);
                }
            }
            case BLOCKED ->
                decisions.add(new Ignored("solicitation of " + linkLayerIdentifier + " on " + accessLink
                        + ": blocked until restart, its acknowledgement was not an echo"));
        }
        return decisions;
    }

    /** Every terminal on the link is gone (M-08, T-86). */
    public List<AttachmentDecision> linkWentDown(String accessLink) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        for (Iterator<Attachment> i = attachments.values().iterator(); i.hasNext(); ) {
            Attachment attachment = i.next();
            if (!attachment.accessLink.equals(accessLink)) {
                continue;
            }
            switch (attachment.state) {
                case REGISTERING, BOUND, EXTENDING -> {
                    abandon(attachment, "the access link went down", decisions);
                    attachment.state = attachment.forwarding ? State.DEREGISTERING : State.DEPARTED;
                    attachment.releaseAt = nanoTime.getAsLong() + INITIAL_BINDACK_TIMEOUT;
                    send(
                            attachment,
                            attachment.prefixes.isEmpty() ? ALLOCATE : attachment.prefixes,
                            HandoffIndicator.HANDOFF_STATE_UNKNOWN,
                            0,
                            Procedure.DEREGISTRATION,
                            decisions);
                }
                case REJECTED -> i.remove();
                case BLOCKED -> attachment.forwarding = false;
                case DEREGISTERING, DEPARTED -> {}
            }
        }
        return decisions;
    }

    /** M-02 to M-06. */
    public List<AttachmentDecision> acknowledged(ProxyBindingAcknowledgement acknowledgement) {
        Attachment attachment = null;
        Outstanding outstanding = null;
        for (Attachment candidate : attachments.values()) {
            Outstanding waiting = candidate.outstanding;
            if (waiting != null && waiting.isAnsweredBy(acknowledgement.sequenceNumber())) {
                attachment = candidate;
                outstanding = waiting;
                break;
            }
        }
        if (attachment == null || outstanding == null) {
            return List.of(new Ignored("acknowledgement " + acknowledgement.sequenceNumber() + " answers no update"));
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        boolean deregistration = outstanding.procedure() == Procedure.DEREGISTRATION;
        if (!acknowledgement.answers(outstanding.update())) {
            if (deregistration) {
                return List.of(new Ignored("acknowledgement of a de-registration is not an echo"));
            }
            abandon(attachment, "the acknowledgement is not an echo", decisions);
            attachment.state = State.BLOCKED;
            return decisions;
        }
        BindingStatus status = acknowledgement.status();
        if (Refusal.isOfTheMessage(status)
                || attachment.state == State.EXTENDING
                        && Refusal.isOfTheMoment(status)
                        && nanoTime.getAsLong() - attachment.expiresAt < 0) {
            return List.of(new Ignored(outstanding.procedure() + " of " + attachment.mobileNodeIdentifier + " answered "
                    + status + ", repeated later"));
        }
        decisions.add(
                new Concluded(outstanding.procedure(), attachment.mobileNodeIdentifier, attachment.accessLink, status));
        attachment.outstanding = null;
        if (deregistration) {
            attachments.remove(key(attachment));
        } else if (!status.accepted()) {
            refused(attachment, outstanding.update(), status, decisions);
        } else if (acknowledgement.lifetimeSeconds() == 0
                || acknowledgement.prefixes().isEmpty()
                || acknowledgement.prefixes().stream().anyMatch(HomeNetworkPrefix::isAllZero)) {
            // Accepted, but nothing that could be advertised.
            reject(attachment, decisions);
        } else {
            bind(attachment, acknowledgement, decisions);
        }
        return decisions;
    }

    /**
     * The update went out.
     *
     * @param stream that took it, counted from 1; 0: none was up
     */
    public void transmitted(ProxyBindingUpdate update, long stream) {
        for (Attachment attachment : attachments.values()) {
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null && outstanding.update().sequenceNumber() == update.sequenceNumber()) {
                attachment.outstanding = new Outstanding(
                        outstanding.update(),
                        outstanding.earlier(),
                        outstanding.procedure(),
                        outstanding.retransmitAt(),
                        outstanding.interval(),
                        stream);
            }
        }
    }

    /** A stream to the anchor came up: what waits and did not go by it is sent again at once. */
    public List<AttachmentDecision> streamCameUp(long stream) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        for (Attachment attachment : attachments.values()) {
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null && outstanding.stream() != stream) {
                resend(attachment, outstanding, INITIAL_BINDACK_TIMEOUT, decisions);
            }
        }
        return decisions;
    }

    /** What is due by now. */
    public List<AttachmentDecision> due() {
        long now = nanoTime.getAsLong();
        List<AttachmentDecision> decisions = new ArrayList<>();
        for (Iterator<Attachment> i = attachments.values().iterator(); i.hasNext(); ) {
            Attachment attachment = i.next();
            if (attachment.state == State.DEREGISTERING && now - attachment.releaseAt >= 0) {
                attachment.state = State.DEPARTED;
                attachment.forwarding = false;
            }
            if (attachment.state == State.BLOCKED && attachment.forwarding && now - attachment.expiresAt >= 0) {
                deny(attachment, decisions);
            }
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null && now - outstanding.retransmitAt() >= 0) {
                if (attachment.state == State.DEPARTED && now - attachment.expiresAt >= 0) {
                    abandon(attachment, "the binding's lifetime is over", decisions);
                    i.remove();
                    continue;
                }
                resend(attachment, outstanding, Math.min(2 * outstanding.interval(), MAX_BINDACK_TIMEOUT), decisions);
            }
            if (attachment.state == State.BOUND && now - attachment.extendAt >= 0) {
                attachment.state = State.EXTENDING;
                send(
                        attachment,
                        attachment.prefixes,
                        HandoffIndicator.HANDOFF_STATE_NOT_CHANGED,
                        settings.bindingLifetimeSeconds(),
                        Procedure.EXTENSION,
                        decisions);
            }
            if (attachment.state == State.BOUND && now - attachment.advertiseAt >= 0) {
                advertise(attachment, decisions);
            }
        }
        return decisions;
    }

    /** Monotonic time at which {@link #due()} has something to do; empty when nothing is timed. */
    public OptionalLong nextDue() {
        long now = nanoTime.getAsLong();
        long nearest = Long.MAX_VALUE;
        for (Attachment attachment : attachments.values()) {
            Outstanding outstanding = attachment.outstanding;
            if (outstanding != null) {
                nearest = Math.min(nearest, outstanding.retransmitAt() - now);
            }
            if (attachment.state == State.BOUND) {
                nearest = Math.min(nearest, attachment.extendAt - now);
                nearest = Math.min(nearest, attachment.advertiseAt - now);
            } else if (attachment.state == State.DEREGISTERING) {
                nearest = Math.min(nearest, attachment.releaseAt - now);
            } else if (attachment.state == State.BLOCKED && attachment.forwarding) {
                nearest = Math.min(nearest, attachment.expiresAt - now);
            }
        }
        return nearest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(now + nearest);
    }

    /** Terminals for which the kernel is to forward. */
    public Set<AttachedTerminal> terminals() {
        Set<AttachedTerminal> terminals = new HashSet<>();
        for (Attachment attachment : attachments.values()) {
            if (attachment.forwarding) {
                terminals.add(attachment.terminal());
            }
        }
        return terminals;
    }

    /** Terminals with an accepted binding. */
    public int bound() {
        return (int) attachments.values().stream()
                .filter(attachment -> attachment.state == State.BOUND || attachment.state == State.EXTENDING)
                .count();
    }

    /** A terminal seen on another link of this gateway has left the first; the update from there moves its binding. */
    private void forgetElsewhere(
            String accessLink, LinkLayerIdentifier linkLayerIdentifier, List<AttachmentDecision> decisions) {
        for (Iterator<Attachment> i = attachments.values().iterator(); i.hasNext(); ) {
            Attachment attachment = i.next();
            if (attachment.linkLayerIdentifier.equals(linkLayerIdentifier)
                    && !attachment.accessLink.equals(accessLink)
                    && attachment.state != State.BLOCKED) {
                abandon(attachment, "the terminal is on " + accessLink, decisions);
                i.remove();
            }
        }
    }

    private void register(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            List<AttachmentDecision> decisions) {
        attachment.state = State.REGISTERING;
        attachment.expiresAt = nanoTime.getAsLong()
                + Duration.ofSeconds(settings.bindingLifetimeSeconds()).toNanos();
        send(
                attachment,
                prefixes,
                handoffIndicator,
                settings.bindingLifetimeSeconds(),
                Procedure.REGISTRATION,
                decisions);
    }

    private void bind(
            Attachment attachment, ProxyBindingAcknowledgement acknowledgement, List<AttachmentDecision> decisions) {
        long now = nanoTime.getAsLong();
        long lifetime = Duration.ofSeconds(acknowledgement.lifetimeSeconds()).toNanos();
        attachment.state = State.BOUND;
        attachment.forwarding = true;
        attachment.prefixes = acknowledgement.prefixes();
        attachment.expiresAt = now + lifetime;
        // Spread, so that terminals that came together do not refresh together.
        attachment.extendAt = now + (long) (lifetime * (0.45 + 0.1 * random.nextDouble()));
        advertise(attachment, decisions);
    }

    private void refused(
            Attachment attachment,
            ProxyBindingUpdate update,
            BindingStatus status,
            List<AttachmentDecision> decisions) {
        if (Refusal.isOfThePrefixes(status) && !update.prefixes().equals(ALLOCATE)) {
            // M-06: not the same prefixes again.
            deny(attachment, decisions);
            register(attachment, ALLOCATE, settings.attachHandoffIndicator(), decisions);
        } else {
            reject(attachment, decisions);
        }
    }

    private void reject(Attachment attachment, List<AttachmentDecision> decisions) {
        attachment.state = State.REJECTED;
        attachment.heldUntil = nanoTime.getAsLong() + REJECTION_HOLD;
        deny(attachment, decisions);
    }

    /** M-04. */
    private static void deny(Attachment attachment, List<AttachmentDecision> decisions) {
        if (attachment.forwarding) {
            decisions.add(
                    new Withdraw(attachment.accessLink, attachment.linkLocalAddress, attachment.linkLayerIdentifier));
        }
        attachment.forwarding = false;
        attachment.prefixes = Set.of();
    }

    private void advertise(Attachment attachment, List<AttachmentDecision> decisions) {
        attachment.advertiseAt =
                nanoTime.getAsLong() + (long) (MAX_ADVERTISEMENT_INTERVAL * (0.75 + 0.25 * random.nextDouble()));
        decisions.add(new Advertise(attachment.terminal()));
    }

    private void abandon(Attachment attachment, String reason, List<AttachmentDecision> decisions) {
        Outstanding outstanding = attachment.outstanding;
        if (outstanding != null) {
            attachment.outstanding = null;
            decisions.add(new Abandoned(
                    outstanding.procedure(), attachment.mobileNodeIdentifier, attachment.accessLink, reason));
        }
    }

    private void send(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            int lifetimeSeconds,
            Procedure procedure,
            List<AttachmentDecision> decisions) {
        ProxyBindingUpdate update = updates.first(attachment, prefixes, handoffIndicator, lifetimeSeconds);
        await(attachment, update, List.of(), procedure, INITIAL_BINDACK_TIMEOUT);
        decisions.add(new SendUpdate(update, procedure, false));
    }

    private void resend(
            Attachment attachment, Outstanding outstanding, long interval, List<AttachmentDecision> decisions) {
        ProxyBindingUpdate last = outstanding.update();
        ProxyBindingUpdate update = updates.again(last);
        List<Integer> earlier = new ArrayList<>(outstanding.earlier());
        earlier.add(last.sequenceNumber());
        await(
                attachment,
                update,
                List.copyOf(earlier.subList(Math.max(0, earlier.size() - MAX_EARLIER), earlier.size())),
                outstanding.procedure(),
                interval);
        decisions.add(new SendUpdate(update, outstanding.procedure(), true));
    }

    private void await(
            Attachment attachment,
            ProxyBindingUpdate update,
            List<Integer> earlier,
            Procedure procedure,
            long interval) {
        attachment.outstanding =
                new Outstanding(update, earlier, procedure, nanoTime.getAsLong() + interval, interval, 0);
    }

    private static Key key(Attachment attachment) {
        return new Key(attachment.accessLink, attachment.linkLayerIdentifier);
    }

    /** Null when the terminal is not known. */
    @Nullable
    State state(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {
        Attachment attachment = attachments.get(new Key(accessLink, linkLayerIdentifier));
        return attachment == null ? null : attachment.state;
    }
}
