package org.flowanchor.policy.boot;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.policy.application.OutboxRelay;
import org.springframework.context.SmartLifecycle;

/** Gives the relay its thread, for as long as the service runs. */
final class OutboxRelayThread implements SmartLifecycle {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final OutboxRelay relay;
    private Optional<Thread> thread = Optional.empty();

    OutboxRelayThread(OutboxRelay relay) {
        this.relay = relay;
    }

    @Override
    public void start() {
        thread = Optional.of(Thread.ofPlatform().name("policy-outbox").start(relay::run));
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

    @Override
    public boolean isRunning() {
        return thread.isPresent();
    }
}
