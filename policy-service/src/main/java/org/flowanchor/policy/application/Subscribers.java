package org.flowanchor.policy.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.application.CreateOutcome.Decided;
import org.flowanchor.policy.application.CreateOutcome.KeyReused;
import org.flowanchor.policy.application.CreateOutcome.Repeated;
import org.flowanchor.policy.domain.Precondition;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberDecision;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberRegister;

/** Reads and writes the set of profiles. A refused write leaves no trace; an accepted one is durable and in the outbox on return. */
public final class Subscribers {
    /** How long a creation can be repeated under its key. */
    static final Duration KEY_RETENTION = Duration.ofHours(24);

    private final SubscriberStore store;
    private final Runnable outboxFilled;
    private final InstantSource clock;

    /** @param outboxFilled called after each commit that left a record in the outbox; must not block */
    public Subscribers(SubscriberStore store, Runnable outboxFilled, InstantSource clock) {
        this.store = store;
        this.outboxFilled = outboxFilled;
        this.clock = clock;
    }

    public Optional<StoredSubscriber> find(MobileNodeIdentifier mobileNode) {
        return store.find(mobileNode);
    }

    public Optional<StoredSubscriber> findByInterface(LinkLayerIdentifier identifier) {
        return store.findByInterface(identifier);
    }

    /** See {@link SubscriberStore#list}. */
    public List<StoredSubscriber> list(Optional<MobileNodeIdentifier> after, int limit) {
        return store.list(after, limit);
    }

    public CreateOutcome<SubscriberDecision, StoredSubscriber> create(
            SubscriberProfile wanted, Optional<IdempotencyKey> key) {
        Instant now = now();
        CreateOutcome<SubscriberDecision, StoredSubscriber> outcome = store.change(journal -> {
            if (key.isPresent()) {
                journal.forgetKeysBefore(now.minus(KEY_RETENTION));
                Optional<StoredSubscriber> before = journal.createdUnder(key.get());
                if (before.isPresent()) {
                    return before.get().profile().equals(wanted)
                            ? new Repeated<>(before.get())
                            : new KeyReused<>(key.get());
                }
            }
            SubscriberDecision decision = register(journal, wanted).create(wanted, now);
            write(journal, List.of(decision), now);
            if (decision instanceof SubscriberDecision.Publish publish) {
                key.ifPresent(present -> journal.remember(present, publish.subscriber()));
            }
            return new Decided<>(decision);
        });
        if (outcome instanceof Decided<SubscriberDecision, StoredSubscriber>(SubscriberDecision decision)) {
            tell(List.of(decision));
        }
        return outcome;
    }

    public SubscriberDecision replace(SubscriberProfile wanted, Precondition precondition) {
        Instant now = now();
        return decide(
                journal -> register(journal, wanted), register -> register.replace(wanted, precondition, now), now);
    }

    public SubscriberDecision retire(MobileNodeIdentifier mobileNode, Precondition precondition) {
        return decide(
                journal -> journal.register(List.of(mobileNode), List.of()),
                register -> register.retire(mobileNode, precondition),
                now());
    }

    /**
     * A portion of an import, in one transaction: each profile stands like this from now on, whatever stood before. A refused one does not
     * hold up the others. The same again changes nothing.
     *
     * @return one decision per profile, in their order
     */
    public List<SubscriberDecision> provision(List<SubscriberProfile> wanted) {
        Instant now = now();
        List<SubscriberDecision> decisions = store.change(journal -> {
            SubscriberRegister register = journal.register(
                    wanted.stream().map(SubscriberProfile::mobileNodeIdentifier).toList(), wanted);
            List<SubscriberDecision> decided = new ArrayList<>();
            for (SubscriberProfile profile : wanted) {
                SubscriberDecision decision = register.provision(profile, now);
                register.replay(decision);
                decided.add(decision);
            }
            write(journal, decided, now);
            return decided;
        });
        tell(decisions);
        return decisions;
    }

    private SubscriberDecision decide(
            Function<SubscriberJournal, SubscriberRegister> situation,
            Function<SubscriberRegister, SubscriberDecision> wish,
            Instant now) {
        SubscriberDecision decision = store.change(journal -> {
            SubscriberDecision decided = wish.apply(situation.apply(journal));
            write(journal, List.of(decided), now);
            return decided;
        });
        tell(List.of(decision));
        return decision;
    }

    private static SubscriberRegister register(SubscriberJournal journal, SubscriberProfile wanted) {
        return journal.register(List.of(wanted.mobileNodeIdentifier()), List.of(wanted));
    }

    private static void write(SubscriberJournal journal, List<SubscriberDecision> decisions, Instant now) {
        List<SubscriberChange> changes = decisions.stream()
                .flatMap(decision -> change(decision).stream())
                .toList();
        if (!changes.isEmpty()) {
            journal.write(changes, now);
        }
    }

    private static Optional<SubscriberChange> change(SubscriberDecision decision) {
        return switch (decision) {
            case SubscriberDecision.Publish(StoredSubscriber subscriber, boolean _) ->
                Optional.of(SubscriberCompiler.published(subscriber));
            case SubscriberDecision.Retire(MobileNodeIdentifier mobileNode, long revision) ->
                Optional.of(SubscriberCompiler.retired(mobileNode, revision));
            case SubscriberDecision.Unchanged _,
                    SubscriberDecision.Present _,
                    SubscriberDecision.LinkLayerIdentifierTaken _,
                    SubscriberDecision.PrefixTaken _,
                    SubscriberDecision.Unknown _,
                    SubscriberDecision.Stale _ -> Optional.empty();
        };
    }

    private void tell(List<SubscriberDecision> decisions) {
        boolean changed = decisions.stream()
                .anyMatch(decision -> decision instanceof SubscriberDecision.Publish
                        || decision instanceof SubscriberDecision.Retire);
        if (changed) {
            outboxFilled.run();
        }
    }

    /** What the database can hold: an answer given now equals the one read back later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
