package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

class ExpelledTerminalsTest {
    private final ExpelledTerminals expelled = new ExpelledTerminals();

    private static AttachmentName name(int i) {
        return new AttachmentName("a0", LinkLayerIdentifier.of(new byte[] {
            2, 0, (byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i
        }));
    }

    @Test
    void theOldestGoFirstWhenThereAreVeryMany() {
        for (int i = 0; i < ExpelledTerminals.MAX_EXPELLED; i++) {
            expelled.add(name(i));
        }
        expelled.add(name(0));
        expelled.add(name(ExpelledTerminals.MAX_EXPELLED));
        assertThat(expelled.contains(name(1))).isFalse();
        assertThat(expelled.contains(name(0))).as("sent away again since").isTrue();
        assertThat(expelled.contains(name(2))).isTrue();
        expelled.remove(name(2));
        assertThat(expelled.contains(name(2))).isFalse();
    }
}
