package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.mobility.LmaAddress;

/** Who relays an anchor's changes, and how far it came. Every write carries the epoch of the lease: a relay that lost it writes nothing. */
public interface RelayStore {
    /** Takes or keeps the lease, for {@code duration} or at least half of it; empty while another replica has it. */
    Optional<Lease> lease(LmaAddress anchor, Duration duration);

    /** Keeps the lease for {@code duration} from now. False: it is another's now. */
    boolean renew(LmaAddress anchor, Lease lease, Duration duration);

    /** Versions up to {@code position} are published; keeps the lease. False: the lease is another's now. */
    boolean advance(LmaAddress anchor, Lease lease, long position, Duration duration);

    /**
     * The topic has every entry that was there when it was opened. False: the lease is another's now.
     *
     * @param version the anchor's, before: changes above it come now
     */
    boolean filled(LmaAddress anchor, Lease lease, String topic, long version);

    /** Lets another replica start at once. */
    void release(LmaAddress anchor, Lease lease);

    /** Deletes published changes older than {@code retention}, at most {@code limit}; returns how many. */
    int prune(LmaAddress anchor, Duration retention, int limit);

    /** Changes of all anchors in the database that are not published yet. */
    long pending();

    /**
     * A turn at relaying.
     *
     * @param position versions up to it are published
     * @param topic identifier of the topic they are in; empty when there was none yet
     */
    record Lease(long epoch, long position, String topic) {}
}
