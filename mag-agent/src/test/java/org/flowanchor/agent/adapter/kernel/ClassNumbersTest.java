package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.flowanchor.agent.domain.ClassName;
import org.junit.jupiter.api.Test;

class ClassNumbersTest {
    private final ClassNumbers numbers = new ClassNumbers(0x200000);

    @Test
    void aKnownLabelKeepsItsNumber() throws Exception {
        assertThat(numbers.assign(List.of("a", "b"), Map.of(0x200007, "b", 0x100001, "a")))
                .isEqualTo(Map.of("b", 0x200007, "a", 0x200008));
    }

    @Test
    void aFreedNumberRestsBeforeItIsGivenAgain() throws Exception {
        assertThat(numbers.assign(List.of("a"), Map.of())).isEqualTo(Map.of("a", 0x200001));
        assertThat(numbers.assign(List.of("b"), Map.of(0x200001, "a"))).isEqualTo(Map.of("b", 0x200002));
        assertThat(numbers.assign(List.of("c"), Map.of(0x200002, "b"))).isEqualTo(Map.of("c", 0x200003));
    }

    @Test
    void numbersWhoseLabelsSomebodyTookOutOfTheKernelAreStillThose() throws Exception {
        assertThat(numbers.assign(List.of("b"), Map.of())).isEqualTo(Map.of("b", 0x200001));
        assertThat(numbers.assign(List.of("a", "b"), Map.of())).isEqualTo(Map.of("a", 0x200002, "b", 0x200001));
        assertThat(numbers.assign(List.of("a", "b"), Map.of(0x200001, "x")))
                .as("unless another has it")
                .isEqualTo(Map.of("a", 0x200002, "b", 0x200003));
    }

    @Test
    void numbersBeginAnewBehindTheLast() throws Exception {
        assertThat(numbers.assign(List.of("a", "b"), Map.of(0x2fffff, "a")))
                .isEqualTo(Map.of("a", 0x2fffff, "b", 0x200001));
    }

    @Test
    void labelsOfGroupsAndClassesCannotBeConfused() {
        assertThat(ClassNumbers.label("a/b/c")).isNotEqualTo(ClassNumbers.label(new ClassName("a", "b", "c")));
        assertThat(ClassNumbers.label(new ClassName("a", "b/c", "d")))
                .isNotEqualTo(ClassNumbers.label(new ClassName("a/b", "c", "d")));
    }

    @Test
    void aLongLabelStaysDistinctAndFitsAComment() {
        String first = ClassNumbers.label(new ClassName("g", "p".repeat(200), "first"));
        String second = ClassNumbers.label(new ClassName("g", "p".repeat(200), "second"));
        assertThat(first).isNotEqualTo(second).hasSizeLessThanOrEqualTo(120);
    }
}
