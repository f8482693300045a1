package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.binding.RandomUpdates;
import org.flowanchor.binding.RandomUpdates.Revocation;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.RevocationByGateway;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random histories over two replicas at the store port, from a seed: concurrent updates of the same mobile nodes, revocations by
 * gateways, retransmissions, other orders of arrival, stores that fail before and after the commit, replicas that are killed, clocks that jump. The
 * order of commits, decided again one by one in {@link Sequential}, explains every answer and every entry.
 */
class StorePortHistoriesTest {
    private static final int HISTORIES = 2000;
    private static final int ROUNDS = 4;
    private static final BindingCache CACHE = new BindingCache(RULES_WITHOUT_WAIT, ADMISSION, GatewayCapabilities.ALL);

    private static final NodeSignalling SIGNALLING =
            new NodeSignalling(RULES_WITHOUT_WAIT, ADMISSION, GatewayCapabilities.ALL);

    /** One transmission of an update: equal to none but itself. */
    private static final class Sent {
        final Update update;
        final CompletableFuture<BindingDecision> answer;
        final LoopedReplica at;
        final int number;

        Sent(Update update, LoopedReplica at, int number) {
            this.update = update;
            this.at = at;
            this.number = number;
            this.answer = at.submit(this);
        }
    }

    /** One transmission of a gateway's revocation: equal to none but itself. */
    private static final class Revoked {
        final Revocation revocation;
        final CompletableFuture<BindingRevocationAcknowledgement> answer;

        Revoked(Revocation revocation, LoopedReplica at) {
            this.revocation = revocation;
            this.answer = at.submit(this);
        }

        GatewayRequest request() {
            return new GatewayRequest(revocation.gateway(), revocation.received());
        }
    }

    /** All that was due then is gone. */
    private record Expiry(Set<MobileNodeIdentifier> nodes, Instant at) {}

    private static final class LoopedReplica {
        private final SharedAnchor.Port port;
        private final AnchorLoops loops;

        LoopedReplica(SharedAnchor anchor) {
            port = anchor.new Port();
            loops = SharedAnchor.loops(port, new Replica.Counts());
            loops.start();
        }

        CompletableFuture<BindingDecision> submit(Sent sent) {
            ReceivedUpdate received = sent.update.received();
            MobileNodeIdentifier node = sent.update.mobileNode();
            PrefixDemand demand = CACHE.demand(received);
            return loops.submit(
                    ANCHOR,
                    BatchScope.of(
                            node,
                            received.update().nonZeroPrefixes(),
                            demand.count() > 0 ? List.of(demand) : List.of()),
                    Optional.empty(),
                    transaction -> {
                        BindingDecision decision = CACHE.decide(
                                received,
                                transaction.bindings(node),
                                transaction.holders(),
                                transaction.supplier(),
                                sent.update.at());
                        transaction.replay(node, records(decision));
                        port.decided(sent, decision);
                        return decision;
                    },
                    BindingCache.overloaded(received.update()));
        }

        CompletableFuture<BindingRevocationAcknowledgement> submit(Revoked revoked) {
            MobileNodeIdentifier node = revoked.revocation.mobileNode();
            GatewayRequest request = revoked.request();
            return loops.submit(
                    ANCHOR,
                    BatchScope.of(node, request),
                    Optional.empty(),
                    transaction -> {
                        BindingRevocationAcknowledgement answer = transaction
                                .answered(request)
                                .orElseGet(() -> {
                                    RevocationByGateway decided =
                                            decide(transaction.bindings(node), revoked.revocation);
                                    transaction.replay(node, decided.records());
                                    transaction.answer(request, decided.answer());
                                    return decided.answer();
                                });
                        port.decided(revoked, answer);
                        return answer;
                    },
                    revoked.revocation.received().answered(RevocationStatus.BINDING_DOES_NOT_EXIST));
        }

        CompletableFuture<Boolean> expire(Expiry expiry) {
            return loops.submit(
                    ANCHOR,
                    BatchScope.of(expiry.nodes),
                    Optional.empty(),
                    transaction -> {
                        for (MobileNodeIdentifier node : expiry.nodes) {
                            transaction.replay(node, CACHE.due(transaction.bindings(node), expiry.at));
                        }
                        port.decided(expiry, true);
                        return true;
                    },
                    false);
        }

        void kill() {
            port.kill();
            loops.close();
        }
    }

    private static RevocationByGateway decide(MobileNodeBindings bindings, Revocation revocation) {
        return SIGNALLING.revokedBy(bindings, revocation.gateway(), revocation.received(), revocation.at());
    }

    private static List<BindingRecord> records(BindingDecision decision) {
        return switch (decision) {
            case BindingDecision.Accepted accepted -> accepted.records();
            case BindingDecision.Deferred deferred -> deferred.records();
            case BindingDecision.Rejected rejected -> List.of();
            case BindingDecision.Ignored ignored -> List.of();
        };
    }

    /** The reference: one update after the other, nothing else. */
    private static final class Sequential {
        private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
        private final Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        private final Map<GatewayRequest, BindingRevocationAcknowledgement> answers = new HashMap<>();

        BindingDecision decide(Update update, List<HomeNetworkPrefix> got) {
            Deque<HomeNetworkPrefix> supply = new ArrayDeque<>(got);
            BindingDecision decision = CACHE.decide(
                    update.received(),
                    node(update.mobileNode()),
                    prefix -> Optional.ofNullable(holders.get(prefix)),
                    (kind, gateway) -> Optional.of(next(supply)),
                    update.at());
            replay(update.mobileNode(), records(decision));
            assertThat(supply).as("prefixes that nobody needed").isEmpty();
            return decision;
        }

        /** The supplier may offer what a node got back in the same transaction; that is passed over. */
        private HomeNetworkPrefix next(Deque<HomeNetworkPrefix> supply) {
            HomeNetworkPrefix next = supply.remove();
            while (Optional.ofNullable(holders.get(next))
                    .filter(holder -> !holder.resting())
                    .isPresent()) {
                next = supply.remove();
            }
            return next;
        }

        BindingRevocationAcknowledgement revoke(Revoked revoked) {
            return answers.computeIfAbsent(revoked.request(), request -> {
                MobileNodeIdentifier node = revoked.revocation.mobileNode();
                RevocationByGateway decided = StorePortHistoriesTest.decide(node(node), revoked.revocation);
                replay(node, decided.records());
                return decided.answer();
            });
        }

        void expire(Expiry expiry) {
            expiry.nodes.forEach(node -> replay(node, CACHE.due(node(node), expiry.at)));
        }

        private void replay(MobileNodeIdentifier node, List<BindingRecord> records) {
            Set<HomeNetworkPrefix> before = node(node).homeNetworkPrefixes();
            MobileNodeBindings after = node(node).replay(records);
            before.forEach(prefix -> holders.put(prefix, new PrefixHolder(node, true)));
            after.homeNetworkPrefixes().forEach(prefix -> {
                PrefixHolder holder = holders.put(prefix, new PrefixHolder(node, false));
                assertThat(holder == null
                                || holder.resting()
                                || holder.mobileNodeIdentifier().equals(node))
                        .as(prefix + " is held twice")
                        .isTrue();
            });
            nodes.put(node, after);
        }

        MobileNodeBindings node(MobileNodeIdentifier node) {
            return nodes.getOrDefault(node, MobileNodeBindings.none(node));
        }
    }

    @Test
    void t04_t05_theOrderOfCommitsExplainsEveryAnswer() {
        Map<Integer, Integer> statuses = new TreeMap<>();
        int failed = 0;
        int unanswered = 0;
        Set<RevocationStatus> revocations = new HashSet<>();
        for (long seed = 1; seed <= HISTORIES; seed++) {
            RandomUpdates updates = new RandomUpdates(seed);
            SharedAnchor anchor = new SharedAnchor(new Random(seed), seed % 4 == 0 ? 0.05 : 0);
            try {
                List<Sent> sent = play(updates, anchor);
                check(anchor, sent, statuses, revocations);
                unanswered += (int) sent.stream()
                        .filter(one -> one.answer.isCompletedExceptionally())
                        .count();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            failed += anchor.failed();
        }
        // The histories met acceptance, silence, and each family of refusals; and failures of the store, some of which
        // a gateway notices.
        assertThat(statuses).containsKeys(-1, 0, 128, 130, 155, 156, 157);
        assertThat(revocations)
                .contains(
                        RevocationStatus.SUCCESS,
                        RevocationStatus.PARTIAL_SUCCESS,
                        RevocationStatus.BINDING_DOES_NOT_EXIST);
        assertThat(failed).isPositive();
        assertThat(unanswered).isPositive();
    }

    private static List<Sent> play(RandomUpdates updates, SharedAnchor anchor) {
        Random random = updates.random;
        LoopedReplica[] replicas = {new LoopedReplica(anchor), new LoopedReplica(anchor)};
        List<Sent> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Sent> sent = new ArrayList<>();
            List<Revoked> revoked = new ArrayList<>();
            int concurrent = 1 + random.nextInt(20);
            for (int i = 0; i < concurrent; i++) {
                Update update = updates.next();
                sent.add(new Sent(update, replicas[random.nextInt(2)], all.size() + sent.size()));
                if (random.nextInt(6) == 0) {
                    // Again, with another order of arrival, or at the other replica.
                    sent.add(new Sent(update, replicas[random.nextInt(2)], all.size() + sent.size()));
                }
                if (random.nextInt(6) == 0) {
                    Revocation revocation = updates.revocation();
                    for (int times = 1 + random.nextInt(2); times > 0; times--) {
                        revoked.add(new Revoked(revocation, replicas[random.nextInt(2)]));
                    }
                }
            }
            if (random.nextInt(16) == 0) {
                int which = random.nextInt(2);
                replicas[which].kill();
                replicas[which] = new LoopedReplica(anchor);
            }
            for (Sent one : sent) {
                if (one.answer.handle((decision, failure) -> decision).join()
                        instanceof BindingDecision.Accepted accepted) {
                    updates.prefixes.put(
                            one.update.mobileNode(), accepted.acknowledgement().homeNetworkPrefixes());
                }
            }
            all.addAll(sent);
            revoked.forEach(
                    one -> one.answer.handle((answer, failure) -> answer).join());
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    updates.now = updates.now.plusSeconds(random.nextInt(60));
                    Set<MobileNodeIdentifier> nodes = new HashSet<>();
                    for (int i = 0; i < RandomUpdates.NODES; i++) {
                        nodes.add(updates.node(i));
                    }
                    replicas[random.nextInt(2)]
                            .expire(new Expiry(nodes, updates.now))
                            .handle((done, failure) -> done)
                            .join();
                }
                case 2 -> updates.now = updates.now.minusSeconds(random.nextInt(3));
                default -> {}
            }
        }
        for (LoopedReplica replica : replicas) {
            replica.loops.close();
        }
        return all;
    }

    private static void check(
            SharedAnchor anchor, List<Sent> sent, Map<Integer, Integer> statuses, Set<RevocationStatus> revocations) {
        Sequential reference = new Sequential();
        Map<Sent, BindingDecision> committed = new HashMap<>();
        Map<LoopedReplica, Map<MobileNodeIdentifier, Integer>> last = new HashMap<>();
        for (SharedAnchor.Decided decided : anchor.log()) {
            if (decided.work() instanceof Sent one) {
                BindingDecision decision = (BindingDecision) decided.outcome();
                assertThat(reference.decide(one.update, decided.got())).isEqualTo(decision);
                assertThat(committed.put(one, decision)).as("decided twice").isNull();
                Integer earlier =
                        last.computeIfAbsent(one.at, at -> new HashMap<>()).put(one.update.mobileNode(), one.number);
                assertThat(earlier == null || earlier < one.number)
                        .as("order of a mobile node's updates at a replica")
                        .isTrue();
                statuses.merge(Replica.status(decision), 1, Integer::sum);
            } else if (decided.work() instanceof Revoked revoked) {
                assertThat(reference.revoke(revoked)).isEqualTo(decided.outcome());
                if (!revoked.answer.isCompletedExceptionally()) {
                    assertThat(revoked.answer.join()).isEqualTo(decided.outcome());
                    revocations.add(revoked.answer.join().status());
                }
            } else {
                reference.expire((Expiry) decided.work());
            }
        }
        for (Sent one : sent) {
            assertThat(one.answer).isDone();
            if (!one.answer.isCompletedExceptionally()) {
                assertThat(committed.get(one)).as("answered, so committed").isSameAs(one.answer.join());
            }
        }
        Map<HomeNetworkPrefix, MobileNodeIdentifier> held = new HashMap<>();
        anchor.nodes().forEach((node, bindings) -> {
            assertThat(bindings).isEqualTo(reference.node(node));
            bindings.homeNetworkPrefixes().forEach(prefix -> {
                assertThat(held.put(prefix, node)).as(prefix + " is held twice").isNull();
                assertThat(anchor.holders().get(prefix)).isEqualTo(new PrefixHolder(node, false));
            });
        });
        assertThat(anchor.holders())
                .as("also what was given and given up in one transaction")
                .isEqualTo(reference.holders);
    }

    /** Two interfaces attach at two replicas within 10 ms, in whichever order it comes to be. */
    @Test
    void t36_simultaneousAttachmentsEndAlikeInAnyOrder() {
        Set<String> orders = new HashSet<>();
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            SharedAnchor anchor = new SharedAnchor(random, 0);
            LoopedReplica one = new LoopedReplica(anchor);
            LoopedReplica two = new LoopedReplica(anchor);
            Update onWlan = wlan().handoff(SHARING).at(wlan().at().plusMillis(random.nextInt(11)));
            Update onLte = lte().handoff(SHARING).at(lte().at().plusMillis(random.nextInt(11)));
            List<Sent> sent = random.nextBoolean()
                    ? List.of(new Sent(onWlan, one, 0), new Sent(onLte, two, 1))
                    : List.of(new Sent(onLte, two, 0), new Sent(onWlan, one, 1));
            sent.forEach(each -> assertThat(each.answer.join()).isInstanceOf(BindingDecision.Accepted.class));
            one.loops.close();
            two.loops.close();
            orders.add(anchor.log().stream()
                    .map(decided -> ((Sent) decided.work()).update.gateway().toString())
                    .toList()
                    .toString());
            List<BindingCacheEntry> entries =
                    List.copyOf(Objects.requireNonNull(anchor.nodes().get(onWlan.mobileNode()))
                            .entries());
            assertThat(entries).hasSize(2);
            assertThat(entries.get(0).homeNetworkPrefixes())
                    .isEqualTo(entries.get(1).homeNetworkPrefixes())
                    .hasSize(1);
            for (BindingCacheEntry entry : entries) {
                Update of = entry.proxyCareOfAddress().equals(onWlan.gateway()) ? onWlan : onLte;
                assertThat(entry.expiresAt())
                        .isEqualTo(of.at()
                                .plus(Duration.ofSeconds(
                                        4L * of.received().update().lifetime())));
                assertThat(entry.accessTechnologyType())
                        .isEqualTo(of.received().update().accessTechnologyType().orElseThrow());
            }
        }
        assertThat(orders).hasSize(2);
    }
}
