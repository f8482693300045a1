package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessStatTest {
    @Test
    void countsFieldsFromTheLastParenthesisOfTheName() {
        String line =
                "4711 (a) S 1 (b) c) R 42 4711 4711 0 -1 4194304 1 0 0 0 3 4 0 0 20 0 1 0 987654 1024 2 18446744073709551615";

        assertThat(ProcessStat.parse(line)).isEqualTo(new ProcessStat(4711, 'R', 42, 987654));
    }

    @Test
    void zombieDoesNotRun() {
        assertThat(new ProcessStat(1, 'Z', 0, 0).running()).isFalse();
        assertThat(new ProcessStat(1, 'S', 0, 0).running()).isTrue();
    }

    @Test
    void readsTheOwnProcess() {
        long self = ProcessHandle.current().pid();

        assertThat(ProcessStat.of(self))
                .hasValueSatisfying(stat -> assertThat(stat.pid()).isEqualTo(self));
    }

    @Test
    void processThatDoesNotExistIsAbsent() {
        assertThat(ProcessStat.of(Integer.MAX_VALUE)).isEmpty();
    }
}
