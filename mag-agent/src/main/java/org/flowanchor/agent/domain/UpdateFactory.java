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

    /** Greater than every one before it, also when the wall clock steps back (RFC 5213 section 5.5). */
    private long nextTimestamp() {
        Instant now = clock.instant();
        long fraction = ((long) now.getNano() << 16) / 1_000_000_000L;
        lastTimestamp = Math.max((now.getEpochSecond() << 16) + fraction, lastTimestamp + 1);
        return lastTimestamp;
    }
}
