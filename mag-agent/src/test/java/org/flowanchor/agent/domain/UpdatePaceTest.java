package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.mobileNode;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UpdatePaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final UpdatePace pace = new UpdatePace();

    @Test
    void nodesThatHadTheirTurnLongAgoAreForgotten() {
        // Clocks of this kind begin anywhere, and pass their end.
        long now = Long.MAX_VALUE - SECOND / 2;
        for (int node = 0; node < 10_000; node++) {
            now = pace.turn(mobileNode(node), now);
        }
        assertThat(pace.size()).isLessThanOrEqualTo(UpdatePace.UPDATES_PER_SECOND + UpdatePace.BURST);
        pace.turn(mobileNode(1), now + 2 * SECOND);
        assertThat(pace.size()).isEqualTo(1);
    }

    @Test
    void oneNodeHasThreeTurnsASecondWhateverTheOthersDo() {
        for (int turn = 0; turn < UpdatePace.MAX_UPDATE_RATE; turn++) {
            assertThat(pace.turn(mobileNode(1), 0)).isZero();
        }
        assertThat(pace.turn(mobileNode(1), 0)).isEqualTo(SECOND);
        assertThat(pace.turn(mobileNode(2), SECOND)).isEqualTo(SECOND);
        assertThat(pace.turn(mobileNode(1), SECOND)).isEqualTo(SECOND);
        assertThat(pace.turn(mobileNode(1), SECOND)).isEqualTo(SECOND);
        assertThat(pace.turn(mobileNode(1), SECOND))
                .as("the fourth since the one that waited")
                .isEqualTo(2 * SECOND);
    }
}
