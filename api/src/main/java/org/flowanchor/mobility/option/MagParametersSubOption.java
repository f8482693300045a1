package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/** Sub-options of the LMA-Controlled MAG Parameters option (RFC 8127 section 3.1). */
public sealed interface MagParametersSubOption {
    /** Sub-option type, 0..255. */
    int type();

    /**
     * Binding Re-registration Control (RFC 8127 section 3.1.1).
     *
     * @param startTime before the lifetime ends, units of 4 s, 0..65535
     * @param initialRetransmissionTime seconds, 0..65535
     * @param maximumRetransmissionTime seconds, 0..65535
     */
    record ReregistrationControl(int startTime, int initialRetransmissionTime, int maximumRetransmissionTime)
            implements MagParametersSubOption {
        /** Sub-option type. */
        public static final int TYPE = 1;

        public ReregistrationControl {
            Unsigned.sixteen(startTime, "re-registration start time");
            Unsigned.sixteen(initialRetransmissionTime, "initial retransmission time");
            Unsigned.sixteen(maximumRetransmissionTime, "maximum retransmission time");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Heartbeat Control (RFC 8127 section 3.1.2).
     *
     * @param interval seconds, 0..65535
     * @param retransmissionDelay seconds, 0..65535
     * @param maximumRetransmissions 0..65535
     */
    record HeartbeatControl(int interval, int retransmissionDelay, int maximumRetransmissions)
            implements MagParametersSubOption {
        /** Sub-option type. */
        public static final int TYPE = 2;

        public HeartbeatControl {
            Unsigned.sixteen(interval, "heartbeat interval");
            Unsigned.sixteen(retransmissionDelay, "heartbeat retransmission delay");
            Unsigned.sixteen(maximumRetransmissions, "heartbeat maximum retransmissions");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Of another type: written again as it came.
     *
     * @param type 0..255
     * @param octets 0..253
     */
    record UnknownMagParametersSubOption(int type, Octets octets) implements MagParametersSubOption {
        public UnknownMagParametersSubOption {
            Unsigned.octet(type, "sub-option type");
            MobilityOption.requireLength(octets, 0, 253, "a sub-option");
        }
    }
}
