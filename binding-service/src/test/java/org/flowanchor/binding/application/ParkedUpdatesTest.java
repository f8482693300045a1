package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.LTE_LINK;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.Scene.update;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.Scene;
import org.flowanchor.binding.application.Registrations.Update;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** Which updates wait beside each other, and which takes another's place (rows B3 and C2). */
class ParkedUpdatesTest {
    private static final Instant UNTIL = START.plusSeconds(3);
    private final ParkedUpdates parked = new ParkedUpdates();

    private static Update of(Scene.Update update) {
        return new Update(update.handoff(HANDOFF_UNKNOWN).received(), update.mobileNode(), Optional.empty(), () -> {});
    }

    private Optional<Update> park(Update update) {
        return parked.park(update, START, UNTIL);
    }

    @Test
    void b3_interfacesGatewaysAndNodesWaitBesideEachOther() throws InterruptedException {
        List<Update> all = List.of(
                of(update(MAG2, WLAN).link(WLAN_LINK)),
                of(update(MAG2, WLAN).link(LTE_LINK)),
                of(update(MAG2, LTE).link(LTE_LINK)),
                of(update(MAG2, WLAN)),
                of(update(MAG2, LTE)),
                of(update(MAG1, WLAN).link(WLAN_LINK)),
                of(update(MAG2, WLAN).link(WLAN_LINK).of(MN2)));
        for (Update one : all) {
            assertThat(parked.overtakenBy(one)).isEmpty();
            assertThat(park(one)).isEmpty();
        }
        assertThat(parked.await(InstantSource.fixed(UNTIL))).containsExactlyElementsOf(all);
    }

    @Test
    void b3_aRetransmissionTakesThePlaceOfItsOwnAndOfNoOther() {
        Update first = of(update(MAG2, WLAN).link(WLAN_LINK));
        Update other = of(update(MAG2, LTE).link(LTE_LINK));
        park(first);
        park(other);
        Update again = of(update(MAG2, WLAN).link(WLAN_LINK).sequence(2).at(START.plusSeconds(1)));
        assertThat(parked.overtakenBy(again)).containsSame(first);
        assertThat(parked.overtakenBy(again)).isEmpty();
        park(again);
        assertThat(park(first)).as("the earlier one, decided late").containsSame(first);
        assertThat(parked.close()).containsExactlyInAnyOrder(again, other);
    }

    /** Everybody of a gateway comes through another one, and the old one does not answer. */
    @Test
    void b3_aCrowdThatWaitsIsNotDecidedAgainAllTheTime() {
        int crowd = 20 * ParkedUpdates.FEW;
        for (int i = 0; i < crowd; i++) {
            park(of(update(MAG2, WLAN).of(new MobileNodeIdentifier("crowd-" + i))));
        }
        int looks = 0;
        for (Instant now = START; now.isBefore(UNTIL); now = now.plusMillis(1)) {
            for (Update one : parked.takeDue(now)) {
                looks++;
                assertThat(parked.park(one, now, UNTIL)).isEmpty();
            }
        }
        long most = 3_000 / ParkedUpdates.LOOK.toMillis() * ParkedUpdates.FEW;
        assertThat(looks).isLessThanOrEqualTo((int) most + crowd / 10);
        assertThat(parked.takeDue(UNTIL)).hasSize(crowd);
    }

    @Test
    void b3_whatIsCommittedAboutANodeIsSeenByItsUpdatesAtOnceAndByNoOthers() {
        Update first = of(update(MAG2, WLAN).link(WLAN_LINK));
        Update second = of(update(MAG2, LTE).link(LTE_LINK));
        Update other = of(update(MAG2, WLAN).link(WLAN_LINK).of(MN2));
        park(other);
        park(first);
        park(second);
        parked.changed(first.mobileNode);
        assertThat(parked.takeDue(START)).containsExactly(first, second);
        parked.changed(first.mobileNode);
        assertThat(parked.takeDue(START)).isEmpty();
        assertThat(parked.takeDue(START.plus(ParkedUpdates.LOOK))).containsExactly(other);
        assertThat(parked.close()).isEmpty();
    }

    @Test
    void c2_theDeregistrationOfTheSameInterfaceMakesItMoot() {
        Update waiting = of(update(MAG2, WLAN).link(WLAN_LINK));
        park(waiting);
        assertThat(parked.overtakenBy(of(update(MAG2, LTE).link(LTE_LINK).lifetime(0))))
                .isEmpty();
        assertThat(parked.overtakenBy(of(update(MAG2, WLAN).link(WLAN_LINK).lifetime(0))))
                .containsSame(waiting);
    }
}
