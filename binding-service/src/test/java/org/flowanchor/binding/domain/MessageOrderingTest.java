package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_INTERFACES;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.rules;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** RFC 5213 section 5.5. */
class MessageOrderingTest {
    private static final Instant LATER = START.plusSeconds(10);
    private final Anchorage anchorage = new Anchorage();

    private Update refresh(Update update) {
        return update.handoff(NOT_CHANGED).prefixes(anchorage.prefixes()).at(LATER);
    }

    @Test
    void l20_sessionsOfBothSchemesAreOrderedEachByItsOwn() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING).withoutTimestamp().sequence(15));
        assertThat(anchorage.status(refresh(wlan()).sequence(3))).isZero();
        assertThat(anchorage.status(refresh(lte()).withoutTimestamp().sequence(14)))
                .isEqualTo(135);
        assertThat(anchorage.status(refresh(lte()).withoutTimestamp().sequence(16)))
                .isZero();
        assertThat(anchorage.status(refresh(wlan()).sequence(4).timestamp(LATER.minusMillis(1))))
                .isEqualTo(157);
    }

    @Test
    void l21_timestampMakesTheSequenceNumberIrrelevant() {
        anchorage.accepted(wlan().sequence(100));
        assertThat(anchorage.accepted(refresh(wlan()).sequence(7)).sequenceNumber())
                .isEqualTo(7);
    }

    @Test
    void l22_timestampAtTheEdgeOfTheWindowIsValid() {
        assertThat(anchorage.status(wlan().timestamp(START.minusMillis(299)))).isZero();
        anchorage.accepted(lte().handoff(SHARING).timestamp(START.plusMillis(299)));
    }

    @Test
    void l22_timestampOutsideTheWindowIs156() {
        assertThat(anchorage.status(wlan().timestamp(START.minusMillis(302)))).isEqualTo(156);
        assertThat(anchorage.status(wlan().timestamp(START.plusMillis(302)))).isEqualTo(156);
    }

    @Test
    void l22_timestampEqualToTheLastAcceptedIs156() {
        anchorage.accepted(wlan());
        assertThat(anchorage.status(wlan())).isEqualTo(156);
    }

    @Test
    void l22_timestampLowerThanTheLastAcceptedIs157() {
        anchorage.accepted(wlan());
        assertThat(anchorage.status(wlan().timestamp(START.minusMillis(1)))).isEqualTo(157);
    }

    @Test
    void l23_acceptedReturnsTheSameTimestampAndRejectedTheAnchorsTime() {
        Instant sent = START.minusMillis(120);
        assertThat(anchorage.accepted(wlan().timestamp(sent)).timestamp()).contains(Timestamp.of(sent));
        assertThat(anchorage.rejected(wlan().timestamp(sent)).timestamp()).contains(Timestamp.of(START));
        assertThat(anchorage.rejected(wlan().timestamp(START.minusSeconds(9))).timestamp())
                .contains(Timestamp.of(START));
    }

    @Test
    void l23_whereMobileNodesMakeTheTimestampsARejectionCarriesTheAnchorsTimeToo() {
        Anchorage generated =
                new Anchorage(rules(Duration.ofMillis(1500), new DomainVariables(true, true, Optional.empty())));
        Instant sent = START.minusSeconds(3600);
        assertThat(generated.accepted(wlan().timestamp(sent)).timestamp()).contains(Timestamp.of(sent));
        ProxyBindingAcknowledgement lower = generated.rejected(wlan().timestamp(sent.minusMillis(1)));
        assertThat(lower.status().value()).isEqualTo(157);
        assertThat(lower.timestamp()).contains(Timestamp.of(START));
    }

    @Test
    void l24_sessionsOfOneNodeInterleaveAsTheirGatewaysClocksDo() {
        anchorage.accepted(wlan().timestamp(START.plusMillis(250)));
        anchorage.accepted(lte().handoff(SHARING).timestamp(START.minusMillis(250)));
        assertThat(anchorage.status(refresh(lte()).timestamp(LATER.minusMillis(250))))
                .isZero();
        assertThat(anchorage.status(refresh(wlan()).timestamp(LATER.plusMillis(250))))
                .isZero();
        assertThat(anchorage.status(refresh(lte()).timestamp(LATER.minusMillis(240))))
                .isZero();
    }

    @Test
    void l24_updateThatMovesASessionMustBeNewerThanAllOfTheNode() {
        anchorage.accepted(wlan().timestamp(START));
        anchorage.accepted(lte().handoff(SHARING).timestamp(START.plusMillis(200)));
        Update move = wlan().through(MAG3).handoff(BETWEEN_MAGS).prefixes(anchorage.prefixes());
        assertThat(anchorage.status(move.timestamp(START.plusMillis(100)))).isEqualTo(157);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG1);
        assertThat(anchorage.status(move.timestamp(START.plusMillis(201)))).isZero();
    }

    @Test
    void l24_soMustOneThatMovesItToAnotherInterfaceOrDoesNotSay() {
        for (int handoff : new int[] {BETWEEN_INTERFACES, HANDOFF_UNKNOWN}) {
            Anchorage two = new Anchorage();
            List<HomeNetworkPrefix> own = two.accepted(wlan().timestamp(START)).homeNetworkPrefixes();
            two.accepted(lte().timestamp(START.plusMillis(200)));
            Update move = wlan().through(MAG3).handoff(handoff).prefixes(own);
            assertThat(two.status(move.timestamp(START.plusMillis(100)))).isEqualTo(157);
            assertThat(two.entry(1).proxyCareOfAddress()).isEqualTo(MAG1);
            assertThat(two.status(move.timestamp(START.plusMillis(201)))).isZero();
            assertThat(two.entry(1).proxyCareOfAddress()).isEqualTo(MAG3);
        }
    }

    @Test
    void l24_anAttachmentThatFindsItsSessionByTheInterfaceIsComparedWithThatSessionAlone() {
        anchorage.accepted(wlan().timestamp(START));
        anchorage.accepted(lte().timestamp(START.plusMillis(200)));
        Update again = wlan().through(MAG3);
        assertThat(anchorage.status(again.timestamp(START.minusMillis(1)))).isEqualTo(157);
        assertThat(anchorage.status(again.timestamp(START.plusMillis(100)))).isZero();
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG3);
    }

    @Test
    void l25_sequenceNumbersOrderWithoutTimestamps() {
        anchorage.accepted(wlan().withoutTimestamp().sequence(15));
        for (int old : new int[] {15, 14, 0, 65535, 32783}) {
            ProxyBindingAcknowledgement rejected =
                    anchorage.rejected(refresh(wlan()).withoutTimestamp().sequence(old));
            assertThat(rejected.status().value()).isEqualTo(135);
            assertThat(rejected.sequenceNumber()).isEqualTo(15);
            assertThat(rejected.timestamp()).isEmpty();
        }
        assertThat(anchorage.status(refresh(wlan()).withoutTimestamp().sequence(32782)))
                .isZero();
    }

    @Test
    void l25_anySequenceNumberOpensASession() {
        assertThat(anchorage
                        .accepted(wlan().withoutTimestamp().sequence(60_000))
                        .timestamp())
                .isEmpty();
    }

    @Test
    void timestampsKeepTheirFraction() {
        Instant half = Instant.parse("2026-01-01T00:00:00.5Z");
        assertThat(Timestamp.of(half).value() & 0xffff).isEqualTo(0x8000);
        assertThat(Timestamp.of(half).toInstant()).isEqualTo(half);
        assertThat(new Timestamp(-1).toInstant()).isAfter(half);
    }
}
