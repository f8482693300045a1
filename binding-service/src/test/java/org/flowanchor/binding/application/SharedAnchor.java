package org.flowanchor.binding.application;

import static org.flowanchor.binding.Scene.ANCHOR;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The store port in memory, for many histories in little time: one anchor that several replicas write to, with the port's promises and no
 * more. It fails on request, at each of the places where a database does, and sometimes after the commit.
 */
final class SharedAnchor {
    private final ReentrantLock lock = new ReentrantLock();
    /** Of a replica that waits for the others, as a row lock does. */
    private final ReentrantLock turn = new ReentrantLock();

    // Guarded by lock.
    private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
    private final Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
    private final Map<RepeatableRequest<?>, Object> answers = new HashMap<>();
    private final Deque<HomeNetworkPrefix> rested = new ArrayDeque<>();
    private final List<Decided> log = new ArrayList<>();
    private final Random random;
    private final double failures;
    private long state;
    private long version;
    private long fresh;
    private long nextState;
    private int failed;

    /**
     * One decision in the order of commits.
     *
     * @param got prefixes the supplier gave for it
     */
    record Decided(Object work, Object outcome, List<HomeNetworkPrefix> got) {}

    /** @param failures how many of the steps fail, 0..1 */
    SharedAnchor(Random random, double failures) {
        this.random = random;
        this.failures = failures;
    }

    List<Decided> log() {
        return locked(() -> List.copyOf(log));
    }

    Map<MobileNodeIdentifier, MobileNodeBindings> nodes() {
        return locked(() -> Map.copyOf(nodes));
    }

    Map<HomeNetworkPrefix, PrefixHolder> holders() {
        return locked(() -> Map.copyOf(holders));
    }

    int failed() {
        return locked(() -> failed);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** The port as one replica has it. */
    final class Port implements BindingStore {
        private final Deque<Change> inFlight = new ArrayDeque<>();
        private @Nullable Change deciding;
        private boolean dead;

        /** Tells what was decided; part of the transaction that decides now. */
        void decided(Object work, Object outcome) {
            Change of = Objects.requireNonNull(deciding);
            // What a node gave up in this very transaction is passed over when it is offered.
            of.got.removeIf(prefix -> of.transaction.after().stream().noneMatch(node -> node.holds(prefix)));
            of.decided.add(new Decided(work, outcome, List.copyOf(of.got)));
            of.got.clear();
        }

        /** From now on it reaches nothing: its process is killed. */
        void kill() {
            locked(() -> dead = true);
        }

        private void reach() {
            if (dead) {
                throw new StoreUnavailableException("dead", new IllegalStateException());
            }
            failSometimes();
        }

        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            return locked(() -> {
                reach();
                if (!inFlight.isEmpty() && inFlight.stream().noneMatch(one -> one.from == state || one.to == state)) {
                    throw new StoreConflictException("another replica writes too");
                }
                Change change = decide(inFlight.isEmpty() ? state : inFlight.getLast().to, scope, work);
                inFlight.add(change);
                return prepared(change);
            });
        }

        private Prepared prepared(Change change) {
            return new Prepared() {
                @Override
                public void write() {
                    locked(() -> {
                        reach();
                        return true;
                    });
                }

                @Override
                public Commit commit() {
                    return locked(() -> {
                        try {
                            reach();
                            if (inFlight.peekFirst() != change) {
                                throw new StoreConflictException("the one before failed");
                            }
                            Commit done = change.commit();
                            inFlight.removeFirst();
                            return done;
                        } catch (RuntimeException e) {
                            giveUp(change);
                            throw e;
                        }
                    });
                }

                @Override
                public void abandon(Throwable why) {
                    locked(() -> {
                        giveUp(change);
                        return true;
                    });
                }
            };
        }

        private void giveUp(Change change) {
            inFlight.clear();
            change.giveBack();
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            turn.lock();
            try {
                return locked(() -> {
                    reach();
                    Change change = decide(state, scope, work);
                    try {
                        return change.commit();
                    } catch (RuntimeException e) {
                        change.giveBack();
                        throw e;
                    }
                });
            } finally {
                turn.unlock();
            }
        }

        private Change decide(long from, BatchScope scope, Consumer<BindingTransaction> work) {
            Change change = new Change(from);
            List<MobileNodeBindings> read = scope.mobileNodes().stream()
                    .map(node -> nodes.getOrDefault(node, MobileNodeBindings.none(node)))
                    .toList();
            Map<HomeNetworkPrefix, PrefixHolder> named = new HashMap<>();
            for (BatchScope.Named name : scope.named()) {
                HomeNetworkPrefix prefix = name.prefix();
                PrefixHolder holder = holders.get(prefix);
                if (holder != null) {
                    named.put(prefix, holder);
                }
                // Each is decided on what the one before it leads to.
                for (Change before : inFlight) {
                    before.released().stream()
                            .filter(one -> one.prefix().equals(prefix))
                            .forEach(one -> named.put(prefix, new PrefixHolder(one.mobileNodeIdentifier(), true)));
                    before.transaction.assigned().stream()
                            .filter(one -> one.prefix().equals(prefix))
                            .forEach(one -> named.put(prefix, new PrefixHolder(one.mobileNodeIdentifier(), false)));
                }
            }
            Map<RepeatableRequest<?>, Optional<Object>> answered = new HashMap<>();
            for (RepeatableRequest<?> request : scope.requests()) {
                Optional.ofNullable(answers.get(request))
                        .ifPresent(answer -> answered.put(request, Optional.of(answer)));
            }
            change.transaction = new BindingTransaction(
                    read, named, (kind, gateway) -> Optional.of(change.supply()), List.of(Replica.POOL), answered);
            deciding = change;
            work.accept(change.transaction);
            deciding = null;
            return change;
        }

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            throw new AssertionError("histories say when time passes");
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {
            throw new AssertionError("histories say when time passes");
        }
    }

    /** What one transaction is to change. */
    private final class Change {
        private final long from;
        private final long to = ++nextState;
        private final List<Decided> decided = new ArrayList<>();
        private final List<HomeNetworkPrefix> got = new ArrayList<>();
        private final List<HomeNetworkPrefix> supplied = new ArrayList<>();
        private BindingTransaction transaction =
                new BindingTransaction(List.of(), Map.of(), (kind, gateway) -> Optional.empty(), List.of(), Map.of());

        Change(long from) {
            this.from = from;
        }

        /** Prefixes that have rested come again, as soon as may be. */
        private HomeNetworkPrefix supply() {
            HomeNetworkPrefix next = random.nextBoolean() ? rested.poll() : null;
            if (next == null) {
                next = Replica.POOL.at(fresh++);
            }
            got.add(next);
            supplied.add(next);
            return next;
        }

        private void giveBack() {
            for (HomeNetworkPrefix prefix : supplied) {
                PrefixHolder holder = holders.get(prefix);
                if ((holder == null || holder.resting()) && !rested.contains(prefix)) {
                    rested.add(prefix);
                }
            }
        }

        /** What rests after it. */
        private List<BindingTransaction.Assignment> released() {
            return Stream.concat(transaction.released().stream(), transaction.assignedAndReleased().stream())
                    .toList();
        }

        private BindingStore.Commit commit() {
            if (from != state) {
                throw new StoreConflictException("the anchor is not in the state that was decided on");
            }
            Set<HomeNetworkPrefix> once = new HashSet<>();
            for (BindingTransaction.Assignment assigned : transaction.assigned()) {
                if (!once.add(assigned.prefix())) {
                    throw new IllegalStateException(assigned.prefix() + " is assigned twice in one transaction");
                }
                PrefixHolder holder = holders.get(assigned.prefix());
                if (holder != null
                        && !holder.mobileNodeIdentifier().equals(assigned.mobileNodeIdentifier())
                        && !holder.resting()) {
                    throw new StoreConflictException(assigned.prefix() + " is another node's");
                }
            }
            released().forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), true)));
            transaction
                    .assigned()
                    .forEach(one -> holders.put(one.prefix(), new PrefixHolder(one.mobileNodeIdentifier(), false)));
            Set<HomeNetworkPrefix> released = new HashSet<>();
            released().forEach(one -> released.add(one.prefix()));
            transaction.assigned().forEach(one -> released.remove(one.prefix()));
            rested.removeIf(prefix -> {
                PrefixHolder holder = holders.get(prefix);
                return holder != null && !holder.resting();
            });
            rested.addAll(released);
            transaction.mobileNodes().forEach(node -> nodes.put(node, transaction.bindings(node)));
            answers.putAll(transaction.answers());
            int changes = transaction.changes().size();
            version += changes;
            state = to;
            log.addAll(decided);
            if (random.nextDouble() < failures / 4) {
                failed++;
                throw new StoreUnavailableException("the answer to a commit got lost", new IllegalStateException());
            }
            return new BindingStore.Commit(version, changes, 0);
        }
    }

    private void failSometimes() {
        if (random.nextDouble() < failures) {
            failed++;
            if (random.nextBoolean()) {
                throw new StoreConflictException("on request");
            }
            throw new StoreUnavailableException("on request", new IllegalStateException());
        }
    }

    static AnchorLoops loops(Port port, RegistrationMetrics metrics) {
        return new AnchorLoops(List.of(ANCHOR), port, new AnchorVersions(), new MessageHints(), metrics);
    }
}
