package org.flowanchor.flow.application;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.placement.AnchorState;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with one connected agent. Owned by the anchor's loop.
 *
 * <p>One command is under way at a time; what changes meanwhile goes into the next. The first command, and the one after a NACK or an
 * answer that never came, carries the full state.
 */
final class SteeringSession {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /** A command that awaits its answer, and the moves it makes. */
    record InFlight(long version, long nonce, List<FlowId> moves, Instant sentAt) {}

    private final SteeringChannel channel;
    private boolean fullStateDue = true;
    private boolean classesDue;
    private Instant notBefore = Instant.EPOCH;
    private Duration retry = Duration.ZERO;
    private long lastNonce;
    private @Nullable InFlight inFlight;

    SteeringSession(SteeringChannel channel) {
        this.channel = channel;
    }

    boolean isOn(SteeringChannel other) {
        return channel == other;
    }

    void close(String reason) {
        channel.close(reason);
    }

    void classesChanged() {
        classesDue = true;
    }

    /**
     * Sends what differs from what the agent was last told, unless a command is under way.
     *
     * @param version of the command, if one is due
     * @param moves that wait for a command
     * @param trace asked for when a command is sent
     * @return the command sent
     */
    Optional<SteeringCommand> steer(
            LmaAddress anchor,
            AnchorState state,
            long epoch,
            long version,
            List<FlowId> moves,
            Supplier<TraceContext> trace,
            Instant now) {
        boolean due = fullStateDue || classesDue || state.hasChangedExceptions();
        if (inFlight != null || !due || now.isBefore(notBefore)) {
            return Optional.empty();
        }
        long nonce = ++lastNonce;
        SteeringCommand command = fullStateDue
                ? fullState(anchor, trace.get(), state, epoch, version, nonce)
                : changes(anchor, trace.get(), state, epoch, version, nonce);
        fullStateDue = false;
        classesDue = false;
        inFlight = new InFlight(version, nonce, List.copyOf(moves), now);
        channel.send(command);
        return Optional.of(command);
    }

    private static SteeringCommand fullState(
            LmaAddress anchor, TraceContext trace, AnchorState state, long epoch, long version, long nonce) {
        state.takeChangedExceptions();
        return new SteeringCommand(
                anchor, trace, epoch, version, nonce, true, Optional.of(state.classes()), state.exceptions(), Set.of());
    }

    private SteeringCommand changes(
            LmaAddress anchor, TraceContext trace, AnchorState state, long epoch, long version, long nonce) {
        Map<FiveTuple, ProxyCareOfAddress> changed = new LinkedHashMap<>();
        Set<FiveTuple> removed = new LinkedHashSet<>();
        for (FiveTuple selector : state.takeChangedExceptions()) {
            state.exception(selector)
                    .ifPresentOrElse(gateway -> changed.put(selector, gateway), () -> removed.add(selector));
        }
        return new SteeringCommand(
                anchor,
                trace,
                epoch,
                version,
                nonce,
                false,
                classesDue ? Optional.of(state.classes()) : Optional.empty(),
                changed,
                removed);
    }

    /** The command that {@code answer} is for; empty for anything else. */
    Optional<InFlight> answered(CommandAnswer answer, Instant now) {
        InFlight command = inFlight;
        if (command == null || command.version() != answer.version() || command.nonce() != answer.nonce()) {
            return Optional.empty();
        }
        inFlight = null;
        if (answer.error().isEmpty()) {
            retry = Duration.ZERO;
        } else {
            // The first full state goes out at once, further ones ever slower: what was refused may be refused again.
            fullStateDue = true;
            notBefore = now.plus(retry);
            retry = retry.isZero() ? FIRST_RETRY : retry.multipliedBy(2);
            retry = retry.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry;
        }
        return Optional.of(command);
    }

    /** A command unanswered for {@code timeout} is given up in favour of the full state; its moves wait for that. */
    List<FlowId> giveUpAfter(Duration timeout, Instant now) {
        InFlight command = inFlight;
        if (command == null || command.sentAt().plus(timeout).isAfter(now)) {
            return List.of();
        }
        fullStateDue = true;
        inFlight = null;
        return command.moves();
    }

    /** The move of a flow was taken back: whatever becomes of the command under way says nothing of the flow's next move. */
    void withdraw(FlowId flow) {
        InFlight command = inFlight;
        if (command != null) {
            List<FlowId> others =
                    command.moves().stream().filter(move -> !move.equals(flow)).toList();
            inFlight = new InFlight(command.version(), command.nonce(), others, command.sentAt());
        }
    }

    /** Moves of the command under way. */
    List<FlowId> movesUnderWay() {
        return inFlight == null ? List.of() : new ArrayList<>(inFlight.moves());
    }
}
