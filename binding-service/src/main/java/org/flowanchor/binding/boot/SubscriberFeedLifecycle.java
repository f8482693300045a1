package org.flowanchor.binding.boot;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.binding.application.SubscriberFeed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Gives the feed of profiles its thread. */
final class SubscriberFeedLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriberFeedLifecycle.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SubscriberFeed feed;
    private final boolean enabled;
    private Optional<Thread> thread = Optional.empty();

    SubscriberFeedLifecycle(SubscriberFeed feed, boolean enabled) {
        this.feed = feed;
        this.enabled = enabled;
    }

    @Override
    public void start() {
        if (enabled) {
            thread = Optional.of(
                    Thread.ofPlatform().name("subscriber-feed").daemon().start(feed));
        }
    }

    @Override
    public void stop() {
        feed.close();
        thread.ifPresent(running -> {
            try {
                if (!running.join(PATIENCE)) {
                    LOG.warn("thread {} does not stop", running.getName());
                    running.interrupt();
                }
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
