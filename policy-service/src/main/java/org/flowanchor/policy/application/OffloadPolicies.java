package org.flowanchor.policy.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.policy.application.CreateOutcome.Decided;
import org.flowanchor.policy.application.CreateOutcome.KeyReused;
import org.flowanchor.policy.application.CreateOutcome.Repeated;
import org.flowanchor.policy.domain.OffloadPolicy;
import org.flowanchor.policy.domain.PolicyDecision;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.PolicyRegister;
import org.flowanchor.policy.domain.PolicyRegister.Situation;
import org.flowanchor.policy.domain.Precondition;
import org.flowanchor.policy.domain.StoredPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the set of policies. A refused write leaves no trace; an accepted one is durable and in the outbox on return. */
public final class OffloadPolicies {
    /** How long a creation can be repeated under its key. */
    static final Duration KEY_RETENTION = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(OffloadPolicies.class);

    private final PolicyStore store;
    private final Runnable outboxFilled;
    private final InstantSource clock;

    /** @param outboxFilled called after each commit that left a record in the outbox; must not block */
    public OffloadPolicies(PolicyStore store, Runnable outboxFilled, InstantSource clock) {
        this.store = store;
        this.outboxFilled = outboxFilled;
        this.clock = clock;
    }

    public Optional<StoredPolicy> find(PolicyName name) {
        return store.find(name);
    }

    /** Policies in evaluation order; see {@link PolicyStore#list}. */
    public List<StoredPolicy> list(OptionalInt after, int limit) {
        return store.list(after, limit);
    }

    /** @param trace of the request */
    public CreateOutcome<PolicyDecision, StoredPolicy> create(
            OffloadPolicy wanted, Optional<IdempotencyKey> key, TraceContext trace) {
        Instant now = now();
        CreateOutcome<PolicyDecision, StoredPolicy> outcome = store.change(trace, journal -> {
            if (key.isPresent()) {
                journal.forgetKeysBefore(now.minus(KEY_RETENTION));
                Optional<StoredPolicy> before = journal.createdUnder(key.get());
                if (before.isPresent()) {
                    return before.get().policy().equals(wanted)
                            ? new Repeated<>(before.get())
                            : new KeyReused<>(key.get());
                }
            }
            PolicyDecision decision = PolicyRegister.create(wanted, situation(journal, wanted), now);
            enact(journal, decision, now);
            if (decision instanceof PolicyDecision.Publish publish) {
                key.ifPresent(present -> journal.remember(present, publish.policy()));
            }
            return new Decided<>(decision);
        });
        if (outcome instanceof Decided<PolicyDecision, StoredPolicy>(PolicyDecision decision)) {
            tell(decision, trace);
        }
        return outcome;
    }

    /** @param trace of the request */
    public PolicyDecision replace(OffloadPolicy wanted, Precondition precondition, TraceContext trace) {
        Instant now = now();
        return decide(
                journal -> PolicyRegister.replace(wanted, precondition, situation(journal, wanted), now), now, trace);
    }

    /** @param trace of the request */
    public PolicyDecision retire(PolicyName name, Precondition precondition, TraceContext trace) {
        return decide(
                journal -> PolicyRegister.retire(name, precondition, journal.situation(name, OptionalInt.empty())),
                now(),
                trace);
    }

    private PolicyDecision decide(Function<PolicyJournal, PolicyDecision> wish, Instant now, TraceContext trace) {
        PolicyDecision decision = store.change(trace, journal -> {
            PolicyDecision decided = wish.apply(journal);
            enact(journal, decided, now);
            return decided;
        });
        tell(decision, trace);
        return decision;
    }

    private static Situation situation(PolicyJournal journal, OffloadPolicy wanted) {
        return journal.situation(wanted.name(), OptionalInt.of(wanted.precedence()));
    }

    private static void enact(PolicyJournal journal, PolicyDecision decision, Instant now) {
        switch (decision) {
            case PolicyDecision.Publish publish -> journal.publish(publish, PolicyCompiler.compile(publish.policy()));
            case PolicyDecision.Retire retire -> journal.retire(retire, now);
            case PolicyDecision.Unchanged _,
                    PolicyDecision.NameTaken _,
                    PolicyDecision.PrecedenceTaken _,
                    PolicyDecision.Unknown _,
                    PolicyDecision.Stale _ -> {}
        }
    }

    private void tell(PolicyDecision decision, TraceContext trace) {
        switch (decision) {
            case PolicyDecision.Publish(StoredPolicy policy, boolean created) -> {
                LOG.info(
                        "policy {} {} at revision {}, trace {}",
                        policy.name(),
                        created ? "created" : "replaced",
                        policy.revision(),
                        trace.traceId());
                outboxFilled.run();
            }
            case PolicyDecision.Retire(PolicyName name, long revision) -> {
                LOG.info("policy {} retired at revision {}, trace {}", name, revision, trace.traceId());
                outboxFilled.run();
            }
            case PolicyDecision.Unchanged _,
                    PolicyDecision.NameTaken _,
                    PolicyDecision.PrecedenceTaken _,
                    PolicyDecision.Unknown _,
                    PolicyDecision.Stale _ -> {}
        }
    }

    /** What the database can hold: an answer given now equals the one read back later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
