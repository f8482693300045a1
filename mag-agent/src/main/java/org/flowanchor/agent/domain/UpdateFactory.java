package org.flowanchor.agent.domain;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** Numbers updates: every one has a fresh sequence number and timestamp, also when it is sent again (RFC 5213 section 6.9.4). */
final class UpdateFactory {
    private final AttachmentSettings settings;
    private final InstantSource clock;
    private int sequenceNumber;
    private long lastTimestamp;
    private long greatestSent;
    private long greatestAccepted;

    /** @param sequenceNumber precedes the first */
    UpdateFactory(AttachmentSettings settings, InstantSource clock, int sequenceNumber) {
        this.settings = settings;
        this.clock = clock;
        this.sequenceNumber = sequenceNumber;
    }

    ProxyBindingUpdate first(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            int lifetimeSeconds) {
        return new ProxyBindingUpdate(
                nextSequenceNumber(),
                settings.lmaAddress(),
                settings.proxyCareOfAddress(),
                attachment.mobileNodeIdentifier,
                prefixes,
                handoffIndicator,
                settings.accessTechnologyType(),
                attachment.linkLayerIdentifier,
                lifetimeSeconds,
                nextTimestamp(),
                attachment.serviceSelection);
    }

    ProxyBindingUpdate again(ProxyBindingUpdate update) {
        return new ProxyBindingUpdate(
                nextSequenceNumber(),
                update.lmaAddress(),
                update.proxyCareOfAddress(),
                update.mobileNodeIdentifier(),
                update.prefixes(),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds(),
                nextTimestamp(),
                update.serviceSelection());
    }

    private int nextSequenceNumber() {
        sequenceNumber = (sequenceNumber + 1) & 0xffff;
        return sequenceNumber;
    }

    /** The anchor took an update of that time. */
    void accepted(ProxyBindingUpdate update) {
        greatestAccepted = Math.max(greatestAccepted, update.timestamp());
    }

    /**
     * 156: the clock was wrong. What was never accepted binds nobody: once the clock is put right updates carry its time, not one that
     * goes on from where it had been (RFC 5213 section 5.5).
     */
    void timestampMismatches() {
        lastTimestamp = greatestAccepted;
    }

    /** 157: the anchor accepted one that it did not tell of, at most the greatest that was ever sent. */
    void timestampIsLowerThanAccepted() {
        greatestAccepted = greatestSent;
        lastTimestamp = greatestSent;
    }

    /** Greater than every one before it, also when the wall clock steps back. */
    private long nextTimestamp() {
        Instant now = clock.instant();
        long fraction = ((long) now.getNano() << 16) / 1_000_000_000L;
        lastTimestamp = Math.max((now.getEpochSecond() << 16) + fraction, lastTimestamp + 1);
        greatestSent = Math.max(greatestSent, lastTimestamp);
        return lastTimestamp;
    }
}
