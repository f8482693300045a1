package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Gateway.LINK;
import static org.flowanchor.agent.domain.Gateway.initiate;
import static org.flowanchor.agent.domain.Gateway.linkLayer;
import static org.flowanchor.agent.domain.Gateway.linkLocal;
import static org.flowanchor.agent.domain.Gateway.notification;
import static org.flowanchor.agent.domain.Gateway.revocation;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AttachmentsTest {
    private static final String OTHER_LINK = "a1";

    /** A gateway beside one that looks at all its attachments before each event, so that none of them stands in an old place. */
    @TestFactory
    Stream<DynamicTest> whatIsFoundByAnIndexIsWhatLookingAtAllFinds() {
        return IntStream.range(0, 200)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Pair(new Random(seed)).play()));
    }

    private static final class Pair {
        private final Random random;
        private final Gateway gateway = new Gateway();
        private final Gateway thorough = new Gateway();
        private final List<ProxyBindingUpdate> sent = new ArrayList<>();
        private final Map<AttachmentName, AttachedTerminal> told = new HashMap<>();
        private int sequence;

        Pair(Random random) {
            this.random = random;
        }

        void play() {
            assertThat(gateway.table.takeChangedTerminals())
                    .as("nobody knows yet")
                    .isNull();
            for (int step = 0; step < 120; step++) {
                happen();
                both(one -> {
                    List<AttachmentDecision> due = new ArrayList<>(one.table.due());
                    due.addAll(one.requests.due());
                    return due;
                });
                assertThat(gateway.table.nextDue())
                        .isEqualTo(looking(thorough).table.nextDue());
                assertThat(gateway.table.bound())
                        .isEqualTo(looking(thorough).table.bound());
                assertThat(gateway.table.terminals())
                        .isEqualTo(looking(thorough).table.terminals());
                hearOfTerminals();
                assertThat(Set.copyOf(told.values())).isEqualTo(gateway.terminals());
            }
        }

        private static Gateway looking(Gateway gateway) {
            gateway.table.all();
            return gateway;
        }

        private void both(Function<Gateway, List<AttachmentDecision>> event) {
            List<AttachmentDecision> decisions = event.apply(gateway);
            List<AttachmentDecision> expected = event.apply(looking(thorough));
            looking(thorough);
            assertThat(decisions).isEqualTo(expected);
            sent.addAll(Gateway.updates(decisions));
            for (AttachmentDecision decision : decisions) {
                // The kernel is told before it answers.
                gateway.table.terminals();
                if (decision instanceof Answer answer && random.nextInt(4) == 0) {
                    gateway.requests.refusedByKernel(answer);
                    thorough.requests.refusedByKernel(answer);
                } else if (decision instanceof Answer answer) {
                    gateway.requests.carriedOut(answer);
                    thorough.requests.carriedOut(answer);
                }
            }
        }

        private void happen() {
            int node = 1 + random.nextInt(4);
            String link = random.nextInt(4) == 0 ? OTHER_LINK : LINK;
            int address = random.nextInt(6) == 0 ? 1 + random.nextInt(4) : node;
            switch (random.nextInt(14)) {
                case 0, 1 -> both(one -> one.table.solicited(link, linkLocal(address), linkLayer(node)));
                case 2 -> both(one -> one.table.neighbourSeen(link, linkLocal(address), linkLayer(node)));
                case 3 -> both(one -> one.table.answered(link, linkLocal(address)));
                case 4 -> both(one -> one.table.silent(link, linkLocal(address)));
                case 5 -> both(one -> one.table.detached(link, linkLayer(node)));
                case 6, 7, 8 -> answer();
                case 9 -> {
                    Duration passes = Duration.ofMillis(random.nextInt(20_000));
                    gateway.time.advance(passes);
                    thorough.time.advance(passes);
                }
                case 10 -> {
                    if (random.nextInt(4) == 0) {
                        both(one -> one.table.linkWentDown(link));
                    } else {
                        long stream = ++sequence;
                        both(one -> one.table.streamCameUp(stream));
                    }
                }
                case 11 -> {
                    UpdateNotification asked = random.nextBoolean()
                            ? initiate(++sequence, node, prefix(20 + random.nextInt(3)))
                            : notification(++sequence, 1, true, node);
                    both(one -> one.requests.received(asked));
                }
                case 12 -> {
                    BindingRevocationIndication asked = revocation(
                            ++sequence,
                            random.nextBoolean()
                                    ? RevocationTrigger.ADMINISTRATIVE_REASON
                                    : RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT,
                            node);
                    both(one -> one.requests.received(asked));
                }
                case 13 -> {
                    if (!sent.isEmpty()) {
                        ProxyBindingUpdate update = sent.getLast();
                        both(one -> {
                            one.table.transmitted(update, 1);
                            return List.of();
                        });
                    }
                }
                default -> throw new AssertionError();
            }
        }

        /** Any update's answer, in time or late, of any kind; some are no echo. */
        private void answer() {
            if (sent.isEmpty()) {
                return;
            }
            ProxyBindingUpdate update = sent.get(Math.max(0, sent.size() - 1 - random.nextInt(4)));
            int node = random.nextInt(30) == 0 ? 3 : 1 + random.nextInt(2);
            int status = List.of(0, 0, 0, 0, 128, 155, 156).get(random.nextInt(7));
            Set<HomeNetworkPrefix> prefixes = new HashSet<>(Set.of(prefix(node)));
            ProxyBindingAcknowledgement acknowledgement = new ProxyBindingAcknowledgement(
                    update.sequenceNumber(),
                    new BindingStatus(status),
                    update.mobileNodeIdentifier(),
                    prefixes,
                    update.handoffIndicator(),
                    update.accessTechnologyType(),
                    random.nextInt(30) == 0 ? linkLayer(9) : update.linkLayerIdentifier(),
                    status < 128 ? update.lifetimeSeconds() : 0);
            both(one -> one.table.acknowledged(acknowledgement));
        }

        private void hearOfTerminals() {
            Map<AttachmentName, Optional<AttachedTerminal>> changed =
                    Objects.requireNonNull(gateway.table.takeChangedTerminals());
            changed.forEach((name, terminal) -> {
                told.remove(name);
                terminal.ifPresent(now -> told.put(name, now));
            });
        }
    }
}
