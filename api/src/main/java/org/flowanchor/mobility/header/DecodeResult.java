package org.flowanchor.mobility.header;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.flowanchor.mobility.message.MobilityMessage;

/** Outcome of decoding one packet. */
public sealed interface DecodeResult {
    /**
     * A message for the protocol to decide on.
     *
     * @param quirks what was forgiven, to be counted per peer
     */
    record Decoded(MobilityMessage message, Set<Quirk> quirks) implements DecodeResult {
        public Decoded {
            quirks = quirks.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(quirks));
        }
    }

    /**
     * Not acceptable in any state of the protocol.
     *
     * @param offset octets from the start of the Mobility Header
     * @param clause requirement and section that refuses it
     * @param reason for the log
     */
    record Refused(int offset, String clause, String reason, Answer answer) implements DecodeResult {}
}
