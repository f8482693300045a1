package org.flowanchor.testbed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceAccountTest {
    private final SequenceAccount account = new SequenceAccount();

    @Test
    void packetsInOrderAreReceivedAndNothingElse() {
        arrive(0, 0, 1, 2, 3);
        assertThat(account.received(0)).isEqualTo(4);
        assertThat(account.duplicated(0)).isZero();
        assertThat(account.reordered(0)).isZero();
    }

    @Test
    void aGapIsNotReorderingButWhatArrivesAfterALaterPacketIs() {
        arrive(0, 0, 2, 4, 3, 1, 5);
        assertThat(account.received(0)).isEqualTo(6);
        assertThat(account.reordered(0)).isEqualTo(2);
    }

    @Test
    void aCopyCountsOnceAsDuplicateAndNeverAsReordered() {
        arrive(0, 0, 1, 2, 1, 2, 0);
        assertThat(account.received(0)).isEqualTo(3);
        assertThat(account.duplicated(0)).isEqualTo(3);
        assertThat(account.reordered(0)).isZero();
    }

    @Test
    void aPacketCountsInThePhaseThatItNamesAlsoWhenItArrivesLate() {
        arrive(1, 0, 1);
        arrive(2, 3);
        arrive(1, 2);
        assertThat(account.received(1)).isEqualTo(3);
        assertThat(account.reordered(1)).isEqualTo(1);
        assertThat(account.received(2)).isEqualTo(1);
        assertThat(account.received(7)).isZero();
    }

    private void arrive(int phase, int... sequences) {
        for (int sequence : sequences) {
            account.arrived(sequence, phase);
        }
    }
}
