package org.flowanchor.policy.boot;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.policy.application.OutboxRelay;
import org.springframework.context.SmartLifecycle;

/** Gives the relay its thread, for as long as the service runs. */
final class OutboxRelayThread implements SmartLifecycle {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String name;
    private final OutboxRelay relay;
    private Optional<Thread> thread = Optional.empty();

    OutboxRelayThread(String name, OutboxRelay relay) {
        this.name = name;
        this.relay = relay;
    }

    @Override
    public void start() {
        thread = Optional.of(Thread.ofPlatform().name(name).start(relay::run));
    }

    @Override
    public void stop() {
        thread.ifPresent(running -> {
            running.interrupt();
            try {
                running.join(GRACE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread = Optional.empty();
    }

    /** Before the web server, so that the topic is prepared early, and until it has finished its requests. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 4096;
    }

    @Override
    public boolean isRunning() {
        return thread.isPresent();
    }
}
