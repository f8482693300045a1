package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;
import static org.flowanchor.binding.Scene.START;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Much is due, and the anchor's loop has as much waiting as it takes. */
class ExpiryLoopTest {
    private static final int TURNS = 200;

    private final DueStore store = new DueStore();
    private final Replica.Counts counts = new Replica.Counts();
    private final AnchorLoops loops =
            new AnchorLoops(List.of(ANCHOR), store, new AnchorVersions(), new MessageHints(), counts);

    @BeforeEach
    void fill() {
        // Nobody started the loop, so it stays full.
        BatchScope scope = BatchScope.of(List.of(new MobileNodeIdentifier("waiting")));
        for (int i = 0; i < AnchorLoop.QUEUE_MAX; i++) {
            loops.submit(ANCHOR, scope, Optional.empty(), transaction -> 0, 0);
        }
    }

    private ExpiryLoop expiry(long seed) {
        return new ExpiryLoop(
                List.of(ANCHOR),
                new BindingCache(RULES_WITHOUT_WAIT, ADMISSION, GatewayCapabilities.ALL),
                store,
                loops,
                counts,
                unanswered -> {},
                () -> START,
                RandomGeneratorFactory.getDefault().create(seed),
                Duration.ZERO);
    }

    /** The turns in which it looked. */
    private List<Integer> looked(ExpiryLoop expiry) {
        List<Integer> looked = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            int before = store.looks;
            expiry.expireAll();
            assertThat(store.looks - before).as("looks in one turn").isBetween(0, 1);
            if (store.looks > before) {
                looked.add(turn);
            }
        }
        return looked;
    }

    @Test
    void whatIsDueWaitsWhenTheLoopIsOverloaded() {
        List<Integer> looked = looked(expiry(1));
        assertThat(looked).startsWith(0, 2);
        List<Integer> pauses = IntStream.range(1, looked.size())
                .mapToObj(i -> looked.get(i) - looked.get(i - 1) - 1)
                .toList();
        assertThat(pauses).allMatch(pause -> pause >= 1 && pause <= 8);
        assertThat(pauses).as("drawn").contains(1, 8);
        assertThat(counts.expiryOverloaded).hasValue(looked.size());
        assertThat(store.postponed).isZero();
        assertThat(looked(expiry(2))).as("another replica").isNotEqualTo(looked);
    }

    @Test
    void aPauseEndsWithTheOverload() {
        ExpiryLoop expiry = expiry(1);
        looked(expiry);
        store.due = 0;
        for (int turn = 0; turn <= 8; turn++) {
            expiry.expireAll();
        }
        int before = store.looks;
        expiry.expireAll();
        expiry.expireAll();
        assertThat(store.looks - before).isEqualTo(2);
    }

    /** Finds as much due as it is asked for; nothing else is asked of it. */
    private static final class DueStore implements BindingStore {
        private static final int TOO_OFTEN = 2 * TURNS;

        private int looks;
        private int postponed;
        private int due = Integer.MAX_VALUE;

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            // A loop without an end must not keep the test.
            return ++looks > TOO_OFTEN
                    ? List.of()
                    : IntStream.range(0, Math.min(due, limit))
                            .mapToObj(i -> new MobileNodeIdentifier("due-" + i))
                            .toList();
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {
            postponed++;
        }

        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            throw new IllegalStateException("the loop was not started");
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            throw new IllegalStateException("the loop was not started");
        }
    }
}
