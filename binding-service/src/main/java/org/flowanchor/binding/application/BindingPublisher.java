package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.List;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.mobility.LmaAddress;

/** The topic {@code bindings}. One publisher per relay; closed and made anew after every failure. */
public interface BindingPublisher extends AutoCloseable {
    /** After so long nothing of a publication is sent any more. */
    Duration PUBLISHING_MOST = Duration.ofSeconds(12);

    /**
     * Makes sure that the topic exists.
     *
     * @return the topic's identifier; a topic that was deleted and made again has another one
     */
    String prepare(int partition);

    /** Returns when all are on every in-sync replica, in order; fails before {@link #PUBLISHING_MOST}. */
    void publish(LmaAddress anchor, int partition, List<LoggedChange> changes);

    @Override
    void close();

    /** Makes publishers. */
    @FunctionalInterface
    interface Factory {
        BindingPublisher open();
    }
}
