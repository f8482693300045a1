package org.flowanchor.flow.adapter.rest;

import java.time.Instant;
import org.flowanchor.flow.application.LinkView;
import org.flowanchor.flow.domain.load.AccessLoad;
import org.flowanchor.flow.domain.load.LinkSample;
import org.jspecify.annotations.Nullable;

/**
 * A link in answers. Absent values are null.
 *
 * @param stale not sampled for a while: decisions ignore it
 */
record LinkBody(
        String proxyCareOfAddress,
        @Nullable String accessTechnologyType,
        String link,
        String kind,
        boolean up,
        String congestion,
        Instant since,
        double packetLossRatio,
        long bitsPerSecond,
        @Nullable Long capacityBitsPerSecond,
        long backlogBytes,
        Instant sampledAt,
        boolean stale) {
    static LinkBody of(LinkView view) {
        LinkSample sample = view.load().sample();
        AccessLoad load = view.load().strictest();
        return new LinkBody(
                sample.key().proxyCareOfAddress().toString(),
                sample.accessTechnologyType().map(Object::toString).orElse(null),
                sample.key().link(),
                sample.key().kind().name(),
                sample.up(),
                load.congestion().name(),
                load.since(),
                sample.packetLossRatio(),
                sample.bitsPerSecond(),
                sample.capacityBitsPerSecond().isPresent()
                        ? sample.capacityBitsPerSecond().getAsLong()
                        : null,
                sample.backlogBytes(),
                sample.sampledAt(),
                view.stale());
    }
}
