package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.TrackingAdmission.ALL;
import static org.flowanchor.agent.domain.TrackingAdmission.BURST_PERCENT;
import static org.flowanchor.agent.domain.TrackingAdmission.KNOWN_ONLY;
import static org.flowanchor.agent.domain.TrackingAdmission.LEARNING;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrackingAdmissionTest {
    @ParameterizedTest
    @CsvSource({
        "ALL, 0, ALL",
        "ALL, 649, ALL",
        "ALL, 650, LEARNING",
        "ALL, 850, KNOWN_ONLY",
        "ALL, 2000, KNOWN_ONLY",
        "LEARNING, 649, ALL",
        "LEARNING, 849, LEARNING",
        "LEARNING, 850, KNOWN_ONLY",
        "KNOWN_ONLY, 849, KNOWN_ONLY",
        "KNOWN_ONLY, 700, KNOWN_ONLY",
        "KNOWN_ONLY, 699, LEARNING",
        "KNOWN_ONLY, 0, ALL"
    })
    void whoIsTrackedFollowsFromHowFullTheTableIs(TrackingAdmission present, long entries, TrackingAdmission next) {
        assertThat(present.next(entries, 1000)).isEqualTo(next);
    }

    @ParameterizedTest
    @EnumSource
    void aTableWithoutRoomTracksNobodyNew(TrackingAdmission present) {
        assertThat(present.next(0, 0)).isEqualTo(KNOWN_ONLY);
    }

    @Test
    void nothingThatComesBetweenTwoLooksFillsTheTable() {
        Random random = new Random(51);
        for (int world = 0; world < 200; world++) {
            long limit = 1000 + random.nextInt(1_000_000);
            long burst = limit * BURST_PERCENT / 100;
            long entries = 0;
            TrackingAdmission present = ALL;
            for (int look = 0; look < 100; look++) {
                present = present.next(entries, limit);
                long ended = random.nextLong(entries / 20 + 1);
                // At once, and one second's more; nobody new where new ones are kept out.
                long begun = present == KNOWN_ONLY ? 0 : 2 * burst;
                entries = entries - ended + begun;
                assertThat(entries)
                        .as("world %d, look %d, %s", world, look, present)
                        .isLessThanOrEqualTo(limit);
            }
        }
        assertThat(LEARNING.next(84, 100))
                .as("the highest from which a burst may still come")
                .isEqualTo(LEARNING);
    }
}
