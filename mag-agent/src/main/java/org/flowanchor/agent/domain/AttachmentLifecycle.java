package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.TraceContext;

/**
 * What becomes of one attachment, whichever it is: the transitions of {@link AttachmentTable}'s machine behind its first. Who is meant, and
 * which attachments there are, is the table's business. Changes the attachment and adds decisions; nothing here blocks.
 */
final class AttachmentLifecycle {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** How long a refused terminal's solicitations are ignored. */
    static final long REJECTION_HOLD = Duration.ofSeconds(5).toNanos();

    /** How long after that it is listed as refused, and only its asking brings it back. */
    static final long REJECTION_MEMORY = Duration.ofMinutes(10).toNanos();

    /** Longest time between two advertisements; well below the router lifetime they carry. */
    static final long MAX_ADVERTISEMENT_INTERVAL = Duration.ofSeconds(600).toNanos();

    /** How long a terminal counts as there after it was seen. */
    static final long PRESENCE = Duration.ofSeconds(10).toNanos();

    /** No verdict by then is none; the kernel asks three times, a second apart. */
    static final long PROBE_TIMEOUT = Duration.ofSeconds(6).toNanos();

    /** No prefix of its own is asked for: any will do. */
    static final Set<HomeNetworkPrefix> ALLOCATE = Set.of(HomeNetworkPrefix.ALL_ZERO);

    private final AttachmentSettings settings;
    private final UpdateTransmission updates;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    AttachmentLifecycle(
            AttachmentSettings settings, UpdateTransmission updates, LongSupplier nanoTime, RandomGenerator random) {
        this.settings = settings;
        this.updates = updates;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Forwards as a process before this one left it; whether the terminal is still there that one cannot have known. */
    void recover(Attachment attachment, AttachedTerminal installed) {
        attachment.prefixes = installed.prefixes();
        attachment.carried = installed.carried();
        attachment.forwarding = true;
        attachment.seenAt = nanoTime.getAsLong() - PRESENCE;
        registerAgain(attachment);
    }

    /** The anchor knows its session no more: registered again, prefixes named, and it forwards meanwhile. */
    void registerAgain(Attachment attachment) {
        attachment.state = State.REGISTERING;
        attachment.expiresAt = nanoTime.getAsLong() + requestedLifetime();
        updates.prepare(
                attachment,
                attachment.prefixes,
                settings.recoveryHandoffIndicator(),
                settings.bindingLifetimeSeconds(),
                Procedure.REGISTRATION);
    }

    /** A terminal that is known shows itself, or the access network speaks of it. */
    void appearedAgain(
            Attachment attachment,
            HandoffIndicator indicator,
            Optional<ServiceSelection> serviceSelection,
            List<AttachmentDecision> decisions) {
        attachment.seenAt = nanoTime.getAsLong();
        attachment.probing = false;
        attachment.expelled = false;
        if (serviceSelection.isPresent() && !attachment.isServed()) {
            // Another service than that of a registration under way is another session: detach first.
            attachment.serviceSelection = serviceSelection;
        }
        switch (attachment.state) {
            case REGISTERING -> {}
            case BOUND, EXTENDING -> advertise(attachment, Set.of(), decisions);
            case DEREGISTERING, DEPARTED -> {
                updates.abandon(attachment, "the terminal is back", decisions);
                attachment.forwarding = false;
                attachment.former = union(attachment.former, attachment.prefixes);
                attachment.prefixes = Set.of();
                attachment.carried = Set.of();
                attachment.initiated = null;
                register(attachment, ALLOCATE, indicator, decisions);
            }
            case REJECTED -> {
                long held = attachment.heldUntil - nanoTime.getAsLong();
                if (held <= 0) {
                    register(attachment, ALLOCATE, indicator, decisions);
                } else {
                    decisions.add(new Ignored(attachment.linkLayerIdentifier + " on " + attachment.accessLink
                            + " was refused by the anchor, which is not asked again for "
                            + (held + SECOND - 1) / SECOND + " s"));
                }
            }
            case BLOCKED ->
                decisions.add(new Ignored(attachment.linkLayerIdentifier + " on " + attachment.accessLink
                        + " is blocked until restart, its acknowledgement was not an echo"));
        }
    }

    void register(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            List<AttachmentDecision> decisions) {
        attachment.state = State.REGISTERING;
        attachment.expiresAt = nanoTime.getAsLong() + requestedLifetime();
        updates.begin(
                attachment,
                prefixes,
                handoffIndicator,
                settings.bindingLifetimeSeconds(),
                Procedure.REGISTRATION,
                decisions);
    }

    private long requestedLifetime() {
        return Duration.ofSeconds(settings.bindingLifetimeSeconds()).toNanos();
    }

    /**
     * M-02 to M-06.
     *
     * @return whether there is nothing left of the attachment
     */
    boolean acknowledged(
            Attachment attachment,
            Outstanding outstanding,
            ProxyBindingAcknowledgement acknowledgement,
            List<AttachmentDecision> decisions) {
        boolean deregistration = outstanding.procedure() == Procedure.DEREGISTRATION;
        if (!acknowledgement.answers(outstanding.update())) {
            if (deregistration) {
                decisions.add(new Ignored("acknowledgement of a de-registration is not an echo"));
                return false;
            }
            updates.abandon(attachment, "the acknowledgement is not an echo", decisions);
            attachment.probing = false;
            attachment.state = State.BLOCKED;
            return false;
        }
        BindingStatus status = acknowledgement.status();
        updates.answered(outstanding.update(), status);
        if (Refusal.isOfTheMessage(status)
                || attachment.forwarding
                        && Refusal.isOfTheMoment(status)
                        && nanoTime.getAsLong() - attachment.expiresAt < 0) {
            decisions.add(new Ignored(outstanding.procedure() + " of " + attachment.mobileNodeIdentifier + " answered "
                    + status + ", repeated later, trace " + outstanding.trace().traceId()));
            return false;
        }
        decisions.add(new Concluded(
                outstanding.procedure(),
                attachment.mobileNodeIdentifier,
                attachment.accessLink,
                status,
                outstanding.trace()));
        attachment.outstanding = null;
        if (deregistration) {
            return true;
        }
        if (!status.accepted()) {
            refused(attachment, outstanding.update(), status, decisions);
        } else if (acknowledgement.lifetimeSeconds() == 0
                || acknowledgement.prefixes().isEmpty()
                || acknowledgement.prefixes().stream().anyMatch(HomeNetworkPrefix::isAllZero)) {
            // Accepted, but nothing that could be advertised.
            reject(attachment, decisions);
        } else {
            bind(attachment, acknowledgement, decisions);
        }
        return false;
    }

    private void bind(
            Attachment attachment, ProxyBindingAcknowledgement acknowledgement, List<AttachmentDecision> decisions) {
        long now = nanoTime.getAsLong();
        long lifetime = Duration.ofSeconds(acknowledgement.lifetimeSeconds()).toNanos();
        attachment.state = State.BOUND;
        boolean renewal = attachment.forwarding;
        attachment.forwarding = true;
        Set<HomeNetworkPrefix> withdrawn = union(attachment.former, attachment.prefixes);
        withdrawn.removeAll(acknowledgement.prefixes());
        attachment.former = Set.of();
        attachment.prefixes = acknowledgement.prefixes();
        Set<HomeNetworkPrefix> carried = new HashSet<>(acknowledgement.carried());
        if (renewal) {
            // F-23: a refresh that omits them does not take them away.
            carried.addAll(attachment.carried);
        } else {
            attachment.initiated = null;
        }
        carried.removeAll(acknowledgement.prefixes());
        attachment.carried = Set.copyOf(carried);
        attachment.expiresAt = now + lifetime;
        // Spread, so that terminals that came together do not refresh together.
        attachment.extendAt = now + (long) (lifetime * (0.45 + 0.1 * random.nextDouble()));
        // M-10.
        advertise(attachment, withdrawn, decisions);
    }

    private static Set<HomeNetworkPrefix> union(Set<HomeNetworkPrefix> some, Set<HomeNetworkPrefix> others) {
        Set<HomeNetworkPrefix> all = new HashSet<>(some);
        all.addAll(others);
        return all;
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
    static void deny(Attachment attachment, List<AttachmentDecision> decisions) {
        attachment.probing = false;
        attachment.initiated = null;
        if (attachment.forwarding && attachment.linkLocalAddress != null) {
            decisions.add(new Withdraw(attachment.terminal()));
        }
        attachment.forwarding = false;
        attachment.prefixes = Set.of();
        attachment.carried = Set.of();
    }

    void advertise(Attachment attachment, Set<HomeNetworkPrefix> withdrawn, List<AttachmentDecision> decisions) {
        attachment.advertiseAt =
                nanoTime.getAsLong() + (long) (MAX_ADVERTISEMENT_INTERVAL * (0.75 + 0.25 * random.nextDouble()));
        if (attachment.linkLocalAddress != null) {
            decisions.add(new Advertise(attachment.terminal(), withdrawn));
        }
    }

    /**
     * What is due by now.
     *
     * @return whether there is nothing left of the attachment
     */
    boolean elapsed(Attachment attachment, long now, List<AttachmentDecision> decisions) {
        if (attachment.probing && now - attachment.probeUntil >= 0) {
            leave(attachment, Departure.NOT_VERIFIABLE, decisions);
        }
        if (attachment.state == State.DEREGISTERING && now - attachment.releaseAt >= 0) {
            attachment.state = State.DEPARTED;
            attachment.forwarding = false;
        }
        if (attachment.state == State.BLOCKED && attachment.forwarding && now - attachment.expiresAt >= 0) {
            deny(attachment, decisions);
        }
        if (attachment.state == State.DEPARTED
                && attachment.outstanding != null
                && now - attachment.outstanding.dueAt() >= 0
                && now - attachment.expiresAt >= 0) {
            updates.abandon(attachment, "the binding's lifetime is over", decisions);
            return true;
        }
        if (attachment.state == State.REJECTED && now - attachment.heldUntil >= REJECTION_MEMORY) {
            return true;
        }
        if (isDue(attachment, now) && isThere(attachment, now, decisions)) {
            act(attachment, now, decisions);
        }
        return false;
    }

    private boolean isDue(Attachment attachment, long now) {
        Outstanding outstanding = attachment.outstanding;
        return outstanding != null && now - outstanding.dueAt() >= 0
                || attachment.state == State.BOUND
                        && (now - attachment.extendAt >= 0
                                || now - attachment.advertiseAt >= 0
                                || now - attachment.seenAt
                                        >= settings.presenceInterval().toNanos());
    }

    /** M-09: only who is there is extended or registered again; who leaves need not be there. */
    private boolean isThere(Attachment attachment, long now, List<AttachmentDecision> decisions) {
        if (attachment.isLeaving()) {
            return true;
        }
        if (now - attachment.seenAt < PRESENCE) {
            return true;
        }
        if (!attachment.probing) {
            probe(attachment, decisions);
        }
        return false;
    }

    private void act(Attachment attachment, long now, List<AttachmentDecision> decisions) {
        Outstanding outstanding = attachment.outstanding;
        if (outstanding != null && now - outstanding.dueAt() >= 0) {
            updates.proceed(attachment, decisions);
        }
        if (attachment.state == State.BOUND && now - attachment.extendAt >= 0) {
            attachment.state = State.EXTENDING;
            updates.begin(
                    attachment,
                    attachment.prefixes,
                    HandoffIndicator.HANDOFF_STATE_NOT_CHANGED,
                    settings.bindingLifetimeSeconds(),
                    Procedure.EXTENSION,
                    decisions);
        }
        if (attachment.state == State.BOUND && now - attachment.advertiseAt >= 0) {
            advertise(attachment, Set.of(), decisions);
        }
    }

    /** Asks whether it is there; where nobody can be asked it has left. */
    void probe(Attachment attachment, List<AttachmentDecision> decisions) {
        Ipv6Address address = attachment.linkLocalAddress;
        if (address == null) {
            leave(attachment, Departure.NOT_VERIFIABLE, decisions);
            return;
        }
        attachment.probing = true;
        attachment.probeUntil = nanoTime.getAsLong() + PROBE_TIMEOUT;
        decisions.add(new Probe(attachment.accessLink, address, attachment.linkLayerIdentifier));
    }

    /** Nanoseconds until {@link #elapsed} has something to do. */
    long restUntilDue(Attachment attachment, long now) {
        if (attachment.probing) {
            // Nothing else is done before it is known to be there.
            long verdict = attachment.probeUntil - now;
            return now - attachment.seenAt >= PRESENCE ? verdict : Math.min(verdict, restUntilActing(attachment, now));
        }
        return restUntilActing(attachment, now);
    }

    private long restUntilActing(Attachment attachment, long now) {
        Outstanding outstanding = attachment.outstanding;
        long rest = outstanding == null ? Long.MAX_VALUE : outstanding.dueAt() - now;
        return switch (attachment.state) {
            case BOUND ->
                Math.min(
                        Math.min(rest, attachment.extendAt - now),
                        Math.min(
                                attachment.advertiseAt - now,
                                attachment.seenAt
                                        + Math.max(settings.presenceInterval().toNanos(), PRESENCE)
                                        - now));
            case DEREGISTERING -> Math.min(rest, attachment.releaseAt - now);
            case BLOCKED -> attachment.forwarding ? Math.min(rest, attachment.expiresAt - now) : rest;
            case REJECTED -> attachment.heldUntil + REJECTION_MEMORY - now;
            case REGISTERING, EXTENDING, DEPARTED -> rest;
        };
    }

    List<AttachmentDecision> seen(Attachment attachment, Ipv6Address address) {
        boolean usable = attachment.linkLocalAddress != null;
        attachment.linkLocalAddress = address;
        attachment.seenAt = nanoTime.getAsLong();
        attachment.probing = false;
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (!usable && attachment.forwarding) {
            advertise(attachment, Set.of(), decisions);
        }
        return decisions;
    }

    void leave(Attachment attachment, Departure departure, List<AttachmentDecision> decisions) {
        updates.abandon(attachment, "the terminal left: " + departure, decisions);
        attachment.probing = false;
        attachment.state = attachment.forwarding ? State.DEREGISTERING : State.DEPARTED;
        attachment.releaseAt = nanoTime.getAsLong() + UpdateTransmission.INITIAL_BINDACK_TIMEOUT;
        TraceContext trace = updates.prepare(
                attachment,
                attachment.prefixes.isEmpty() ? ALLOCATE : attachment.prefixes,
                HandoffIndicator.HANDOFF_STATE_UNKNOWN,
                0,
                Procedure.DEREGISTRATION);
        decisions.add(new Left(attachment.linkLayerIdentifier, attachment.accessLink, departure, Optional.of(trace)));
        updates.proceed(attachment, decisions);
    }
}
