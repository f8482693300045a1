package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.agent.domain.AttachmentDecision.GivenUp;
import org.flowanchor.agent.domain.AttachmentDecision.Resolve;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Terminals that a previous process left installed and whose link-layer identifier nobody knows: while no agent asked for them, the kernel
 * forgot them as neighbours. They go on forwarding and are asked for by address.
 *
 * <pre>
 * found --asked--> answers, solicits, is spoken of by its address --> identified
 *                  silent, or no verdict within 6 s, twice --> given up
 *                  its link down --> given up
 * </pre>
 *
 * <p>Trap: the first silence may end a question that the kernel had begun for a packet of somebody else's; the second is of ours.
 */
final class UnidentifiedTerminals {
    static final long VERDICT = Duration.ofSeconds(6).toNanos();
    private static final int QUESTIONS = 2;

    private record NextHop(String accessLink, Ipv6Address linkLocalAddress) {}

    private record Held(AttachedTerminal terminal, int questions, long dueAt) {}

    private final LongSupplier nanoTime;
    private final Map<NextHop, Held> held = new LinkedHashMap<>();

    UnidentifiedTerminals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void hold(AttachedTerminal terminal, List<AttachmentDecision> decisions) {
        ask(terminal, 1, decisions);
    }

    private void ask(AttachedTerminal terminal, int questions, List<AttachmentDecision> decisions) {
        held.put(
                new NextHop(terminal.accessLink(), terminal.linkLocalAddress()),
                new Held(terminal, questions, nanoTime.getAsLong() + VERDICT));
        decisions.add(new Resolve(terminal.accessLink(), terminal.linkLocalAddress()));
    }

    /** Whoever has that address is this interface. Null: nobody waits for that. */
    @Nullable
    AttachedTerminal identify(String accessLink, Ipv6Address address, LinkLayerIdentifier identifier) {
        Held found = held.remove(new NextHop(accessLink, address));
        return found == null ? null : found.terminal().identified(identifier);
    }

    void silent(String accessLink, Ipv6Address address, List<AttachmentDecision> decisions) {
        Held found = held.get(new NextHop(accessLink, address));
        if (found != null) {
            unanswered(found, decisions);
        }
    }

    private void unanswered(Held found, List<AttachmentDecision> decisions) {
        AttachedTerminal terminal = found.terminal();
        if (found.questions() < QUESTIONS) {
            ask(terminal, found.questions() + 1, decisions);
        } else {
            held.remove(new NextHop(terminal.accessLink(), terminal.linkLocalAddress()));
            decisions.add(new GivenUp(terminal.accessLink(), terminal.linkLocalAddress(), Departure.SILENCE));
        }
    }

    void linkWentDown(String accessLink, List<AttachmentDecision> decisions) {
        held.keySet().removeIf(each -> {
            boolean there = each.accessLink().equals(accessLink);
            if (there) {
                decisions.add(new GivenUp(accessLink, each.linkLocalAddress(), Departure.LINK_DOWN));
            }
            return there;
        });
    }

    void due(List<AttachmentDecision> decisions) {
        long now = nanoTime.getAsLong();
        for (Held each : new ArrayList<>(held.values())) {
            if (now - each.dueAt() >= 0) {
                unanswered(each, decisions);
            }
        }
    }

    OptionalLong nextDue() {
        long now = nanoTime.getAsLong();
        OptionalLong rest =
                held.values().stream().mapToLong(each -> each.dueAt() - now).min();
        return rest.isPresent() ? OptionalLong.of(now + rest.getAsLong()) : rest;
    }

    Set<AttachedTerminal> terminals() {
        Set<AttachedTerminal> terminals = new HashSet<>();
        held.values().forEach(each -> terminals.add(each.terminal()));
        return terminals;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }
}
