package org.flowanchor.binding.domain.message;

import java.util.OptionalLong;

/**
 * Heartbeat (RFC 5847 section 3.3).
 *
 * @param response the R flag
 * @param unsolicited the U flag: answers no request
 * @param sequenceNumber 0..2^32-1
 * @param restartCounter in responses only; empty when the gateway left it out
 */
public record Heartbeat(boolean response, boolean unsolicited, long sequenceNumber, OptionalLong restartCounter)
        implements GatewayMessage, GatewayAnswer {
    public Heartbeat {
        Range.unsigned32(sequenceNumber, "sequence number");
        restartCounter.ifPresent(counter -> Range.unsigned32(counter, "restart counter"));
        if (!response && (unsolicited || restartCounter.isPresent())) {
            throw new IllegalArgumentException(
                    "a heartbeat request is neither unsolicited nor has it a restart counter");
        }
    }

    public static Heartbeat request(long sequenceNumber) {
        return new Heartbeat(false, false, sequenceNumber, OptionalLong.empty());
    }

    public static Heartbeat response(long sequenceNumber, long restartCounter) {
        return new Heartbeat(true, false, sequenceNumber, OptionalLong.of(restartCounter));
    }
}
