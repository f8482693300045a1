package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private final Difference difference = new Difference();

    private void refuse(int many) {
        for (int i = 0; i < many; i++) {
            int number = i;
            assertThat(difference.attempt(() -> {
                        throw new SystemCallException(Errno.ENETDOWN, "route " + number);
                    }))
                    .isFalse();
        }
    }

    @Test
    void eachRefusalIsToldWhileTheyAreFew() {
        assertThat(difference.refusals()).isEmpty();
        refuse(100);
        assertThat(difference.refusals())
                .hasSize(100)
                .startsWith("ENETDOWN, route 0")
                .endsWith("ENETDOWN, route 99");
        assertThat(difference.isDoubtful()).isFalse();
    }

    /** A device that is down refuses the route of each prefix behind it. */
    @Test
    void aHundredThousandRefusalsAreCountedAndNotKept() {
        refuse(100_000);
        assertThat(difference.refusals()).hasSize(101).endsWith("ENETDOWN, route 99", "and 99900 others");
        assertThatThrownBy(difference::conclude)
                .isInstanceOf(KernelException.class)
                .satisfies(first -> assertThat(first.getSuppressed()).hasSize(99));
    }
}
