package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.junit.jupiter.api.Test;

class MarkTreeTest {
    private static final KernelNumbering NUMBERING = KernelNumbering.DEFAULT;

    /** What the kernel does with a mark: the table of the first lookup, 0 when it comes to the binding's rules; and the rules asked. */
    private record Walk(int table, int asked) {}

    private static Walk walk(Set<Rule> rules, int mark, Random arrival) {
        return walk(NUMBERING, rules, mark, arrival);
    }

    private static Walk walk(KernelNumbering numbering, Set<Rule> rules, int mark, Random arrival) {
        List<Rule> inOrder = new ArrayList<>(rules);
        java.util.Collections.shuffle(inOrder, arrival);
        // Jumps that close a block have a priority of their own: the order of arrival must not matter.
        inOrder.sort(Comparator.comparingInt(Rule::priority));
        int asked = 0;
        for (int at = 0; at < inOrder.size(); ) {
            Rule rule = inOrder.get(at);
            asked++;
            at++;
            if ((mark & rule.mask()) != rule.mark()) {
                continue;
            }
            switch (rule.action()) {
                case Rule.Lookup lookup -> {
                    return new Walk(lookup.table(), asked);
                }
                case Rule.Goto jump -> {
                    assertThat(jump.priority()).isGreaterThan(rule.priority());
                    if (jump.priority() == numbering.bindingPriority()) {
                        return new Walk(0, asked);
                    }
                    int target = at;
                    while (target < inOrder.size() && inOrder.get(target).priority() != jump.priority()) {
                        target++;
                    }
                    at = target < inOrder.size() ? target : at;
                }
                default -> throw new AssertionError(rule);
            }
        }
        return new Walk(0, asked);
    }

    @Test
    void everyMarkLeadsToItsTableAndEveryOtherToTheBinding() {
        Random random = new Random(7864);
        Set<Integer> numbers = new HashSet<>(Set.of(1, 15, 16, 255, 256, 4095, 4096, 65535));
        random.ints(40, 1, 65536).forEach(numbers::add);
        Set<Rule> rules = new MarkTree(NUMBERING).rules(numbers);
        for (int number : numbers) {
            assertThat(walk(rules, NUMBERING.mark(number), random).table()).isEqualTo(NUMBERING.markTables() + number);
        }
        for (int number : random.ints(200, 1, 65536).toArray()) {
            int table = numbers.contains(number) ? NUMBERING.markTables() + number : 0;
            assertThat(walk(rules, NUMBERING.mark(number), random).table()).isEqualTo(table);
        }
        assertThat(walk(rules, 0, random)).isEqualTo(new Walk(0, 1));
        assertThat(walk(rules, 0x40000, random).table())
                .as("somebody else's bits")
                .isZero();
        assertThat(walk(rules, 0x40000 | NUMBERING.mark(16), random).table()).isEqualTo(NUMBERING.markTables() + 16);
    }

    /** A mask with holes, and one of the fewest bits, at the last priorities. */
    @Test
    void anyMaskLeadsToTheSameTables() {
        Random random = new Random(5213);
        for (int mask : List.of(0x1fff, 0x0f0f0f0f, 0xffff0000)) {
            KernelNumbering numbering =
                    new KernelNumbering(mask, Integer.lowestOneBit(~mask), KernelNumbering.MOST_PRIORITY_OFFSET, 500);
            Set<Integer> numbers = new HashSet<>(Set.of(1, 15, 16, 255, 256, numbering.mostGateways()));
            random.ints(40, 1, numbering.mostGateways()).forEach(numbers::add);
            Set<Rule> rules = new MarkTree(numbering).rules(numbers);
            for (int number : numbers) {
                assertThat(walk(numbering, rules, numbering.mark(number), random)
                                .table())
                        .isEqualTo(numbering.markTables() + number);
                assertThat(walk(numbering, rules, numbering.mark(number) | ~mask, random)
                                .table())
                        .as("whatever others' bits say")
                        .isEqualTo(numbering.markTables() + number);
            }
            for (int number : random.ints(200, 1, numbering.mostGateways()).toArray()) {
                int table = numbers.contains(number) ? numbering.markTables() + number : 0;
                assertThat(walk(numbering, rules, numbering.mark(number), random)
                                .table())
                        .isEqualTo(table);
            }
            assertThat(walk(numbering, rules, ~mask, random)).isEqualTo(new Walk(0, 1));
        }
    }

    @Test
    void thousandsOfGatewaysCostABoundedNumberOfRulesPerPacket() {
        Set<Rule> rules = new MarkTree(NUMBERING)
                .rules(IntStream.rangeClosed(1, 4096).boxed().toList());
        Random random = new Random(1);
        int most = IntStream.rangeClosed(1, 4096)
                .filter(number -> number % 97 == 0 || number == 4096)
                .map(number -> walk(rules, NUMBERING.mark(number), random).asked())
                .max()
                .orElseThrow();
        assertThat(most).isLessThanOrEqualTo(1 + 4 * 16);
        assertThat(rules).hasSizeLessThan(5_100);
    }

    @Test
    void allPrioritiesLieBetweenTheirBaseAndTheBindings() {
        Set<Rule> rules = new MarkTree(NUMBERING).rules(List.of(1, 65535));
        assertThat(rules)
                .extracting(Rule::priority)
                .allSatisfy(priority -> assertThat(priority)
                        .isBetween(NUMBERING.markPriority(), NUMBERING.markPriority() + MarkTree.SPAN - 1));
        assertThat(NUMBERING.markPriority() + MarkTree.SPAN).isLessThanOrEqualTo(NUMBERING.bindingPriority());
    }

    @Test
    void aFurtherGatewayAddsRulesAndChangesNone() {
        MarkTree tree = new MarkTree(NUMBERING);
        assertThat(tree.rules(List.of(1, 2, 300))).containsAll(tree.rules(List.of(1, 300)));
        assertThat(tree.rules(List.of())).isEmpty();
    }
}
