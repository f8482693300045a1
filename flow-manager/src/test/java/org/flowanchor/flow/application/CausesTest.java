package org.flowanchor.flow.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.Test;

class CausesTest {
    private static final Optional<MobileNodeIdentifier> NODE = Optional.of(new MobileNodeIdentifier("mn1@example.org"));
    private static final Optional<MobileNodeIdentifier> OTHER =
            Optional.of(new MobileNodeIdentifier("mn2@example.org"));

    private final TraceContext record = TraceContext.begin(new Random(1));
    private final TraceContext published = TraceContext.begin(new Random(2));
    private final Causes causes = new Causes(new Random(3));

    @Test
    void aRecordCausesWhatTheNextPlacementDecidesForItsNodeAndNothingLater() {
        causes.bindingChanged(NODE.orElseThrow(), Optional.of(record));
        assertThat(causes.of(MoveCause.OUTAGE, NODE)).isEqualTo(record);
        assertThat(causes.of(MoveCause.MANUAL, NODE)).isEqualTo(record);
        assertThat(causes.of(MoveCause.OUTAGE, OTHER)).isNotEqualTo(record);
        assertThat(causes.of(MoveCause.OUTAGE, Optional.empty())).isNotEqualTo(record);
        causes.placed();
        assertThat(causes.of(MoveCause.OUTAGE, NODE)).isNotEqualTo(record);
    }

    @Test
    void policiesCauseWhatNoBindingDoesAndLoadBeginsATrace() {
        causes.bindingChanged(NODE.orElseThrow(), Optional.of(record));
        assertThat(causes.policiesChanged(Optional.of(published))).isEqualTo(published);
        assertThat(causes.of(MoveCause.POLICY, NODE)).isEqualTo(record);
        assertThat(causes.of(MoveCause.POLICY, OTHER)).isEqualTo(published);
        TraceContext one = causes.of(MoveCause.QOS, NODE);
        TraceContext another = causes.of(MoveCause.QOS, OTHER);
        assertThat(one).isNotIn(record, published, another);
        assertThat(another).isNotIn(record, published);
    }

    @Test
    void aCommandHasTheNewestOfItsCausesAndTheNextHasAnother() {
        causes.told(record);
        causes.told(published);
        assertThat(causes.takeForCommand()).isEqualTo(published);
        assertThat(causes.takeForCommand()).isNotIn(record, published);
    }
}
