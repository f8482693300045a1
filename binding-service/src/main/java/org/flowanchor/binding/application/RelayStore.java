package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.mobility.LmaAddress;

/** Who relays an anchor's changes, and how far it came. Every write carries the epoch of the lease: a relay that lost it writes nothing. */
public interface RelayStore {
    /** Takes or keeps the lease; empty while another replica has it. */
    Optional<Lease> lease(LmaAddress anchor, Duration duration);

    /** Versions up to {@code position} are published; keeps the lease. False: the lease is another's now. */
    boolean advance(LmaAddress anchor, Lease lease, long position, Duration duration);

    /** Lets another replica start at once. */
    void release(LmaAddress anchor, Lease lease);

    /** Deletes published changes older than {@code retention}, at most {@code limit}; returns how many. */
    int prune(LmaAddress anchor, Duration retention, int limit);

    /** Changes of all anchors in the database that are not published yet. */
    long pending();

    /** @param position versions up to it are published */
    record Lease(long epoch, long position) {}
}
