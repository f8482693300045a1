package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Durable profiles, as far as the topic was read. Methods throw {@link StoreUnavailableException} when the database does not answer. */
public interface SubscriberStore {
    /**
     * The right to write, and how far was read.
     *
     * @param epoch grows with each holder; checked in each write
     * @param topicIdentifier of the topic the position belongs to; empty: nothing was ever read
     * @param rereading profiles of an earlier reading are still unconfirmed
     * @param readAt when a record or the end of the topic was last seen
     */
    record Lease(
            long epoch, Optional<String> topicIdentifier, long position, boolean rereading, Optional<Instant> readAt) {}

    /** Empty while another replica has it. */
    Optional<Lease> lease(Duration duration);

    /** From now on the topic is read from its beginning: what does not come again is gone in the end. */
    void readAnew(Lease lease, String topicIdentifier);

    /**
     * Takes records over, together with the position after them.
     *
     * @return false when the lease is not the holder's any more: nothing was changed
     */
    boolean apply(Lease lease, List<SubscriberRecord> records, long next, Duration duration);

    /** The end was reached: profiles that did not come again are gone, and what is stored is the whole topic. */
    boolean finishReading(Lease lease, Duration duration);

    void release(Lease lease);

    /** Whether the topic was read to its end once: before that, who is not known may still be somebody's subscriber. */
    boolean isComplete();

    /**
     * A profile that changed, or is gone, as one anchor has to look at it.
     *
     * @param change told apart from later changes of the same profile
     * @param withdrawn a tombstone took it away; a profile that is only missing in a topic that was read anew is not withdrawn
     */
    record Change(
            LmaAddress anchor, MobileNodeIdentifier mobileNode, UUID change, boolean withdrawn, Instant changedAt) {}

    /** Changes whose bindings at the anchor nobody has looked at, the oldest first; others leave them alone for {@code claim}. */
    List<Change> changes(LmaAddress anchor, int limit, Duration claim);

    /** The bindings of these mobile nodes agree with their profiles at these anchors. What changed again meanwhile stays. */
    void lookedAt(Collection<Change> changes);

    /** Whose interfaces these are; what is nobody's is left out. */
    Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes(Collection<LinkLayerIdentifier> identifiers);
}
