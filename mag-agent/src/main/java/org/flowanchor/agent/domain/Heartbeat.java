package org.flowanchor.agent.domain;

import java.util.OptionalLong;

/**
 * RFC 5847 section 3.3.
 *
 * @param response the R flag
 * @param unsolicited the U flag: of a restart that lost sessions, answers nothing
 * @param sequenceNumber 0..2^32-1
 * @param restartCounter 0..2^32-1, in responses
 */
public record Heartbeat(boolean response, boolean unsolicited, long sequenceNumber, OptionalLong restartCounter)
        implements AnchorMessage, GatewayMessage {
    static Heartbeat request(long sequenceNumber) {
        return new Heartbeat(false, false, sequenceNumber, OptionalLong.empty());
    }

    /** H-02: with its sequence number. */
    Heartbeat answered(long ownRestartCounter) {
        return new Heartbeat(true, false, sequenceNumber, OptionalLong.of(ownRestartCounter));
    }

    /** H-06: its sequence number means nothing. */
    static Heartbeat afterRestart(long restartCounter) {
        return new Heartbeat(true, true, 0, OptionalLong.of(restartCounter));
    }
}
