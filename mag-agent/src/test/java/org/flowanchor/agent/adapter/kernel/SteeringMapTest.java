package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.junit.jupiter.api.Test;

/** A map with room for three entries. */
class SteeringMapTest {
    private static final int ROOM = 3;

    private final SteeringMap<Integer, String> map =
            new SteeringMap<>("names", SteeringElements.NAMES, ROOM, Comparator.naturalOrder());

    private void whole(Map<Integer, String> desired) {
        Map<Integer, String> fitting = map.fitting(desired);
        Transaction transaction = new Transaction("t");
        map.delete(fitting, transaction);
        map.add(fitting, transaction);
        map.committed();
    }

    private void change(Set<Integer> keys, Map<Integer, String> desired) {
        map.change(keys, desired, new Transaction("t"));
        map.committed();
    }

    private static Map<Integer, String> numbers(int... numbers) {
        return IntStream.of(numbers).boxed().collect(Collectors.toMap(number -> number, number -> "n" + number));
    }

    @Test
    void whatIsThereStaysAndOthersComeInTheirOrder() {
        whole(numbers(7, 8));
        whole(numbers(1, 2, 3, 7, 8));
        assertThat(map.actual()).isEqualTo(numbers(1, 7, 8));
        assertThat(map.withoutRoom()).isEqualTo(2);
        whole(numbers(2, 3, 8));
        assertThat(map.actual()).isEqualTo(numbers(2, 3, 8));
        assertThat(map.withoutRoom()).isZero();
    }

    @Test
    void aChangeAtTheLimitWaitsUntilAnotherMakesRoom() {
        whole(numbers(1, 2, 3));
        change(Set.of(5, 4), numbers(4, 5));
        assertThat(map.actual()).isEqualTo(numbers(1, 2, 3));
        assertThat(map.withoutRoom()).isEqualTo(2);
        assertThat(map.isDesired(5)).isTrue();
        change(Set.of(2), Map.of(2, "other"));
        assertThat(map.actual()).as("who is there is changed").containsEntry(2, "other");
        change(Set.of(4), Map.of());
        assertThat(map.withoutRoom()).as("one no longer wants to come").isEqualTo(1);
        change(Set.of(1), Map.of());
        assertThat(map.actual()).isEqualTo(Map.of(2, "other", 3, "n3", 5, "n5"));
        assertThat(map.withoutRoom()).isZero();
        change(Set.of(3, 9), numbers(9));
        assertThat(map.actual()).as("one goes, one comes").isEqualTo(Map.of(2, "other", 5, "n5", 9, "n9"));
    }

    /** Whatever happens: as many as there is room for, none that nobody wants, and nobody waits beside a free place. */
    @Test
    void anyChangesLeaveAFullMapOfDesiredEntries() {
        Random random = new Random(11);
        Map<Integer, String> desired = new TreeMap<>();
        for (int step = 0; step < 2_000; step++) {
            Set<Integer> before = Set.copyOf(map.actual().keySet());
            Map<Integer, String> changed = new HashMap<>();
            Set<Integer> keys = random.ints(1 + random.nextInt(4), 0, 9).boxed().collect(Collectors.toSet());
            for (int key : keys) {
                if (random.nextBoolean()) {
                    changed.put(key, "v" + random.nextInt(3));
                }
            }
            desired.keySet().removeAll(keys);
            desired.putAll(changed);
            if (random.nextInt(20) == 0) {
                whole(new HashMap<>(desired));
            } else {
                change(keys, changed);
            }
            assertThat(desired).containsAllEntriesOf(map.actual());
            assertThat(map.actual()).hasSize(Math.min(ROOM, desired.size()));
            assertThat(map.withoutRoom())
                    .isEqualTo(desired.size() - map.actual().size());
            Set<Integer> stayed = new HashSet<>(before);
            stayed.retainAll(desired.keySet());
            assertThat(map.actual().keySet()).containsAll(stayed);
        }
    }
}
