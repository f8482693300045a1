package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.rules;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.Test;

/** Configuration variables (RFC 5213 section 9, RFC 7077 section 7, RFC 5846 section 11, RFC 5847 section 5). */
class AnchorRulesTest {
    private static SignallingRules signalling(
            int retransmissions, long replayMillis, long briMillis, long heartbeatSeconds) {
        return new SignallingRules(
                retransmissions,
                Duration.ofMillis(replayMillis),
                Duration.ofMillis(briMillis),
                Duration.ofMillis(Math.max(briMillis, 2000)),
                1,
                Duration.ofSeconds(heartbeatSeconds),
                3,
                Duration.ofMinutes(5));
    }

    @Test
    void valuesOutsideTheRangesOfTheRfcsAreRefusedByName() {
        assertThat(signalling(5, 5000, 500, 3600)).isNotNull();
        assertThatThrownBy(() -> signalling(6, 1000, 1000, 60))
                .hasMessageContaining("MAX_UPDATE_NOTIFICATION_RETRANSMIT_COUNT");
        assertThatThrownBy(() -> signalling(1, 499, 1000, 60))
                .hasMessageContaining("MIN_DELAY_BETWEEN_UPDATE_NOTIFICATION_REPLAY");
        assertThatThrownBy(() -> signalling(1, 5001, 1000, 60))
                .hasMessageContaining("MIN_DELAY_BETWEEN_UPDATE_NOTIFICATION_REPLAY");
        assertThatThrownBy(() -> signalling(1, 1000, 499, 60)).hasMessageContaining("InitMINDelayBRIs");
        assertThatThrownBy(() -> signalling(1, 1000, 1000, 29)).hasMessageContaining("HEARTBEAT_INTERVAL");
        assertThatThrownBy(() -> signalling(1, 1000, 1000, 3601)).hasMessageContaining("HEARTBEAT_INTERVAL");
        assertThatThrownBy(() -> rules(Duration.ofMillis(-1), DomainVariables.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mobileNodeGeneratedTimestampsNeedTheTimestampApproach() {
        assertThatThrownBy(() -> new DomainVariables(false, true, Optional.empty()))
                .hasMessageContaining("MobileNodeGeneratedTimestampInUse");
        assertThatThrownBy(() -> new DomainVariables(true, false, Optional.of(Ipv6Address.parse("2001:db8::1"))))
                .hasMessageContaining("FixedMAGLinkLocalAddressOnAllAccessLinks");
    }

    @Test
    void r05_revocationTimeoutsDoubleUpToTheMaximum() {
        SignallingRules rules = SignallingRules.DEFAULT;
        Instant sent = START;
        assertThat(rules.revocationDue(sent, 1)).isEqualTo(sent.plusSeconds(1));
        assertThat(rules.revocationDue(sent, 2)).isEqualTo(sent.plusSeconds(2));
        assertThat(rules.revocationDue(sent, 3)).isEqualTo(sent.plusSeconds(2));
        assertThat(rules.revocationPatience()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void l22_mobileNodeGeneratedTimestampsAreNotComparedWithTheClock() {
        Anchorage anchorage =
                new Anchorage(rules(Duration.ofMillis(1500), new DomainVariables(true, true, Optional.empty())));
        Instant years = START.minus(Duration.ofDays(1000));
        assertThat(anchorage.accepted(wlan().timestamp(years)).timestamp()).contains(Timestamp.of(years));
        assertThat(anchorage.status(wlan().at(START.plusSeconds(9)).timestamp(years.plusMillis(1))))
                .isZero();
        assertThat(anchorage.status(wlan().at(START.plusSeconds(10)).timestamp(years)))
                .isEqualTo(157);
        assertThat(anchorage.status(wlan().at(START.plusSeconds(11)).timestamp(years.plusMillis(1))))
                .isEqualTo(156);
    }
}
