package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * A flow of one of the anchor's prefixes as the kernel tracks it.
 *
 * @param flow in downlink direction, whoever sent the first packet
 * @param downlinkPackets since first tracked
 * @param downlinkBytes since first tracked
 * @param className class its last classified packet met; null when none did
 */
public record TrackedFlow(
        FiveTuple flow,
        long downlinkPackets,
        long downlinkBytes,
        @Nullable ClassName className) {}
