package org.flowanchor.testbed.signalling;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * One update as its gateway saw it. Every transmission is one: a repeated update has a new timestamp (RFC 5213 section 6.9.1.1).
 *
 * @param gateway number of the sender
 * @param timestamp 48.16 fixed point seconds since 1970
 * @param requested the prefix it names; empty: any
 * @param sentNanos of {@link System#nanoTime}
 * @param outcome empty: no answer came, so it may count, now or later, or not at all
 */
record Operation(
        Kind kind,
        int gateway,
        long timestamp,
        Optional<HomeNetworkPrefix> requested,
        long sentNanos,
        Optional<Outcome> outcome) {
    enum Kind {
        ATTACHMENT,
        REFRESH,
        HANDOVER,
        DEREGISTRATION
    }

    /**
     * What was answered.
     *
     * @param status RFC 5213 section 8.9
     * @param prefix of an accepted one
     * @param nanos of {@link System#nanoTime}
     */
    record Outcome(int status, Optional<HomeNetworkPrefix> prefix, long nanos) {}

    boolean accepted() {
        return outcome.isPresent() && outcome.get().status() == 0;
    }

    Operation answered(Outcome with) {
        return new Operation(kind, gateway, timestamp, requested, sentNanos, Optional.of(with));
    }

    @Override
    public String toString() {
        return kind + " at gateway " + gateway + " time " + timestamp
                + requested.map(prefix -> " of " + prefix).orElse("")
                + outcome.map(known -> " -> " + known.status()
                                + known.prefix().map(prefix -> " " + prefix).orElse(""))
                        .orElse(" -> ?");
    }
}
