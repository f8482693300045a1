package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.domain.MessageKind.BINDING_REVOCATION_INDICATION;
import static org.flowanchor.binding.domain.MessageKind.HEARTBEAT;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.Test;

class PeerCapabilitiesTest {
    private static final LmaAddress ONE = LmaAddress.parse("2001:db8:ffff::1");
    private static final LmaAddress OTHER = LmaAddress.parse("2001:db8:ffff::2");
    private final PeerCapabilities capabilities = new PeerCapabilities(Map.of(MAG2, Set.of(HEARTBEAT)));

    @Test
    void u09_whatAGatewayTurnsOutToKnowIsForgottenWithTheNextLook() {
        capabilities.refresh(ONE, () -> Map.of(MAG1, Set.of(BINDING_REVOCATION_INDICATION)));
        assertThat(capabilities.knows(MAG1, BINDING_REVOCATION_INDICATION)).isFalse();
        capabilities.refresh(ONE, () -> Map.of());
        assertThat(capabilities.knows(MAG1, BINDING_REVOCATION_INDICATION)).isTrue();
        assertThat(capabilities.knows(MAG2, HEARTBEAT)).as("as configured").isFalse();
    }

    @Test
    void u09_whatTheStoreDecidedAboutOneGatewayIsSoAtOnceAndOnlyOfThatGateway() {
        capabilities.refresh(ONE, () -> Map.of(MAG2, Set.of(BINDING_REVOCATION_INDICATION)));
        capabilities.learn(ONE, MAG1, Set.of(BINDING_REVOCATION_INDICATION));
        assertThat(capabilities.knows(MAG1, BINDING_REVOCATION_INDICATION)).isFalse();
        assertThat(capabilities.knows(MAG1, HEARTBEAT)).isTrue();
        capabilities.learn(ONE, MAG1, Set.of());
        assertThat(capabilities.knows(MAG1, BINDING_REVOCATION_INDICATION)).isTrue();
        assertThat(capabilities.knows(MAG2, BINDING_REVOCATION_INDICATION)).isFalse();
    }

    @Test
    void u09_whatAGatewayTellsOneAnchorHoldsForAll() {
        capabilities.learn(ONE, MAG1, Set.of(BINDING_REVOCATION_INDICATION));
        capabilities.refresh(OTHER, () -> Map.of());
        assertThat(capabilities.knows(MAG1, BINDING_REVOCATION_INDICATION)).isFalse();
    }

    /** The look at the store may be older than what is learnt while it goes on. */
    @Test
    void u09_whatIsLearntDuringALookAtTheStoreIsNotForgottenByIt() throws Exception {
        CountDownLatch learning = new CountDownLatch(1);
        Thread learner = new Thread(() -> {
            learning.countDown();
            capabilities.learn(ONE, MAG1, Set.of(HEARTBEAT));
        });
        capabilities.refresh(ONE, () -> {
            learner.start();
            try {
                learning.await();
                while (learner.getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Map.of();
        });
        learner.join();
        assertThat(capabilities.knows(MAG1, HEARTBEAT)).isFalse();
    }
}
