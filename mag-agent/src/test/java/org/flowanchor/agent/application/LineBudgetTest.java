package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.domain.FakeTime;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
    private final FakeTime time = new FakeTime();
    private final LineBudget budget = new LineBudget(time::nanoTime);
    private final List<String> lines = new ArrayList<>();

    private void write(int times) {
        for (int i = 0; i < times; i++) {
            budget.write(() -> lines.add("line"), leftOut -> lines.add(leftOut + " left out"));
        }
    }

    @Test
    void aPeriodHasSoManyLinesAndTheNextSaysHowManyWereLeftOut() {
        write(100_000);
        assertThat(lines).hasSize(LineBudget.LINES).containsOnly("line");
        lines.clear();
        time.advance(Duration.ofSeconds(10));
        write(1);
        assertThat(lines).containsExactly(100_000 - LineBudget.LINES + " left out", "line");
        time.advance(Duration.ofSeconds(10));
        lines.clear();
        write(1);
        assertThat(lines).containsExactly("line");
    }
}
