package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.Test;

/** What is told of one procedure, and to whom, names one trace. */
class TracedProceduresTest extends AttachmentTableScene {
    private static <T extends AttachmentDecision> T only(Class<T> kind, List<AttachmentDecision> decisions) {
        return decisions.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((one, other) -> {
                    throw new AssertionError("two of " + decisions);
                })
                .orElseThrow(() -> new AssertionError("none of " + decisions));
    }

    @Test
    void everyTransmissionOfAnUpdateHasItsTraceAndSoHasItsEnd() {
        SendUpdate first = only(SendUpdate.class, table.solicited(LINK, LLA, LL_ID));
        List<SendUpdate> repeated = new ArrayList<>();
        for (int second = 0; second < 10; second++) {
            for (AttachmentDecision decision : after(Duration.ofSeconds(1))) {
                if (decision instanceof SendUpdate again) {
                    repeated.add(again);
                }
            }
        }
        table.transmitted(repeated.getLast().update(), 0);
        repeated.add(only(SendUpdate.class, answering(table.streamCameUp(2))));
        assertThat(repeated).hasSizeGreaterThan(2).allMatch(SendUpdate::retransmission);
        assertThat(repeated).extracting(SendUpdate::trace).containsOnly(first.trace());
        Concluded concluded = only(
                Concluded.class, table.acknowledged(answer(repeated.getLast().update(), 0, Set.of(HNP))));
        assertThat(concluded.trace()).isEqualTo(first.trace());
    }

    @Test
    void everyProcedureBeginsATrace() {
        SendUpdate attach = only(SendUpdate.class, table.solicited(LINK, LLA, LL_ID));
        table.acknowledged(answer(attach.update(), 0, Set.of(HNP)));
        SendUpdate extension = only(SendUpdate.class, after(Duration.ofSeconds(70)));
        assertThat(extension.procedure()).isEqualTo(Procedure.EXTENSION);
        List<AttachmentDecision> detached = table.detached(LINK, LL_ID);
        SendUpdate leaving = only(SendUpdate.class, detached);
        assertThat(List.of(attach, extension, leaving))
                .extracting(SendUpdate::trace)
                .doesNotHaveDuplicates();
        assertThat(only(Abandoned.class, detached).trace())
                .as("the extension that was under way")
                .isEqualTo(extension.trace());
        assertThat(only(Left.class, detached).trace()).contains(leaving.trace());
    }

    @Test
    void anUpdateThatWaitsForItsTurnHasTheTraceThatItsLeavingWasToldWith() {
        for (int i = 0; i < 4; i++) {
            table.solicited(LINK, LLA, LL_ID);
            table.detached(LINK, LL_ID);
        }
        table.solicited(LINK, LLA, LL_ID);
        List<AttachmentDecision> last = table.detached(LINK, LL_ID);
        Optional<TraceContext> told = only(Left.class, last).trace();
        assertThat(updates(last)).as("its turn is not yet").isEmpty();
        assertThat(only(SendUpdate.class, after(Duration.ofSeconds(5))).trace()).isEqualTo(told.orElseThrow());
    }
}
