package org.flowanchor.agent.adapter.mobilityheader;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;

/**
 * What the last update with each sequence number said of the attachment, for anchors that do not repeat it. An answer may come minutes after
 * its update, thousands of updates later: none is forgotten before its number is another's. Any thread.
 */
final class SentAttachments {
    private static final int NUMBERS = 0x10000;
    private static final int SENT = 1 << 16;

    /** Handoff Indicator and Access Technology Type, an octet each; without {@link #SENT}: no update had the number. */
    private final AtomicIntegerArray byNumber = new AtomicIntegerArray(NUMBERS);

    record Attachment(HandoffIndicator handoffIndicator, AccessTechnologyType accessTechnologyType) {}

    void remember(ProxyBindingUpdate update) {
        byNumber.set(
                update.sequenceNumber(),
                SENT
                        | update.handoffIndicator().value() << 8
                        | update.accessTechnologyType().value());
    }

    /** Empty: no update had that number. */
    Optional<Attachment> of(int sequenceNumber) {
        int found = byNumber.get(sequenceNumber);
        return (found & SENT) == 0
                ? Optional.empty()
                : Optional.of(new Attachment(
                        new HandoffIndicator(found >> 8 & 0xff), new AccessTechnologyType(found & 0xff)));
    }
}
