package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndOfProcessTest {
    private final List<Integer> ended = new ArrayList<>();
    private final EndOfProcess handler = new EndOfProcess(ended::add);

    private void endsWith(Runnable task) throws InterruptedException {
        Thread thread = new Thread(task, "loop");
        thread.setUncaughtExceptionHandler(handler);
        thread.start();
        thread.join();
    }

    @Test
    void anErrorThatEndsAThreadEndsTheProcess() throws Exception {
        endsWith(() -> {
            throw new NoClassDefFoundError("org/flowanchor/Gone");
        });
        assertThat(ended).containsExactly(EndOfProcess.STATUS);
    }

    @Test
    void anExceptionOfOneThreadEndsNothingElse() throws Exception {
        endsWith(() -> {
            throw new IllegalStateException("a fault of ours");
        });
        assertThat(ended).isEmpty();
    }
}
