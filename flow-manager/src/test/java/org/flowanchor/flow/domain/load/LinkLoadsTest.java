package org.flowanchor.flow.domain.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

class LinkLoadsTest {
    private static final ProxyCareOfAddress GATEWAY = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final double THRESHOLD = 0.05;

    private final LinkLoads loads =
            new LinkLoads(new LoadLimits(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5)));
    private Instant now = START;

    private AccessCondition afterSecond(LinkKey.Kind kind, long packets, long drops) {
        now = now.plusSeconds(1);
        loads.observe(sample(kind, "a0", packets, drops), now, List.of(THRESHOLD));
        return loads.condition(GATEWAY, THRESHOLD, now).orElseThrow();
    }

    private LinkSample sample(LinkKey.Kind kind, String link, long packets, long drops) {
        return new LinkSample(
                new LinkKey(GATEWAY, kind, link),
                Optional.of(AccessTechnologyType.IEEE_802_11),
                true,
                now,
                Duration.ofSeconds(1),
                packets,
                packets * 1000,
                drops,
                0,
                OptionalLong.of(10_000_000));
    }

    private Congestion afterSecond(long packets, long drops) {
        return afterSecond(LinkKey.Kind.ACCESS_LINK, packets, drops).congestion();
    }

    @Test
    void t49_ratioIsDropsOfAllOfferedPackets() {
        assertThat(afterSecond(LinkKey.Kind.ACCESS_LINK, 90, 10).packetLossRatio())
                .isEqualTo(0.1);
    }

    @Test
    void t49_zeroTrafficIsRatioZero() {
        assertThat(afterSecond(LinkKey.Kind.ACCESS_LINK, 0, 0).packetLossRatio())
                .isZero();
        assertThat(afterSecond(0, 0)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(0, 0)).isEqualTo(Congestion.NORMAL);
    }

    @Test
    void t49_ratioAtTheThresholdIsNotCongestion() {
        for (int i = 0; i < 10; i++) {
            assertThat(afterSecond(95, 5)).isEqualTo(Congestion.NORMAL);
        }
    }

    @Test
    void t49_ratioAboveTheThresholdIsCongestionAfterTheOnset() {
        assertThat(afterSecond(949, 51)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(949, 51)).isEqualTo(Congestion.CONGESTED);
    }

    @Test
    void onsetStartsAnewWhenTheRatioDropsInBetween() {
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(100, 0)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.CONGESTED);
    }

    @Test
    void onsetStartsAnewAfterMissingSamples() {
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.NORMAL);
        now = now.plusSeconds(4);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.NORMAL);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.CONGESTED);
    }

    @Test
    void congestionEndsOnlyBelowHalfOfTheThresholdForTheClearTime() {
        afterSecond(90, 10);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.CONGESTED);
        for (int i = 0; i < 20; i++) {
            assertThat(afterSecond(970, 30)).isEqualTo(Congestion.CONGESTED);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(afterSecond(980, 20)).isEqualTo(Congestion.CONGESTED);
        }
        assertThat(afterSecond(980, 20)).isEqualTo(Congestion.NORMAL);
    }

    @Test
    void congestedTunnelMakesTheAccessCongested() {
        afterSecond(LinkKey.Kind.TUNNEL, 90, 10);
        assertThat(afterSecond(LinkKey.Kind.TUNNEL, 90, 10).congestion()).isEqualTo(Congestion.CONGESTED);
        assertThat(afterSecond(LinkKey.Kind.ACCESS_LINK, 90, 0).congestion()).isEqualTo(Congestion.CONGESTED);
    }

    @Test
    void aSampleThatIsNotNewerChangesNothing() {
        afterSecond(90, 10);
        LinkLoad before = loads.links().firstEntry().getValue();
        loads.observe(before.sample(), now.plusSeconds(1), List.of(THRESHOLD));
        assertThat(loads.links().firstEntry().getValue()).isSameAs(before);
    }

    @Test
    void aReporterWhoseClockWasSetBackIsHeardAgain() {
        afterSecond(90, 10);
        LinkSample before = loads.links().firstEntry().getValue().sample();
        loads.observe(before, now.plusSeconds(6), List.of(THRESHOLD));
        assertThat(loads.condition(GATEWAY, THRESHOLD, now.plusSeconds(6))).isPresent();
    }

    @Test
    void aLinkNotSampledForLongSaysNothing() {
        afterSecond(90, 10);
        assertThat(loads.condition(GATEWAY, THRESHOLD, now.plusSeconds(5))).isPresent();
        assertThat(loads.condition(GATEWAY, THRESHOLD, now.plusSeconds(6))).isEmpty();
        loads.expire(now.plusSeconds(61));
        assertThat(loads.links()).isEmpty();
    }

    private Optional<AccessCondition> tunnelAlone(int seconds) {
        for (int second = 0; second < seconds; second++) {
            afterTunnelSecond();
        }
        return loads.condition(GATEWAY, THRESHOLD, now);
    }

    private void afterTunnelSecond() {
        now = now.plusSeconds(1);
        loads.expire(now);
        loads.observe(sample(LinkKey.Kind.TUNNEL, "a0", 100, 0), now, List.of(THRESHOLD));
    }

    @Test
    void anAccessWhoseCongestedLinkFellSilentIsNotKnownToBeFit() {
        for (int second = 0; second < 10; second++) {
            afterTunnelSecond();
            loads.observe(sample(LinkKey.Kind.ACCESS_LINK, "a0", 90, 10), now, List.of(THRESHOLD));
        }
        assertThat(tunnelAlone(4).orElseThrow().congestion()).isEqualTo(Congestion.CONGESTED);
        assertThat(tunnelAlone(10)).as("silent").isEmpty();
        assertThat(tunnelAlone(60)).as("forgotten").hasValueSatisfying(condition -> {
            assertThat(condition.congestion()).isEqualTo(Congestion.NORMAL);
            assertThat(condition.since()).isAfter(START.plusSeconds(60));
        });
    }

    @Test
    void anAccessIsNotFitFromBeforeItsReporterFellSilent() {
        Instant spoken = now.plusSeconds(1);
        afterTunnelSecond();
        loads.observe(sample(LinkKey.Kind.ACCESS_LINK, "a0", 100, 0), now, List.of(THRESHOLD));
        assertThat(tunnelAlone(10).orElseThrow().since()).isEqualTo(spoken.plusSeconds(5));
    }

    @Test
    void aLinkThatIsGoneSaysNothingWhileItsReporterTellsOfOthers() {
        afterSecond(90, 10);
        assertThat(afterSecond(90, 10)).isEqualTo(Congestion.CONGESTED);
        for (int second = 0; second < 10; second++) {
            afterTunnelSecond();
            loads.observe(sample(LinkKey.Kind.ACCESS_LINK, "a1", 100, 0), now, List.of(THRESHOLD));
        }
        assertThat(loads.condition(GATEWAY, THRESHOLD, now))
                .hasValueSatisfying(
                        condition -> assertThat(condition.congestion()).isEqualTo(Congestion.NORMAL));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> afterSecond(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
