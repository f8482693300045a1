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
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Whose the interfaces on the access links are (T-09): as configured, else as the anchor says, for as long as it says. What arrives from an
 * interface of which nothing is known yet is held until the anchor answers.
 *
 * <pre>
 * unknown --arrival--> asked (after 0, 1, 2, 4, 8, 8 ... s; at once when the stream comes up) --answer--> known | nobody's
 * known, nobody's --validity over--> unknown; what is attached stays attached
 * asked --nothing arrived for 30 s--> unknown; not while a terminal is installed that a previous process left
 * asked --detached, or its link down--> unknown; what is on other links waits
 * </pre>
 *
 * <p>Bounded, since anybody may solicit from any address.
 */
final class MobileNodeDirectory {
    static final long HOLD = Duration.ofSeconds(30).toNanos();
    static final long FIRST_RETRY = Duration.ofSeconds(1).toNanos();
    static final long LAST_RETRY = Duration.ofSeconds(8).toNanos();

    /** What one query may name, and what may wait at all. */
    static final int MAX_ASKED = 1000;

    static final int MAX_KNOWN = 100_000;

    /** What waits for its owner to be known. */
    sealed interface Arrival {
        String accessLink();

        LinkLayerIdentifier linkLayerIdentifier();
    }

    record Solicited(String accessLink, Ipv6Address source, LinkLayerIdentifier linkLayerIdentifier)
            implements Arrival {}

    record Triggered(AttachmentTrigger trigger) implements Arrival {
        @Override
        public String accessLink() {
            return trigger.accessLink();
        }

        @Override
        public LinkLayerIdentifier linkLayerIdentifier() {
            return trigger.linkLayerIdentifier();
        }
    }

    record Installed(AttachedTerminal terminal) implements Arrival {
        @Override
        public String accessLink() {
            return terminal.accessLink();
        }

        @Override
        public LinkLayerIdentifier linkLayerIdentifier() {
            return terminal.linkLayerIdentifier();
        }
    }

    /** @param mobileNode empty: nobody's */
    record Owner(Optional<MobileNodeIdentifier> mobileNode) {}

    private record Answer(Owner owner, long until) {}

    private record Question(long dueAt, long interval, long until, Map<String, Arrival> held) {
        boolean forget(String accessLink) {
            return held.values().removeIf(arrival -> arrival.accessLink().equals(accessLink));
        }

        boolean isOver(long now) {
            return now - until >= 0 && held.values().stream().noneMatch(Installed.class::isInstance);
        }
    }

    private final Map<LinkLayerIdentifier, MobileNodeIdentifier> configured;
    private final boolean asks;
    private final LongSupplier nanoTime;
    private final Map<LinkLayerIdentifier, Answer> answers = new LinkedHashMap<>();
    private final Map<LinkLayerIdentifier, Question> questions = new LinkedHashMap<>();

    /** @param asks whether the anchor can be asked; otherwise what is not configured is nobody's */
    MobileNodeDirectory(
            Map<LinkLayerIdentifier, MobileNodeIdentifier> configured, boolean asks, LongSupplier nanoTime) {
        this.configured = configured;
        this.asks = asks;
        this.nanoTime = nanoTime;
    }

    /** Null: not known, {@link #hold} what came. */
    @Nullable
    Owner owner(LinkLayerIdentifier identifier) {
        MobileNodeIdentifier own = configured.get(identifier);
        if (own != null) {
            return new Owner(Optional.of(own));
        }
        if (!asks) {
            return new Owner(Optional.empty());
        }
        Answer answer = answers.get(identifier);
        return answer == null || nanoTime.getAsLong() - answer.until() >= 0 ? null : answer.owner();
    }

    /** Whether it was somebody's when it was last asked for. */
    boolean wasSomebodys(LinkLayerIdentifier identifier) {
        Answer answer = answers.get(identifier);
        return configured.containsKey(identifier)
                || answer != null && answer.owner().mobileNode().isPresent();
    }

    /** @return whether there was room; {@link #due} names it */
    boolean hold(Arrival arrival) {
        long now = nanoTime.getAsLong();
        Question question = questions.get(arrival.linkLayerIdentifier());
        if (question == null && questions.size() >= MAX_ASKED && !(arrival instanceof Installed)) {
            return false;
        }
        Map<String, Arrival> held = question == null ? new LinkedHashMap<>() : question.held();
        held.put(arrival.getClass().getSimpleName() + " " + arrival.accessLink(), arrival);
        questions.put(
                arrival.linkLayerIdentifier(),
                new Question(
                        question == null ? now : question.dueAt(),
                        question == null ? FIRST_RETRY : question.interval(),
                        now + HOLD,
                        held));
        return true;
    }

    /** Those to ask for now, at most {@link #MAX_ASKED}. */
    List<LinkLayerIdentifier> due() {
        long now = nanoTime.getAsLong();
        List<LinkLayerIdentifier> asked = new ArrayList<>();
        Iterator<Map.Entry<LinkLayerIdentifier, Question>> each =
                questions.entrySet().iterator();
        while (each.hasNext() && asked.size() < MAX_ASKED) {
            Map.Entry<LinkLayerIdentifier, Question> entry = each.next();
            Question question = entry.getValue();
            if (question.isOver(now)) {
                each.remove();
            } else if (now - question.dueAt() >= 0) {
                asked.add(entry.getKey());
                entry.setValue(new Question(
                        now + question.interval(),
                        Math.min(2 * question.interval(), LAST_RETRY),
                        question.until(),
                        question.held()));
            }
        }
        return asked;
    }

    OptionalLong nextDue() {
        long now = nanoTime.getAsLong();
        OptionalLong nearest = questions.values().stream()
                .mapToLong(question -> question.dueAt() - now)
                .min();
        return nearest.isPresent() ? OptionalLong.of(now + nearest.getAsLong()) : nearest;
    }

    /** The anchor can be reached again. */
    void hasten() {
        long now = nanoTime.getAsLong();
        questions.replaceAll(
                (identifier, question) -> new Question(now, FIRST_RETRY, question.until(), question.held()));
    }

    /** @return what waited for it, in the order in which it came */
    List<Arrival> answered(MobileNodeMapping mapping) {
        LinkLayerIdentifier identifier = mapping.linkLayerIdentifier();
        answers.remove(identifier);
        answers.put(
                identifier,
                new Answer(
                        new Owner(mapping.mobileNode()),
                        nanoTime.getAsLong() + mapping.validity().toNanos()));
        if (answers.size() > MAX_KNOWN) {
            answers.remove(answers.keySet().iterator().next());
        }
        Question question = questions.remove(identifier);
        return question == null ? List.of() : List.copyOf(question.held().values());
    }

    /** Nothing of that link waits any more. */
    void linkWentDown(String accessLink) {
        questions.values().forEach(question -> question.forget(accessLink));
        questions.values().removeIf(question -> question.held().isEmpty());
    }

    /**
     * The interface is not on that link any more.
     *
     * @return whether anything waited
     */
    boolean forget(String accessLink, LinkLayerIdentifier identifier) {
        Question question = questions.get(identifier);
        if (question == null || !question.forget(accessLink)) {
            return false;
        }
        if (question.held().isEmpty()) {
            questions.remove(identifier);
        }
        return true;
    }

    /** What a previous process left installed and nobody has claimed yet: goes on forwarding. */
    Set<AttachedTerminal> installed() {
        if (questions.isEmpty()) {
            return Set.of();
        }
        Set<AttachedTerminal> terminals = new HashSet<>();
        for (Question question : questions.values()) {
            for (Arrival arrival : question.held().values()) {
                if (arrival instanceof Installed(AttachedTerminal terminal)) {
                    terminals.add(terminal);
                }
            }
        }
        return terminals;
    }
}
