package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

class GatewayAnswersTest {
    private static final ProxyCareOfAddress ONE = ProxyCareOfAddress.parse("2001:db8:b::1");
    private static final ProxyCareOfAddress TWO = ProxyCareOfAddress.parse("2001:db8:b::2");
    private static final Set<ProxyCareOfAddress> BOTH = Set.of(ONE, TWO);

    private final GatewayAnswers answers = new GatewayAnswers(3);

    /** One round in which these answered. */
    private Set<ProxyCareOfAddress> round(ProxyCareOfAddress... answering) {
        for (ProxyCareOfAddress gateway : answering) {
            answers.answered(gateway);
        }
        return answers.next(BOTH);
    }

    @Test
    void aGatewayIsSilentAfterThreeRoundsWithoutAnAnswerAndBackAfterThreeWithOne() {
        round();
        assertThat(round(ONE, TWO)).isEmpty();
        assertThat(round(ONE)).isEmpty();
        assertThat(round(ONE)).isEmpty();
        assertThat(round(ONE)).containsExactly(TWO);
        assertThat(round(ONE, TWO)).containsExactly(TWO);
        assertThat(round(ONE, TWO)).containsExactly(TWO);
        assertThat(round(ONE, TWO)).isEmpty();
    }

    @Test
    void anAnswerInBetweenBeginsTheCountAnew() {
        round();
        round(ONE, TWO);
        round(ONE);
        round(ONE);
        round(ONE, TWO);
        round(ONE);
        assertThat(round(ONE)).isEmpty();
        assertThat(round(ONE)).containsExactly(TWO);
        round(ONE, TWO);
        round(ONE);
        round(ONE, TWO);
        assertThat(round(ONE, TWO)).as("not yet back for good").containsExactly(TWO);
    }

    @Test
    void whoNeverAnsweredIsNotJudged() {
        for (int i = 0; i < 20; i++) {
            assertThat(round(ONE)).isEmpty();
        }
    }

    @Test
    void whenAllFallSilentTheFaultIsNearerAndNobodyIsJudged() {
        round();
        round(ONE, TWO);
        for (int i = 0; i < 20; i++) {
            assertThat(round()).isEmpty();
        }
        round(ONE);
        round(ONE);
        assertThat(round(ONE)).as("one is back, so the other is gone").containsExactly(TWO);
    }

    @Test
    void whoWasSilentBeforeTheLastFellSilentIsNotFitAgain() {
        round();
        round(ONE, TWO);
        round(ONE);
        round(ONE);
        assertThat(round(ONE)).containsExactly(TWO);
        for (int i = 0; i < 20; i++) {
            assertThat(round()).as("round %d without any answer", i).containsExactly(TWO);
        }
        answers.next(Set.of(ONE));
        assertThat(round()).as("not asked for a round: unknown").doesNotContain(TWO);
    }

    @Test
    void theOnlyGatewayIsJudgedAlone() {
        answers.next(Set.of(ONE));
        answers.answered(ONE);
        answers.next(Set.of(ONE));
        answers.next(Set.of(ONE));
        answers.next(Set.of(ONE));
        assertThat(answers.next(Set.of(ONE))).containsExactly(ONE);
    }

    @Test
    void aGatewayThatIsAskedNoMoreIsForgotten() {
        round();
        round(ONE, TWO);
        round(ONE);
        round(ONE);
        assertThat(round(ONE)).containsExactly(TWO);
        answers.answered(TWO);
        assertThat(answers.next(Set.of(ONE))).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(round(ONE)).as("unknown again").isEmpty();
        }
    }
}
