package org.flowanchor.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    /** The example of the recommendation, section 3.2.3. */
    private static final String EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void readsAndWritesTheExampleOfTheRecommendation() {
        TraceContext context = TraceContext.parse(EXAMPLE).orElseThrow();
        assertThat(context)
                .isEqualTo(new TraceContext(0x4bf92f3577b34da6L, 0xa3ce929d0e0e4736L, 0x00f067aa0ba902b7L, 1))
                .hasToString(EXAMPLE);
        assertThat(context.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void keepsFlagsItDoesNotKnow() {
        String flagged = EXAMPLE.replaceFirst("01$", "fe");
        assertThat(TraceContext.parse(flagged)).map(TraceContext::traceparent).contains(flagged);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                "00-4bf92f3577b34da6a3ce929d0e0e473\u0663-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"
            })
    void whatIsNoTraceparentIsNone(String text) {
        assertThat(TraceContext.isValid(text)).isFalse();
        assertThat(TraceContext.parse(text)).isEmpty();
    }

    @Test
    void identifiersOfZerosAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceContext(0, 0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceContext(1, 1, 0, 1));
        assertThat(new TraceContext(0, 1, 1, 0)).hasToString("00-00000000000000000000000000000001-0000000000000001-00");
    }

    @Test
    void eachBeginsAnotherTrace() {
        Random random = new Random(1);
        TraceContext first = TraceContext.begin(random);
        TraceContext second = TraceContext.begin(random);
        assertThat(second.traceId()).isNotEqualTo(first.traceId());
        assertThat(TraceContext.parse(first.traceparent())).contains(first);
        assertThat(first.flags()).as("sampled").isEqualTo(1);
    }

    @Test
    void aCallersTraceGoesOnAndWhereItSentNoneOneBegins() {
        assertThat(TraceContext.continued(EXAMPLE, new Random(1))).hasToString(EXAMPLE);
        assertThat(TraceContext.continued("who", new Random(1))).isEqualTo(TraceContext.begin(new Random(1)));
        assertThat(TraceContext.continued(null, new Random(1))).isEqualTo(TraceContext.begin(new Random(1)));
    }

    @Test
    void chanceThatYieldsZerosMakesNoInvalidOne() {
        assertThat(TraceContext.isValid(TraceContext.begin(() -> 0).traceparent()))
                .isTrue();
    }
}
