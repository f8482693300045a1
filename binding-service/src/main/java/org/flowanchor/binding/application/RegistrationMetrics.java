package org.flowanchor.binding.application;

import java.time.Duration;
import org.flowanchor.binding.domain.BindingDecision;

/** Counts of the registration procedure. */
public interface RegistrationMetrics {
    /** An update came. */
    void attempted();

    /** It was decided, and is durable when it changed anything. */
    void decided(BindingDecision decision);

    /** It was not answered because the store failed, or took too long. */
    void unanswered();

    /** One transaction with {@code pieces} updates or other pieces of work. */
    void committed(int pieces, Duration took);

    /** Entries deleted because their time was over. */
    void expired(int entries);

    /** What was due at an anchor was not decided, since too much waited already. */
    void expiryOverloaded();
}
